package io.taskmover.storage.file;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waiting that an interrupt does not cut short. */
final class Threads {
    static final Logger LOG = LoggerFactory.getLogger("io.taskmover.storage.file");

    private Threads() {}

    /** I/O with a result. */
    interface Io<R> {
        R run() throws IOException;
    }

    /**
     * Runs I/O on a thread of its own and waits for it: an interrupt of the caller's would close the channel under
     * everyone who uses it.
     */
    static <R> R apart(String name, Io<R> io) throws IOException {
        FutureTask<R> task = new FutureTask<>(io::run);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        join(thread);
        try {
            return task.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof IOException failure) {
                throw failure;
            }
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError("what has ended is not waited for", e);
        }
    }

    /** Waits for the end of a thread; an interrupt meanwhile is kept for the caller. */
    static void join(Thread thread) {
        boolean interrupted = false;
        try {
            while (thread.isAlive()) {
                try {
                    thread.join();
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
}
