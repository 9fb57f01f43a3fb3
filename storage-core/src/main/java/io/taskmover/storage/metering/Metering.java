package io.taskmover.storage.metering;

import io.taskmover.storage.metering.Counters.End;
import io.taskmover.storage.metering.SlowLog.Plan;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is noted of a store's operations. The clock is looked at only if somebody wants to know times. Thread-safe.
 */
final class Metering {
    private final Counters counters = new Counters();
    private final OpenTransactions open = new OpenTransactions();
    private final LongSupplier ticker;
    private final boolean timed;
    private final @Nullable SlowLog slow;

    /**
     * @param timed whether it is measured how long operations take
     * @param slow is told of slow ones; null if nobody wants to know
     */
    Metering(LongSupplier ticker, boolean timed, @Nullable SlowLog slow) {
        this.ticker = ticker;
        this.timed = timed || slow != null;
        this.slow = slow;
    }

    Counters counters() {
        return counters;
    }

    boolean timed() {
        return timed;
    }

    /** Now, in nanoseconds from any moment on; 0 if nobody wants to know times. */
    long start() {
        return timed ? ticker.getAsLong() : 0;
    }

    /** Notes a failure. */
    void failed(Operation operation, long start, Throwable failure, Supplier<String> what) {
        counters.failed(operation, failure);
        if (timed) {
            took(operation, ticker.getAsLong() - start, 0, -1, failure, what, Plan.NONE);
        }
    }

    /**
     * Notes how long something took that succeeded. Only where it is {@link #timed}: who has to make {@code what} for it need
     * not make it else.
     *
     * @param rows that it was about; negative if that says nothing
     * @param what is asked for a text only if it was slow
     */
    void took(Operation operation, long start, long rows, Supplier<String> what, Plan plan) {
        took(operation, ticker.getAsLong() - start, 0, rows, null, what, plan);
    }

    /**
     * The same if its times are known.
     *
     * @param nanos how long it took
     * @param callerNanos how long its caller took meanwhile
     * @param failure what it threw; null if nothing
     */
    void took(
            Operation operation,
            long nanos,
            long callerNanos,
            long rows,
            @Nullable Throwable failure,
            Supplier<String> what,
            Plan plan) {
        counters.took(operation, nanos);
        if (slow != null && slow.isSlow(nanos)) {
            slow.note(what.get(), nanos, rows, callerNanos, failure, plan);
        }
    }

    /** A transaction was begun. */
    OpenTransactions.Place opened() {
        return open.add(ticker.getAsLong());
    }

    void ended(OpenTransactions.Place transaction, End end) {
        transaction.remove();
        counters.ended(end);
    }

    StorageMetrics metrics() {
        List<Meter> more = new ArrayList<>(List.of(
                Meter.gauge(Metric.TRANSACTIONS_OPEN, open::count),
                Meter.gauge(Metric.TRANSACTIONS_OLDEST, () -> open.oldestSeconds(ticker.getAsLong()))));
        SlowLog log = slow;
        if (log != null) {
            more.add(Meter.counter(Metric.OPERATIONS_SLOW, log::count));
        }
        return counters.metrics(timed).and(StorageMetrics.of(more));
    }
}
