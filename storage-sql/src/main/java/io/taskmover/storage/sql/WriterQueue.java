package io.taskmover.storage.sql;

import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Lets one writer in at a time, in the order of arrival. A transaction may end on another thread than it began on, so
 * this is no lock that a thread owns.
 */
final class WriterQueue {
    private final Semaphore turn = new Semaphore(1, true);
    private volatile @Nullable Holder holder;

    private record Holder(String thread, long sinceNanos) {}

    /** @throws StorageTimeoutException that names what holds the turn */
    void enter(Duration timeout) {
        try {
            // the untimed form jumps the queue, so it is not tried first
            if (!turn.tryAcquire(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new StorageTimeoutException("Waited " + timeout.toMillis() + " ms to write: " + held()
                        + ". Commit or close it sooner, open transactions that only read as read-only,"
                        + " or raise the timeout");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StorageException("Interrupted while waiting to write", e);
        }
        holder = new Holder(Thread.currentThread().getName(), System.nanoTime());
    }

    void leave() {
        holder = null;
        turn.release();
    }

    private String held() {
        Holder now = holder;
        return now == null
                ? "other writers were in front"
                : "the transaction that thread '" + now.thread + "' began "
                        + TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - now.sinceNanos) + " ms ago is writing";
    }
}
