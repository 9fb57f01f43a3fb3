package io.taskmover.storage.backend;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Forwards everything to another backend. A layer extends it and overrides what it changes; one that changes
 * transactions overrides {@link #begin} and the conveniences, which the delegate may answer by a faster way.
 */
public class ForwardingBackend implements StorageBackend {
    private final StorageBackend delegate;

    public ForwardingBackend(StorageBackend delegate) {
        this.delegate = delegate;
    }

    protected final StorageBackend delegate() {
        return delegate;
    }

    @Override
    public void connect(StorageConfig config) {
        delegate.connect(config);
    }

    @Override
    public Capabilities capabilities() {
        return delegate.capabilities();
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return delegate.begin(options);
    }

    @Override
    public List<PreparedTransaction> inDoubt() {
        return delegate.inDoubt();
    }

    @Override
    public boolean isDeciding(String globalId, boolean clientGone) {
        return delegate.isDeciding(globalId, clientGone);
    }

    @Override
    public void refresh() {
        delegate.refresh();
    }

    @Override
    public void sync() {
        delegate.sync();
    }

    @Override
    public StorageBackend whole() {
        return delegate.whole();
    }

    @Override
    public void onCommit(CommitListener listener) {
        delegate.onCommit(listener);
    }

    @Override
    public Verification verify() {
        return delegate.verify();
    }

    @Override
    public Replacement beginReplacement() {
        return delegate.beginReplacement();
    }

    @Override
    public StorageMetrics metrics() {
        return delegate.metrics();
    }

    @Override
    public Repair repair(StorageConfig config) {
        return delegate.repair(config);
    }

    @Override
    public void close() {
        delegate.close();
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        return delegate.find(table, id);
    }

    @Override
    public <R> Optional<R> find(String table, Object id, Function<? super Row, ? extends R> mapper) {
        return delegate.find(table, id, mapper);
    }

    @Override
    public <R> List<R> select(Select select, Function<? super Row, ? extends R> mapper) {
        return delegate.select(select, mapper);
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return delegate.write(table, mode, rows);
    }

    @Override
    public boolean delete(String table, Object id) {
        return delegate.delete(table, id);
    }

    @Override
    public long delete(String table, Condition where) {
        return delegate.delete(table, where);
    }

    @Override
    public void createTable(TableSchema schema) {
        delegate.createTable(schema);
    }

    @Override
    public Object insert(String table, Map<String, ? extends @Nullable Object> values) {
        return delegate.insert(table, values);
    }

    @Override
    public List<Map<String, @Nullable Object>> select(
            String table, Map<String, ? extends @Nullable Object> filters, List<Sort> orderBy, @Nullable Long limit) {
        return delegate.select(table, filters, orderBy, limit);
    }

    @Override
    public boolean update(String table, Object id, Map<String, ? extends @Nullable Object> values) {
        return delegate.update(table, id, values);
    }

    @Override
    public TableSchema schemaOf(String table) {
        return delegate.schemaOf(table);
    }
}
