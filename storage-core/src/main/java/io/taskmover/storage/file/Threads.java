package io.taskmover.storage.file;

import java.io.IOException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Threads of a store, and waiting that an interrupt does not cut short. */
final class Threads {
    static final Logger LOG = LoggerFactory.getLogger("io.taskmover.storage.file");

    private Threads() {}

    /** A thread of a store's own: others may wait for it, so that it must not wait for them. */
    private static final class Own extends Thread {
        Own(Runnable work, String name) {
            super(work, name);
            setDaemon(true);
        }
    }

    /** A thread that works for a store; it does not keep the program alive. */
    static Thread own(Runnable work, String name) {
        return new Own(work, name);
    }

    /** Whether the caller is a thread that works for a store. */
    static boolean isOwn() {
        return Thread.currentThread() instanceof Own;
    }

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
