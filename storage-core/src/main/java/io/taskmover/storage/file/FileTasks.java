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
 * Runs the same work on many files from a few threads. Waiting for a disk is not work for a processor: many forces at
 * once end sooner than one after the other, because the file system commits them together.
 */
final class FileTasks implements AutoCloseable {
    private static final int THREADS = 8;
    /** So many files are not worth a thread. */
    static final int FEW = 4;

    private final ExecutorService threads;
    private final int few;

    FileTasks() {
        this(FEW);
    }

    /** @param few with up to so many items the caller does the work */
    FileTasks(int few) {
        this.few = few;
        ThreadPoolExecutor pool =
                new ThreadPoolExecutor(THREADS, THREADS, 5, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                    Thread thread = new Thread(task, "storage-files");
                    thread.setDaemon(true);
                    return thread;
                });
        pool.allowCoreThreadTimeOut(true);
        threads = pool;
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
        List<R> results = new ArrayList<>(items.size());
        if (items.size() <= few) {
            for (T item : items) {
                results.add(task.apply(item));
            }
            return results;
        }
        int slices = Math.min(THREADS, items.size());
        List<Future<List<R>>> futures = new ArrayList<>(slices);
        for (int s = 0; s < slices; s++) {
            List<T> slice = items.subList(
                    (int) ((long) items.size() * s / slices), (int) ((long) items.size() * (s + 1) / slices));
            futures.add(threads.submit(() -> {
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
    }
}
