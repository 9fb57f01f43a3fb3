package io.taskmover.storage.metering;

import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.metering.SlowLog.Plan;
import io.taskmover.storage.schema.Row;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A cursor that is noted as one operation when it is closed. Of the time from the beginning until then, what the caller took
 * for itself between two rows is not the store's.
 */
final class MeteredCursor implements RowCursor {
    private final MeteredTransaction transaction;
    private final RowCursor delegate;
    private final Metering metering;
    private final boolean timed;
    private final Operation operation;
    private final long start;
    private final Supplier<String> what;
    private final Plan plan;

    private long rows;
    /** How long the store took. */
    private long nanos;

    private @Nullable Throwable failure;
    /** Whether what is thrown is the caller's. */
    private boolean atCaller;

    private boolean closed;

    /** @param start when the operation began, by {@link Metering#start} */
    MeteredCursor(
            MeteredTransaction transaction,
            RowCursor delegate,
            Metering metering,
            Operation operation,
            long start,
            Supplier<String> what,
            Plan plan) {
        this.transaction = transaction;
        this.delegate = delegate;
        this.metering = metering;
        this.timed = metering.timed();
        this.operation = operation;
        this.start = start;
        this.what = what;
        this.plan = plan;
        this.nanos = metering.start() - start;
    }

    @Override
    public @Nullable Row next() {
        long from = metering.start();
        Row row;
        try {
            row = delegate.next();
        } catch (RuntimeException | Error e) {
            failed(e);
            throw e;
        }
        if (timed) {
            nanos += metering.start() - from;
        }
        if (row != null) {
            rows++;
        }
        return row;
    }

    @Override
    public void forEachRemaining(Consumer<? super Row> action) {
        long from = metering.start();
        try {
            delegate.forEachRemaining(timed ? row -> give(row, action) : row -> giveUntimed(row, action));
        } catch (RuntimeException | Error e) {
            if (!atCaller) {
                failed(e);
            }
            throw e;
        } finally {
            if (timed) {
                nanos += metering.start() - from;
            }
        }
    }

    private void giveUntimed(Row row, Consumer<? super Row> action) {
        rows++;
        atCaller = true;
        action.accept(row);
        atCaller = false;
    }

    private void give(Row row, Consumer<? super Row> action) {
        long given = metering.start();
        try {
            giveUntimed(row, action);
        } finally {
            nanos -= metering.start() - given;
        }
    }

    private void failed(Throwable thrown) {
        failure = thrown;
        transaction.noteFailure(thrown);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        long from = metering.start();
        try {
            delegate.close();
        } catch (RuntimeException | Error e) {
            failed(e);
            throw e;
        } finally {
            ended(from);
        }
    }

    private void ended(long from) {
        Throwable thrown = failure;
        if (thrown == null) {
            metering.counters().succeeded(operation);
        } else {
            metering.counters().failed(operation, thrown);
        }
        metering.counters().selected(rows);
        if (timed) {
            long now = metering.start();
            nanos += now - from;
            metering.took(operation, nanos, now - start - nanos, rows, thrown, what, thrown == null ? plan : Plan.NONE);
        }
    }
}
