package io.taskmover.storage.engine;

import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The catalog of one transaction. */
final class EngineCatalog implements Catalog {
    private final EngineTransaction transaction;
    private final Workspace workspace;

    EngineCatalog(EngineTransaction transaction, Workspace workspace) {
        this.transaction = transaction;
        this.workspace = workspace;
    }

    @Override
    public List<String> tables() {
        return List.copyOf(workspace.tables(transaction.readSnapshot()).keySet());
    }

    @Override
    public Optional<TableSchema> table(String name) {
        return Optional.ofNullable(workspace.table(name, transaction.readSnapshot()))
                .map(Table::schema);
    }

    @Override
    public void create(TableSchema schema) {
        transaction.change(snapshot -> {
            if (workspace.table(schema.name(), snapshot) != null) {
                throw new SchemaException("There is a table '" + schema.name() + "' already");
            }
            for (Index index : schema.indexes()) {
                requireNewIndexName(index.name(), workspace.tables(snapshot));
            }
            Table table = transaction.newTable(schema);
            workspace.alter(schema.name(), new TransactionTable(table), schema, snapshot);
        });
    }

    @Override
    public void drop(String table) {
        transaction.change(snapshot -> {
            require(table, snapshot);
            workspace.alter(table, null, null, snapshot);
        });
    }

    @Override
    public void addColumn(String table, Column column) {
        transaction.change(snapshot -> {
            TableSchema schema = require(table, snapshot).schema();
            if (schema.rowType().indexOf(column.name()) >= 0) {
                throw new SchemaException("Table '" + table + "' has a column '" + column.name() + "' already");
            }
            if (column.notNull() && column.defaultValue() == null && transaction.hasRows(Select.from(table))) {
                throw new SchemaException("Column '" + column.name() + "' is not null and has no default, and table '"
                        + table + "' has rows; give it a default");
            }
            alter(schema.toBuilder().column(column).build(), snapshot);
        });
    }

    @Override
    public void dropColumn(String table, String column) {
        transaction.change(snapshot -> {
            TableSchema schema = require(table, snapshot).schema();
            schema.column(column);
            String user = userOf(schema, column);
            if (user != null) {
                throw new SchemaException(
                        "Column '" + column + "' of table '" + table + "' cannot be dropped: " + user + " uses it");
            }
            alter(schema.toBuilder().removeColumn(column).build(), snapshot);
        });
    }

    @Override
    public void renameColumn(String table, String from, String to) {
        transaction.change(snapshot -> {
            TableSchema schema = require(table, snapshot).schema();
            schema.column(from);
            if (schema.rowType().indexOf(to) >= 0) {
                throw new SchemaException("Table '" + table + "' has a column '" + to + "' already");
            }
            alter(schema.toBuilder().renameColumn(from, to).build(), Map.of(to, from), snapshot);
            // a log knows columns by their names, so that the rows have to tell it where their values are now
            transaction.writeAgain(table, snapshot);
        });
    }

    @Override
    public void setNotNull(String table, String column) {
        transaction.change(snapshot -> {
            TableSchema schema = require(table, snapshot).schema();
            Column required = schema.column(column).withNotNull();
            if (transaction.hasRows(Select.from(table).where(Condition.eq(Path.of(column), null)))) {
                throw new SchemaException("Column '" + column + "' of table '" + table
                        + "' has null in a row; give each row a value first");
            }
            alter(schema.toBuilder().replaceColumn(required).build(), snapshot);
        });
    }

    private static @Nullable String userOf(TableSchema schema, String column) {
        if (schema.primaryKey().contains(column)) {
            return "the primary key";
        }
        if (schema.versionColumn().filter(column::equals).isPresent()) {
            return "versioning";
        }
        for (Index index : schema.indexes()) {
            if (index.columns().contains(column)) {
                return "the index '" + index.name() + "'";
            }
        }
        return null;
    }

    @Override
    public void createIndex(String table, Index index) {
        transaction.change(snapshot -> {
            TableSchema schema = require(table, snapshot).schema();
            requireNewIndexName(index.name(), workspace.tables(snapshot));
            alter(schema.toBuilder().index(index).build(), snapshot);
        });
    }

    @Override
    public void dropIndex(String table, String index) {
        transaction.change(snapshot -> {
            TableSchema schema = require(table, snapshot).schema();
            if (schema.indexes().stream().noneMatch(i -> i.name().equals(index))) {
                throw new SchemaException("Table '" + table + "' has no index '" + index + "'; its indexes are "
                        + schema.indexes().stream().map(Index::name).toList());
            }
            alter(schema.toBuilder().removeIndex(index).build(), snapshot);
        });
    }

    @Override
    public long lastGeneratedKey(String table) {
        Table known = require(table, transaction.readSnapshot());
        return known.schema().generatedKey() ? known.rows().lastGeneratedKey().get() : 0;
    }

    @Override
    public void raiseGeneratedKey(String table, long key) {
        transaction.change(snapshot -> {
            if (require(table, snapshot).schema().generatedKey() && key > 0) {
                transaction.raiseGeneratedKey(workspace.writable(table, snapshot), key, snapshot);
            }
        });
    }

    private Table require(String name, Snapshot snapshot) {
        Table table = workspace.table(name, snapshot);
        if (table == null) {
            throw Table.missing(name, workspace.tables(snapshot).keySet());
        }
        return table;
    }

    private void alter(TableSchema schema, Snapshot snapshot) {
        alter(schema, Map.of(), snapshot);
    }

    /** @param renamed the former names of columns that have another one now, by that */
    private void alter(TableSchema schema, Map<String, String> renamed, Snapshot snapshot) {
        TransactionTable own = workspace.writable(schema.name(), snapshot);
        transaction.requireCurrent(own, snapshot);
        Alteration alteration = new Alteration(own.table(), schema, renamed);
        Table changed = alteration.run(snapshot.sequence, own);
        TransactionTable form = own.over(changed, alteration.conversion(), snapshot.sequence);
        workspace.alter(schema.name(), form, schema, snapshot);
    }

    /** Names of indexes are unique in the store. */
    static void requireNewIndexName(String name, Map<String, Table> tables) {
        for (Table table : tables.values()) {
            for (Index index : table.schema().indexes()) {
                if (index.name().equals(name)) {
                    throw new SchemaException(
                            "There is an index '" + name + "' already, on table '" + table.name() + "'");
                }
            }
        }
    }
}
