package io.taskmover.storage.file;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Waiting that an interrupt does not cut short. */
final class Threads {
    static final Logger LOG = LoggerFactory.getLogger("io.taskmover.storage.file");

    private Threads() {}

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
