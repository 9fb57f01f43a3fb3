package io.taskmover.storage.metering;

import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.LongAccumulator;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Stream;

/**
 * What is counted of a store's operations. Finding a row takes some hundred nanoseconds, so that an operation increments as
 * little as it can, one counter for most: what can be had as a sum of others is no counter of its own.
 */
@SuppressWarnings("EnumOrdinal") // arrays, and not maps: to look something up would cost as much as to count it
final class Counters {
    private static final double NANOS = 1e-9;
    private static final int OUTCOMES = Outcome.values().length;

    /** How a transaction ended. */
    enum End {
        COMMITTED,
        ROLLED_BACK,
        /** It could only read: whether it is committed or rolled back says nothing. */
        READ,
        CONFLICT,
        FAILED,
        IN_DOUBT;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** By operation and outcome; successful finds are in two of their own. */
    private final LongAdder[] operations = adders(Operation.values().length * OUTCOMES);

    private final LongAdder found = new LongAdder();
    private final LongAdder absent = new LongAdder();
    private final LongAdder selectedRows = new LongAdder();
    private final LongAdder writtenRows = new LongAdder();
    private final LongAdder deletedRows = new LongAdder();
    private final LongAdder[] ends = adders(End.values().length);
    private final LongAdder[] nanos = adders(Operation.values().length);
    private final LongAccumulator[] longest = Stream.of(Operation.values())
            .map(operation -> new LongAccumulator(Math::max, 0))
            .toArray(LongAccumulator[]::new);

    private static LongAdder[] adders(int count) {
        return Stream.generate(LongAdder::new).limit(count).toArray(LongAdder[]::new);
    }

    private LongAdder operations(Operation operation, Outcome outcome) {
        return operations[operation.ordinal() * OUTCOMES + outcome.ordinal()];
    }

    void found(boolean present) {
        (present ? found : absent).increment();
    }

    void succeeded(Operation operation) {
        operations(operation, Outcome.SUCCESS).increment();
    }

    void failed(Operation operation, Throwable failure) {
        operations(operation, Outcome.of(failure)).increment();
    }

    /** Adds rows that a selection returned. */
    void selected(long rows) {
        selectedRows.add(rows);
    }

    void written(long rows) {
        writtenRows.add(rows);
    }

    void deleted(long rows) {
        deletedRows.add(rows);
    }

    void ended(End end) {
        ends[end.ordinal()].increment();
    }

    void took(Operation operation, long time) {
        nanos[operation.ordinal()].add(time);
        longest[operation.ordinal()].accumulate(time);
    }

    private long count(Operation operation, Outcome outcome) {
        long count = operations(operation, outcome).sum();
        return operation == Operation.FIND && outcome == Outcome.SUCCESS ? count + found.sum() + absent.sum() : count;
    }

    private long count(Operation operation) {
        return Stream.of(Outcome.values())
                .mapToLong(outcome -> count(operation, outcome))
                .sum();
    }

    /** @param timed whether {@link #took} is called */
    StorageMetrics metrics(boolean timed) {
        List<Meter> all = new ArrayList<>();
        for (Operation operation : Operation.values()) {
            for (Outcome outcome : Outcome.values()) {
                all.add(Meter.counter(
                        Metric.OPERATIONS, () -> count(operation, outcome), operation.label(), outcome.label()));
            }
        }
        for (Operation operation : timed ? Operation.values() : new Operation[0]) {
            all.add(Meter.timer(
                    Metric.OPERATION_TIME, () -> count(operation), nanos[operation.ordinal()]::sum, operation.label()));
            all.add(Meter.gauge(
                    Metric.OPERATION_TIME_MAX, () -> longest[operation.ordinal()].get() * NANOS, operation.label()));
        }
        all.add(Meter.counter(Metric.ROWS_READ, () -> found.sum() + selectedRows.sum()));
        all.add(Meter.counter(Metric.ROWS_WRITTEN, writtenRows::sum));
        all.add(Meter.counter(Metric.ROWS_DELETED, deletedRows::sum));
        all.add(Meter.counter(Metric.TRANSACTIONS_BEGUN, () -> count(Operation.BEGIN, Outcome.SUCCESS)));
        for (End end : End.values()) {
            all.add(Meter.counter(Metric.TRANSACTIONS_ENDED, ends[end.ordinal()]::sum, end.label()));
        }
        return StorageMetrics.of(all);
    }
}
