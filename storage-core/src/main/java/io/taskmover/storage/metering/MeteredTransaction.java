package io.taskmover.storage.metering;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.metering.Counters.End;
import io.taskmover.storage.metering.SlowLog.Plan;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A transaction whose operations, and how it ends, are noted. */
final class MeteredTransaction extends ForwardingTransaction {
    private final Metering metering;
    private final Counters counters;
    private final boolean timed;
    private final OpenTransactions.Place place;
    private final boolean readOnly;
    /** How many rows it has written or removed. */
    private long changed;
    /** Whether somebody else was quicker, since the last savepoint that it went back to. */
    private boolean overtaken;

    private boolean prepared;
    private boolean ended;

    MeteredTransaction(BackendTransaction delegate, boolean readOnly, Metering metering) {
        super(delegate);
        this.readOnly = readOnly;
        this.metering = metering;
        this.counters = metering.counters();
        this.timed = metering.timed();
        this.place = metering.opened();
    }

    private void failed(Operation operation, long start, Throwable failure, Supplier<String> what) {
        noteFailure(failure);
        metering.failed(operation, start, failure, what);
    }

    void noteFailure(Throwable failure) {
        overtaken |= failure instanceof ConflictException;
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        long start = metering.start();
        Optional<Row> found;
        try {
            found = super.find(table, id);
        } catch (RuntimeException | Error e) {
            failed(Operation.FIND, start, e, () -> Operation.FIND.on(table));
            throw e;
        }
        counters.found(found.isPresent());
        if (timed) {
            metering.took(Operation.FIND, start, found.isPresent() ? 1 : 0, () -> Operation.FIND.on(table), Plan.NONE);
        }
        return found;
    }

    @Override
    public RowCursor select(Select select) {
        long start = metering.start();
        Supplier<String> what = () -> Operation.SELECT.on(select);
        RowCursor rows;
        try {
            rows = super.select(select);
        } catch (RuntimeException | Error e) {
            failed(Operation.SELECT, start, e, what);
            throw e;
        }
        return new MeteredCursor(this, rows, metering, Operation.SELECT, start, what, () -> plan(select));
    }

    @Override
    public RowCursor executeSql(String sql, List<? extends @Nullable Object> parameters) {
        long start = metering.start();
        Supplier<String> what = () -> Operation.SQL.label() + " " + SqlShape.of(sql);
        RowCursor rows;
        try {
            rows = super.executeSql(sql, parameters);
        } catch (RuntimeException | Error e) {
            failed(Operation.SQL, start, e, what);
            throw e;
        }
        return new MeteredCursor(this, rows, metering, Operation.SQL, start, what, Plan.NONE);
    }

    @Override
    public long count(Select select) {
        long start = metering.start();
        long count;
        try {
            count = super.count(select);
        } catch (RuntimeException | Error e) {
            failed(Operation.COUNT, start, e, () -> Operation.COUNT.on(select));
            throw e;
        }
        counters.succeeded(Operation.COUNT);
        if (timed) {
            metering.took(Operation.COUNT, start, count, () -> Operation.COUNT.on(select), () -> plan(select));
        }
        return count;
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        long start = metering.start();
        List<Row> stored;
        try {
            stored = super.write(table, mode, rows);
        } catch (RuntimeException | Error e) {
            failed(Operation.of(mode), start, e, () -> Operation.of(mode).on(table));
            throw e;
        }
        written(Operation.of(mode), start, table, stored.size());
        return stored;
    }

    @Override
    public void load(String table, List<Row> rows) {
        long start = metering.start();
        try {
            super.load(table, rows);
        } catch (RuntimeException | Error e) {
            failed(Operation.LOAD, start, e, () -> Operation.LOAD.on(table));
            throw e;
        }
        written(Operation.LOAD, start, table, rows.size());
    }

    private void written(Operation operation, long start, String table, long rows) {
        changed += rows;
        counters.succeeded(operation);
        counters.written(rows);
        if (timed) {
            metering.took(operation, start, rows, () -> operation.on(table), Plan.NONE);
        }
    }

    @Override
    public long update(String table, Condition where, Assignments changes) {
        long start = metering.start();
        Select rows = Select.from(table).where(where);
        long updated;
        try {
            updated = super.update(table, where, changes);
        } catch (RuntimeException | Error e) {
            failed(Operation.UPDATE, start, e, () -> Operation.UPDATE.on(rows));
            throw e;
        }
        changed += updated;
        counters.succeeded(Operation.UPDATE);
        counters.written(updated);
        if (timed) {
            metering.took(Operation.UPDATE, start, updated, () -> Operation.UPDATE.on(rows), () -> plan(rows));
        }
        return updated;
    }

    @Override
    public long delete(String table, Condition where) {
        long start = metering.start();
        Select rows = Select.from(table).where(where);
        long deleted;
        try {
            deleted = super.delete(table, where);
        } catch (RuntimeException | Error e) {
            failed(Operation.DELETE, start, e, () -> Operation.DELETE.on(rows));
            throw e;
        }
        changed += deleted;
        counters.succeeded(Operation.DELETE);
        counters.deleted(deleted);
        if (timed) {
            metering.took(Operation.DELETE, start, deleted, () -> Operation.DELETE.on(rows), () -> plan(rows));
        }
        return deleted;
    }

    @Override
    public boolean delete(String table, Object id) {
        long start = metering.start();
        boolean deleted;
        try {
            deleted = super.delete(table, id);
        } catch (RuntimeException | Error e) {
            failed(Operation.DELETE, start, e, () -> Operation.DELETE.on(table));
            throw e;
        }
        changed += deleted ? 1 : 0;
        counters.succeeded(Operation.DELETE);
        counters.deleted(deleted ? 1 : 0);
        if (timed) {
            metering.took(Operation.DELETE, start, deleted ? 1 : 0, () -> Operation.DELETE.on(table), Plan.NONE);
        }
        return deleted;
    }

    /** How a selection is run, without harm to the transaction if that cannot be told: where a statement fails, all may. */
    private Explanation plan(Select select) {
        Savepoint before = delegate().savepoint();
        boolean explained = false;
        try {
            Explanation explanation = delegate().explain(select);
            explained = true;
            return explanation;
        } finally {
            if (!explained) {
                delegate().rollbackTo(before);
            }
            delegate().release(before);
        }
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        super.rollbackTo(savepoint);
        overtaken = false;
    }

    @Override
    public void prepare(PreparedTransaction transaction) {
        long start = metering.start();
        try {
            super.prepare(transaction);
        } catch (RuntimeException | Error e) {
            failed(Operation.PREPARE, start, e, () -> "prepare a transaction");
            throw e;
        }
        prepared = true;
        counters.succeeded(Operation.PREPARE);
        if (timed) {
            metering.took(Operation.PREPARE, start, changed, () -> "prepare a transaction", Plan.NONE);
        }
    }

    @Override
    public void commit() {
        long start = metering.start();
        try {
            super.commit();
        } catch (RuntimeException | Error e) {
            failed(Operation.COMMIT, start, e, () -> "commit a transaction");
            // one that was prepared stays so, and one that was used wrongly may still be rolled back
            if (isInDoubt()) {
                end(End.IN_DOUBT);
            } else if (!prepared && !(e instanceof IllegalStateException)) {
                end(overtaken ? End.CONFLICT : End.FAILED);
            }
            throw e;
        }
        counters.succeeded(Operation.COMMIT);
        if (timed) {
            metering.took(Operation.COMMIT, start, changed, () -> "commit a transaction", Plan.NONE);
        }
        end(readOnly ? End.READ : End.COMMITTED);
    }

    @Override
    public void rollback() {
        try {
            super.rollback();
        } finally {
            end(undone());
        }
    }

    @Override
    public void close() {
        try {
            super.close();
        } finally {
            end(prepared ? End.IN_DOUBT : undone());
        }
    }

    private End undone() {
        return overtaken ? End.CONFLICT : readOnly ? End.READ : End.ROLLED_BACK;
    }

    /** The first end is the one. */
    private void end(End how) {
        if (!ended) {
            ended = true;
            metering.ended(place, how);
        }
    }
}
