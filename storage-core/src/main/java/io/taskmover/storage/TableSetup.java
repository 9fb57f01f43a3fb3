package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.history.VersionedBackend;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;

/** Brings the table that an entity asks for and the one that the store has together, or says why it cannot. */
final class TableSetup {
    private TableSetup() {}

    /**
     * Creates or completes the table where that is allowed; checks that it fits.
     *
     * @return the entity for the table that there is
     */
    static <T, K> Entity<T, K> prepare(Storage storage, Entity<T, K> entity) {
        Entity<T, K> fitted = prepare(storage, entity, 1);
        VersionedBackend versions = storage.versions();
        if (versions != null && !storage.config().readOnly() && storage.currentTransaction() == null) {
            versions.keep(fitted.schema().name());
        }
        return fitted;
    }

    private static <T, K> Entity<T, K> prepare(Storage storage, Entity<T, K> entity, int attempt) {
        String table = entity.schema().name();
        Entity<T, K> fitted = entity;
        try (BackendTransaction transaction = storage.backend().begin(TransactionOptions.READ_ONLY)) {
            Optional<TableSchema> found = transaction.catalog().table(table);
            if (found.isPresent()) {
                fitted = entity.fitted(found.get());
                if (isComplete(fitted.schema(), found.get())) {
                    requireFit(fitted.schema(), found.get());
                    return fitted;
                }
            }
        }
        boolean mayCreate =
                storage.config().autoCreate() && !storage.config().readOnly() && storage.currentTransaction() == null;
        if (!mayCreate) {
            return fitted; // using the table will say that it, or a column, is missing
        }
        try (BackendTransaction transaction = storage.backend().begin(TransactionOptions.DEFAULT)) {
            Catalog catalog = transaction.catalog();
            fitted = catalog.table(table).map(entity::fitted).orElse(entity);
            complete(catalog, fitted.schema());
            transaction.commit();
            return fitted;
        } catch (ConflictException e) {
            if (attempt == StorageBackend.MAX_ATTEMPTS) {
                throw e;
            }
            return prepare(
                    storage, entity, attempt + 1); // someone else was at the same table: see what they left to do
        }
    }

    private static boolean isComplete(TableSchema wanted, TableSchema found) {
        return missingColumns(wanted, found).isEmpty()
                && missingIndexes(wanted, found).isEmpty();
    }

    private static List<Column> missingColumns(TableSchema wanted, TableSchema found) {
        return wanted.columns().stream()
                .filter(column -> found.rowType().indexOf(column.name()) < 0)
                .toList();
    }

    private static List<Index> missingIndexes(TableSchema wanted, TableSchema found) {
        return wanted.indexes().stream()
                .filter(index -> found.indexes().stream()
                        .noneMatch(
                                other -> other.columns().equals(index.columns()) && other.unique() == index.unique()))
                .toList();
    }

    private static void complete(Catalog catalog, TableSchema wanted) {
        String table = wanted.name();
        Optional<TableSchema> found = catalog.table(table);
        if (found.isEmpty()) {
            catalog.create(wanted);
            return;
        }
        requireFit(wanted, found.get());
        List<Column> columns = missingColumns(wanted, found.get());
        if (!catalog.owns(table)) {
            if (columns.isEmpty()) {
                return; // its indexes are its owner's business
            }
            throw new MappingException("Table '" + table + "' has no column '"
                    + columns.get(0).name() + "'; its columns are "
                    + found.get().rowType()
                    + ". It was not created here and so is not altered: name the column with @Column, or add it");
        }
        for (Column column : columns) {
            // rows that exist have no value for it, so that the new column can only be null there
            catalog.addColumn(
                    table, new Column(column.name(), column.type(), false, column.defaultValue(), column.checks()));
        }
        for (Index index : missingIndexes(wanted, found.get())) {
            catalog.createIndex(table, index);
        }
    }

    private static void requireFit(TableSchema wanted, TableSchema found) {
        if (!wanted.primaryKey().equals(found.primaryKey())) {
            throw new MappingException("The key of table '" + found.name() + "' is " + found.primaryKey()
                    + ", but the entity's id is " + wanted.primaryKey());
        }
        for (Column column : wanted.columns()) {
            int position = found.rowType().indexOf(column.name());
            if (position >= 0 && found.rowType().column(position).type() != column.type()) {
                throw new MappingException("Column '" + column.name() + "' of table '" + found.name() + "' is "
                        + found.rowType().column(position).type() + ", but the entity's property is "
                        + column.type() + "; give the property a converter, or run a migration with changeType");
            }
        }
        if (!wanted.versionColumn().equals(found.versionColumn())
                && found.versionColumn().isPresent()) {
            throw new MappingException("Table '" + found.name() + "' counts versions in '"
                    + found.versionColumn().get() + "'; the entity must have that property as its @Version");
        }
    }
}
