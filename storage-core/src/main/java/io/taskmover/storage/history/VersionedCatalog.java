package io.taskmover.storage.history;

import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** A catalog that makes a history with each table, and shows none. */
final class VersionedCatalog implements Catalog {
    private final Catalog delegate;
    private final Runnable changed;

    /** @param changed is run before every change */
    VersionedCatalog(Catalog delegate, Runnable changed) {
        this.delegate = delegate;
        this.changed = changed;
    }

    @Override
    public List<String> tables() {
        return delegate.tables().stream()
                .filter(table -> !HistoryTable.isReserved(table))
                .toList();
    }

    @Override
    public Optional<TableSchema> table(String name) {
        return delegate.table(name);
    }

    @Override
    public boolean owns(String table) {
        return delegate.owns(table);
    }

    private void changing(String table) {
        if (HistoryTable.isReserved(table)) {
            throw new SchemaException(
                    "The name '" + table + "' is reserved for a table that holds versions of another one's rows");
        }
        changed.run();
    }

    @Override
    public void create(TableSchema schema) {
        changing(schema.name());
        delegate.create(schema);
        if (VersionedTables.isKept(schema.name())) {
            HistoryTable history = HistoryTable.of(schema);
            if (delegate.table(history.name()).isEmpty()) {
                delegate.create(history.schema());
            }
        }
    }

    @Override
    public void drop(String table) {
        changing(table);
        delegate.drop(table);
        String history = HistoryTable.nameFor(table);
        if (delegate.table(history).isPresent()) {
            delegate.drop(history);
        }
    }

    @Override
    public void addColumn(String table, Column column) {
        changing(table);
        delegate.addColumn(table, column);
    }

    @Override
    public void dropColumn(String table, String column) {
        changing(table);
        delegate.dropColumn(table, column);
    }

    @Override
    public void renameColumn(String table, String from, String to) {
        changing(table);
        delegate.renameColumn(table, from, to);
    }

    @Override
    public void setNotNull(String table, String column) {
        changing(table);
        delegate.setNotNull(table, column);
    }

    @Override
    public long lastGeneratedKey(String table) {
        return delegate.lastGeneratedKey(table);
    }

    @Override
    public void raiseGeneratedKey(String table, long key) {
        delegate.raiseGeneratedKey(table, key);
    }

    @Override
    public Catalog rehearsal(Consumer<String> statements) {
        return new VersionedCatalog(delegate.rehearsal(statements), () -> {});
    }

    @Override
    public void createIndex(String table, Index index) {
        changing(table);
        delegate.createIndex(table, index);
    }

    @Override
    public void dropIndex(String table, String index) {
        changing(table);
        delegate.dropIndex(table, index);
    }
}
