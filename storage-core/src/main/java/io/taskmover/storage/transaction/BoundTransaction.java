package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.TransactionOptions;
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

/** The transaction that {@link TransactionManager} hands out: a backend's own, plus queue, callbacks and state. */
final class BoundTransaction implements Transaction, Branch {
    private static final AtomicLong COUNTER = new AtomicLong();

    private record Operation(
            OperationType type,
            String table,
            Map<String, @Nullable Object> values,
            @Nullable Object id) {}

    /** A backend's savepoint, and how much there was then of what this class keeps. */
    private record Mark(Savepoint savepoint, int queued, Callbacks.Mark callbacks, boolean doomed)
            implements Savepoint {}

    private final TransactionManager manager;
    private final BackendTransaction delegate;
    private final TransactionOptions options;
    private final Instant startedAt;
    /** What the thread takes part in when this has ended. */
    private final @Nullable BoundTransaction outer;
    /** Whether it is a part of a transaction over several stores. */
    private final boolean branch;

    private List<Operation> queue = List.of();
    private final Callbacks callbacks = new Callbacks();
    private volatile TransactionState state = TransactionState.ACTIVE;
    /** Given when it is first asked for: threads that begin transactions have no counter in common. Guarded by this. */
    private long number;

    private boolean doomed;
    private boolean completed;
    private boolean prepared;
    private OpenTransactions.@Nullable Opened watched;

    BoundTransaction(
            TransactionManager manager,
            BackendTransaction delegate,
            TransactionOptions options,
            Instant startedAt,
            @Nullable BoundTransaction outer,
            boolean branch) {
        this.manager = manager;
        this.delegate = delegate;
        this.options = options;
        this.startedAt = startedAt;
        this.outer = outer;
        this.branch = branch;
    }

    /** Has it reported with the place that calls if it is never ended. */
    void watch(OpenTransactions open) {
        watched = open.opened(this, delegate);
    }

    /** Where it was begun, as far as that was noted. */
    @Nullable
    Throwable begunAt() {
        return watched == null ? null : watched.place();
    }

    boolean mayWrite() {
        return !options.readOnly();
    }

    /** @throws IllegalStateException if work that is to join it needs a stronger isolation than it has */
    void requireCovers(TransactionOptions wanted) {
        if (wanted.isolation() != null && !manager.covers(options, wanted.isolation())) {
            throw new IllegalStateException("The work asks for " + wanted.isolation() + ", and transaction " + this
                    + ", which it would join, was begun with less; begin that one with it, or use REQUIRES_NEW");
        }
    }

    /** Runs work that dooms this transaction if it fails. */
    <R, X extends Exception> R joined(TxWork<R, X> work) throws X {
        boolean completed = false;
        try {
            R result = work.run(this);
            completed = true;
            return result;
        } finally {
            if (!completed) {
                doomed = true;
            }
        }
    }

    /** Runs work of which nothing is left if it fails. */
    <R, X extends Exception> R nested(TxWork<R, X> work) throws X {
        Savepoint savepoint = savepoint();
        try {
            R result = work.run(this);
            if (!ended()) {
                release(savepoint);
            }
            return result;
        } catch (Throwable e) {
            if (!ended()) {
                try {
                    rollbackTo(savepoint);
                    release(savepoint);
                } catch (RuntimeException failure) {
                    doomed = true;
                    e.addSuppressed(failure);
                }
            }
            throw e;
        }
    }

    @Override
    public synchronized String id() {
        if (number == 0) {
            number = COUNTER.incrementAndGet();
        }
        return "tx-" + number;
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
        if (queue.isEmpty()) {
            queue = new ArrayList<>();
        }
        queue.add(new Operation(type, table, new LinkedHashMap<>(values), key));
    }

    @Override
    public Savepoint savepoint() {
        requireActive();
        return new Mark(delegate.savepoint(), queue.size(), callbacks.mark(), doomed);
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        requireActive();
        Mark mark = mark(savepoint);
        delegate.rollbackTo(mark.savepoint());
        if (mark.queued() < queue.size()) {
            queue.subList(mark.queued(), queue.size()).clear();
        }
        doomed = mark.doomed();
        callbacks.rolledBackTo(mark.callbacks());
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
        callbacks.beforeCommit(callback);
    }

    @Override
    public void afterCommit(Runnable callback) {
        requireActive();
        callbacks.afterCommit(callback);
    }

    @Override
    public void afterRollback(Runnable callback) {
        requireActive();
        callbacks.afterRollback(callback);
    }

    @Override
    public void commit() {
        requireActive();
        try {
            complete();
            delegate.commit();
        } catch (Throwable e) {
            if (delegate.isInDoubt()) {
                end(TransactionState.IN_DOUBT);
            } else if (!prepared) {
                try {
                    rollback();
                } catch (RuntimeException failure) {
                    e.addSuppressed(failure);
                }
            }
            throw e;
        }
        end(TransactionState.COMMITTED);
        if (!branch) {
            callbacks.committed();
        }
    }

    @Override
    public void complete() {
        if (completed) {
            return;
        }
        completed = true;
        if (doomed) {
            throw new IllegalStateException("Transaction " + id()
                    + " is rolled back: work that had joined it failed, even if its exception was caught");
        }
        callbacks.runBeforeCommit();
        queue.forEach(this::run);
        queue = List.of();
    }

    @Override
    public void prepare(PreparedTransaction transaction) {
        requireActive();
        delegate.prepare(transaction);
        prepared = true;
    }

    @Override
    public void decide(PreparedTransaction transaction, List<String> stores) {
        requireActive();
        delegate.decide(transaction, stores);
    }

    @Override
    public boolean isInDoubt() {
        return state == TransactionState.IN_DOUBT;
    }

    @Override
    public void committed(@Nullable PreparedTransaction decided) {
        callbacks.committed();
        if (decided != null) {
            manager.forget(decided.globalId());
        }
    }

    @Override
    public void leave() {
        if (!ended()) {
            end(TransactionState.IN_DOUBT);
        }
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
            callbacks.rolledBack();
        }
    }

    @Override
    public void close() {
        rollback();
    }

    private void end(TransactionState last) {
        state = last;
        manager.unbind(this, outer);
        if (watched != null) {
            watched.ended();
        }
        delegate.close();
    }

    @Override
    public <R> R call(Callable<R> work) throws Exception {
        requireActive();
        return manager.callBound(this, work);
    }

    private void requireActive() {
        if (ended()) {
            throw new IllegalStateException("Transaction " + id() + " has ended: it is " + state);
        }
    }

    @Override
    public String toString() {
        return id() + " (" + state + ", since " + startedAt + ")";
    }
}
