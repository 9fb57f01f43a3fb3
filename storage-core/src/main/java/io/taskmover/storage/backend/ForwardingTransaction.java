package io.taskmover.storage.backend;

import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Forwards everything to another transaction. A layer extends it and overrides what it changes. */
public class ForwardingTransaction implements BackendTransaction {
    private final BackendTransaction delegate;

    public ForwardingTransaction(BackendTransaction delegate) {
        this.delegate = delegate;
    }

    protected final BackendTransaction delegate() {
        return delegate;
    }

    @Override
    public Catalog catalog() {
        return delegate.catalog();
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        return delegate.find(table, id);
    }

    @Override
    public RowCursor select(Select select) {
        return delegate.select(select);
    }

    @Override
    public long count(Select select) {
        return delegate.count(select);
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return delegate.write(table, mode, rows);
    }

    @Override
    public void load(String table, List<Row> rows) {
        delegate.load(table, rows);
    }

    @Override
    public long update(String table, Condition where, Assignments changes) {
        return delegate.update(table, where, changes);
    }

    @Override
    public long delete(String table, Condition where) {
        return delegate.delete(table, where);
    }

    @Override
    public boolean delete(String table, Object id) {
        return delegate.delete(table, id);
    }

    @Override
    public Explanation explain(Select select) {
        return delegate.explain(select);
    }

    @Override
    public RowCursor executeSql(String sql, List<? extends @Nullable Object> parameters) {
        return delegate.executeSql(sql, parameters);
    }

    @Override
    public Savepoint savepoint() {
        return delegate.savepoint();
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        delegate.rollbackTo(savepoint);
    }

    @Override
    public void release(Savepoint savepoint) {
        delegate.release(savepoint);
    }

    @Override
    public void prepare(PreparedTransaction transaction) {
        delegate.prepare(transaction);
    }

    @Override
    public void decide(PreparedTransaction transaction, List<String> stores) {
        delegate.decide(transaction, stores);
    }

    @Override
    public void commit() {
        delegate.commit();
    }

    @Override
    public boolean isInDoubt() {
        return delegate.isInDoubt();
    }

    @Override
    public void rollback() {
        delegate.rollback();
    }

    @Override
    public void close() {
        delegate.close();
    }
}
