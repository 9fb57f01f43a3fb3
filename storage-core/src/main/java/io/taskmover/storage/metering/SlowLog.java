package io.taskmover.storage.metering;

import io.taskmover.storage.backend.Explanation;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the log of operations that were slow, each in one warning on the caller's thread: what was asked, without values,
 * how long it took, how many rows it was about, and how the store says that it would be run. Ten in a second at most, since
 * who is slow already is not to be slowed down by its log; the next one tells how many were left out. Thread-safe.
 */
final class SlowLog {
    /** The name of the logger. */
    static final String NAME = "io.taskmover.storage.slow";

    private static final Logger LOG = LoggerFactory.getLogger(NAME);
    private static final int MOST_IN_A_WINDOW = 10;
    private static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long threshold;
    private final LongSupplier ticker;
    private final LongAdder slow = new LongAdder();
    // guarded by this
    private long windowSince;
    private int inWindow;
    private long leftOut;

    /** How the store would run what was slow; null if there is nothing to tell, as for a write of rows by their keys. */
    @FunctionalInterface
    interface Plan {
        @Nullable
        Explanation explain();

        /** Of what is not planned. */
        Plan NONE = () -> null;
    }

    /**
     * @param threshold from which time on an operation is slow
     * @param ticker nanoseconds from any moment on
     */
    SlowLog(Duration threshold, LongSupplier ticker) {
        this.threshold = threshold.toNanos();
        this.ticker = ticker;
    }

    boolean isSlow(long nanos) {
        return nanos >= threshold;
    }

    /** How many operations were slow, logged or not. */
    long count() {
        return slow.sum();
    }

    /**
     * Notes a slow operation.
     *
     * @param what it did, with the table
     * @param nanos how long it took
     * @param rows that it read or wrote; negative if that says nothing
     * @param callerNanos how long the caller took meanwhile, which is not part of {@code nanos}
     * @param failure what it threw; null if nothing
     */
    void note(String what, long nanos, long rows, long callerNanos, @Nullable Throwable failure, Plan plan) {
        slow.increment();
        long before = admit();
        if (before < 0) {
            return;
        }
        StringBuilder text = new StringBuilder("Slow: ").append(what).append("; took ");
        text.append(millis(nanos)).append(" ms");
        if (callerNanos > 0) {
            text.append(", and its caller ").append(millis(callerNanos)).append(" ms");
        }
        if (rows >= 0) {
            text.append(", ").append(rows).append(rows == 1 ? " row" : " rows");
        }
        if (failure != null) {
            text.append(", failed with ").append(failure.getClass().getSimpleName());
        } else {
            text.append(planned(plan));
        }
        if (before > 0) {
            text.append("; ").append(before).append(" more were slow before and not logged");
        }
        LOG.warn("{}", text);
    }

    /** How many were left out before this one; negative if it is to be left out too. */
    private synchronized long admit() {
        long now = ticker.getAsLong();
        if (inWindow == 0 || now - windowSince >= WINDOW_NANOS) {
            windowSince = now;
            inWindow = 0;
        }
        if (inWindow == MOST_IN_A_WINDOW) {
            leftOut++;
            return -1;
        }
        inWindow++;
        long before = leftOut;
        leftOut = 0;
        return before;
    }

    /** The operation has succeeded: that its plan cannot be told is a part of what is told. */
    private static String planned(Plan plan) {
        try {
            Explanation explanation = plan.explain();
            return explanation == null
                    ? ""
                    : "; plan: " + explanation.detail().strip().replaceAll("\\s*\\n\\s*", "; ");
        } catch (RuntimeException e) {
            return "; no plan: " + e.getClass().getSimpleName();
        }
    }

    private static long millis(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(nanos);
    }
}
