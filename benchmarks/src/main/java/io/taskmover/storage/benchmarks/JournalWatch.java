package io.taskmover.storage.benchmarks;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Looks at the size of a store's journal ten times a second: whether what waits to become files is bounded. */
final class JournalWatch implements AutoCloseable {
    private static final long INTERVAL_MILLIS = 100;

    private final CountDownLatch end = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final Future<Long> most;

    /** Begins; a journal that is not there has no bytes. */
    JournalWatch(Path journal) {
        most = thread.submit(() -> {
            long bytes = 0;
            do {
                if (Files.exists(journal)) {
                    bytes = Math.max(bytes, Disk.bytes(journal));
                }
            } while (!end.await(INTERVAL_MILLIS, TimeUnit.MILLISECONDS));
            return bytes;
        });
    }

    /** Ends, and returns the most bytes that there were, reserved space included. */
    long mostBytes() throws ExecutionException, InterruptedException {
        end.countDown();
        return most.get();
    }

    @Override
    public void close() {
        end.countDown();
        thread.shutdown();
    }
}
