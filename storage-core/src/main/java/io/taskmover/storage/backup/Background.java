package io.taskmover.storage.backup;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Work that goes on beside its caller, so that compressing and parsing take no time of who reads and writes rows. Little of
 * it waits at any time; results come in the order in which the work was given. Used by one thread; to be closed.
 */
final class Background<R> implements AutoCloseable {
    private final ExecutorService threads;
    private final int most;
    private final Deque<Future<R>> pending = new ArrayDeque<>();

    /**
     * @param threads how many work at once; with one, in the order given
     * @param most how much may be given before a result has to be {@link #take}n
     */
    Background(int threads, int most) {
        this.threads = Executors.newFixedThreadPool(threads, work -> {
            Thread thread = new Thread(work, "storage-backup");
            thread.setDaemon(true);
            return thread;
        });
        this.most = most;
    }

    void give(Callable<R> work) {
        pending.add(threads.submit(work));
    }

    /** Whether a result has to be taken before more is given. */
    boolean isFull() {
        return pending.size() >= most;
    }

    /**
     * The next result; null if there is nothing left.
     *
     * @throws IOException if the work threw it, as it does with whatever is unchecked
     */
    @Nullable
    R take() throws IOException {
        Future<R> next = pending.poll();
        if (next == null) {
            return null;
        }
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return next.get();
                } catch (InterruptedException e) {
                    interrupted = true; // it is not long; and what was interrupted would close the file
                } catch (ExecutionException e) {
                    throw failure(e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static IOException failure(@Nullable Throwable cause) {
        if (cause instanceof IOException failure) {
            return failure;
        }
        if (cause instanceof RuntimeException failure) {
            throw failure;
        }
        if (cause instanceof Error failure) {
            throw failure;
        }
        throw new IllegalStateException(cause);
    }

    /** Waits for what is being done; the rest is forgotten. */
    @Override
    public void close() {
        threads.shutdown();
        pending.forEach(work -> work.cancel(false));
        pending.removeIf(Future::isDone);
        while (!pending.isEmpty()) {
            Future<R> running = pending.remove();
            try {
                R unused = running.get();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            } catch (ExecutionException e) {
                // another failure came first
            }
        }
    }
}
