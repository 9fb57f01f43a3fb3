package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The transaction that {@link TransactionManager} hands out: a backend's own, plus queue, callbacks and state. */
final class BoundTransaction implements Transaction {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);
    private static final AtomicLong COUNTER = new AtomicLong();

    private record Operation(
            OperationType type,
            String table,
            Map<String, @Nullable Object> values,
            @Nullable Object id) {}

    /** A backend's savepoint, and how many operations were queued then. */
    private record Mark(Savepoint savepoint, int queued) implements Savepoint {}

    private final TransactionManager manager;
    private final BackendTransaction delegate;
    private final String id = "tx-" + COUNTER.incrementAndGet();
    private final Instant startedAt;
    private final List<Operation> queue = new ArrayList<>();
    private final List<Runnable> beforeCommit = new ArrayList<>();
    private final List<Runnable> afterCommit = new ArrayList<>();
    private final List<Runnable> afterRollback = new ArrayList<>();
    private volatile TransactionState state = TransactionState.ACTIVE;
    private boolean doomed;

    BoundTransaction(TransactionManager manager, BackendTransaction delegate, Instant startedAt) {
        this.manager = manager;
        this.delegate = delegate;
        this.startedAt = startedAt;
    }

    @Override
    public String id() {
        return id;
    }

    @Override
    public Instant startedAt() {
        return startedAt;
    }

    @Override
    public TransactionState state() {
        return state;
    }

    boolean ended() {
        return state != TransactionState.ACTIVE;
    }

    /** From now on it can only be rolled back. */
    void doom() {
        doomed = true;
    }

    @Override
    public BackendTransaction rows() {
        requireActive();
        return delegate;
    }

    @Override
    public void addOperation(
            OperationType type, String table, Map<String, ? extends @Nullable Object> values, @Nullable Object key) {
        requireActive();
        if ((type == OperationType.INSERT) != (key == null)) {
            throw new IllegalArgumentException(
                    type == OperationType.INSERT
                            ? "INSERT takes its key among the values, not as an id"
                            : type + " needs the id of a row");
        }
        queue.add(new Operation(type, table, new LinkedHashMap<>(values), key));
    }

    @Override
    public Savepoint savepoint() {
        requireActive();
        return new Mark(delegate.savepoint(), queue.size());
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        requireActive();
        Mark mark = mark(savepoint);
        delegate.rollbackTo(mark.savepoint());
        queue.subList(Math.min(mark.queued(), queue.size()), queue.size()).clear();
    }

    @Override
    public void release(Savepoint savepoint) {
        requireActive();
        delegate.release(mark(savepoint).savepoint());
    }

    private static Mark mark(Savepoint savepoint) {
        if (savepoint instanceof Mark mark) {
            return mark;
        }
        throw new IllegalArgumentException("This savepoint is not one of this transaction: " + savepoint);
    }

    @Override
    public void beforeCommit(Runnable callback) {
        requireActive();
        beforeCommit.add(callback);
    }

    @Override
    public void afterCommit(Runnable callback) {
        requireActive();
        afterCommit.add(callback);
    }

    @Override
    public void afterRollback(Runnable callback) {
        requireActive();
        afterRollback.add(callback);
    }

    @Override
    public void commit() {
        requireActive();
        if (doomed) {
            rollback();
            throw new IllegalStateException("Transaction " + id
                    + " was rolled back: work that had joined it failed, even if its exception was caught");
        }
        boolean committed = false;
        try {
            for (int i = 0; i < beforeCommit.size(); i++) { // a callback may add another
                beforeCommit.get(i).run();
            }
            for (Operation operation : queue) {
                run(operation);
            }
            delegate.commit();
            committed = true;
        } finally {
            if (!committed) {
                rollback();
            }
        }
        end(TransactionState.COMMITTED);
        afterCommit.forEach(BoundTransaction::runLogged);
    }

    private void run(Operation operation) {
        TableSchema schema = delegate.catalog()
                .table(operation.table())
                .orElseThrow(() -> new SchemaException("There is no table '" + operation.table() + "'; the tables are "
                        + delegate.catalog().tables()));
        if (operation.type() == OperationType.INSERT) {
            RowType type = RowType.of(
                    operation.values().keySet().stream().map(schema::column).toList());
            delegate.write(operation.table(), WriteMode.INSERT, List.of(type.row(operation.values())));
            return;
        }
        Object key = schema.coerceKey(Objects.requireNonNull(operation.id()));
        if (operation.type() == OperationType.DELETE) {
            delegate.delete(operation.table(), key);
            return;
        }
        if (delegate.update(operation.table(), Condition.byKey(schema, key), Assignments.of(operation.values())) == 0) {
            throw new NotFoundException(
                    "Table '" + operation.table() + "' has no row '" + key + "' to update", operation.table(), key);
        }
    }

    @Override
    public void rollback() {
        if (ended()) {
            return;
        }
        try {
            delegate.rollback();
        } finally {
            end(TransactionState.ROLLED_BACK);
            afterRollback.forEach(BoundTransaction::runLogged);
        }
    }

    @Override
    public void close() {
        rollback();
    }

    private void end(TransactionState last) {
        state = last;
        manager.unbind(this);
        delegate.close();
    }

    private static void runLogged(Runnable callback) {
        try {
            callback.run();
        } catch (RuntimeException e) {
            // the transaction has ended: there is nobody to whom this failure could still matter but the log
            LOG.error("A callback after the end of a transaction failed", e);
        }
    }

    @Override
    public <R> R call(Callable<R> work) throws Exception {
        requireActive();
        return manager.callBound(this, work);
    }

    private void requireActive() {
        if (ended()) {
            throw new IllegalStateException("Transaction " + id + " has ended: it is " + state);
        }
    }

    @Override
    public String toString() {
        return id + " (" + state + ", since " + startedAt + ")";
    }
}
