package io.taskmover.storage.engine;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Waits that end with an error instead of never. */
final class Latches {
    /** A thread for each task: the common pool of a machine with two processors has only one on later JDKs. */
    static final Executor THREADS = task -> new Thread(task).start();

    private Latches() {}

    static void await(CountDownLatch latch) {
        try {
            if (!latch.await(30, TimeUnit.SECONDS)) {
                throw new AssertionError("what this waits for did not happen");
            }
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
