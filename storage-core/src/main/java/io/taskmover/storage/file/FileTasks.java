package io.taskmover.storage.file;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * Runs the same work on many files from a few threads, and waits for a disk from more of them. Waiting is not work for a
 * processor: many forces at once end sooner than one after the other, because the file system commits them together,
 * and the disk empties its cache once for all that have come meanwhile.
 */
final class FileTasks implements AutoCloseable {
    private static final int THREADS = 8;
    private static final int FORCING_THREADS = 32;
    /** So many files are not worth a thread. */
    static final int FEW = 4;

    private final ExecutorService threads = pool(THREADS, "storage-files");
    /** Others, since each thread that writes keeps a buffer of Java's. */
    private final ExecutorService forcing = pool(FORCING_THREADS, "storage-files-force");

    private final int few;

    FileTasks() {
        this(FEW);
    }

    /** @param few with up to so many items the caller does the work */
    FileTasks(int few) {
        this.few = few;
    }

    private static ExecutorService pool(int size, String name) {
        ThreadPoolExecutor pool = new ThreadPoolExecutor(
                size, size, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> Threads.own(task, name));
        pool.allowCoreThreadTimeOut(true);
        return pool;
    }

    /** Work on one thing. */
    interface Task<T, R> {
        R apply(T item) throws IOException;
    }

    /**
     * Applies {@code task} to all items; the results are in their order. All have ended on return; the first failure is
     * thrown.
     */
    <T, R> List<R> all(List<T> items, Task<T, R> task) throws IOException {
        return all(threads, THREADS, items, task);
    }

    /** The same, for a task that does little else than to force. */
    <T, R> List<R> force(List<T> items, Task<T, R> task) throws IOException {
        return all(forcing, FORCING_THREADS, items, task);
    }

    private <T, R> List<R> all(ExecutorService pool, int most, List<T> items, Task<T, R> task) throws IOException {
        List<R> results = new ArrayList<>(items.size());
        if (items.size() <= few) {
            for (T item : items) {
                results.add(task.apply(item));
            }
            return results;
        }
        int slices = Math.min(most, items.size());
        List<Future<List<R>>> futures = new ArrayList<>(slices);
        for (int s = 0; s < slices; s++) {
            List<T> slice = items.subList(
                    (int) ((long) items.size() * s / slices), (int) ((long) items.size() * (s + 1) / slices));
            futures.add(pool.submit(() -> {
                List<R> part = new ArrayList<>(slice.size());
                for (T item : slice) {
                    part.add(task.apply(item));
                }
                return part;
            }));
        }
        Throwable failure = null;
        for (Future<List<R>> future : futures) {
            try {
                results.addAll(get(future));
            } catch (ExecutionException e) {
                if (failure == null) {
                    failure = e.getCause();
                } else {
                    failure.addSuppressed(e.getCause());
                }
            }
        }
        if (failure != null) {
            throw unchecked(failure);
        }
        return results;
    }

    private static RuntimeException unchecked(Throwable failure) throws IOException {
        if (failure instanceof IOException io) {
            throw io;
        }
        if (failure instanceof Error error) {
            throw error;
        }
        return failure instanceof RuntimeException runtime ? runtime : new IllegalStateException(failure);
    }

    private static <R> R get(Future<R> future) throws ExecutionException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void close() {
        threads.shutdown();
        forcing.shutdown();
    }
}
