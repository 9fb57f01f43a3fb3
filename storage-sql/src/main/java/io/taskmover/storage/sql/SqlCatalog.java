package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The tables as one transaction sees and changes them. */
final class SqlCatalog implements Catalog {
    private final SqlTransaction transaction;
    private final Session session;
    private final SqlTransaction.Owner owner;

    SqlCatalog(SqlTransaction transaction, Session session, SqlTransaction.Owner owner) {
        this.transaction = transaction;
        this.session = session;
        this.owner = owner;
    }

    /** A change of the catalog. */
    @FunctionalInterface
    private interface Change {
        void make() throws SQLException;
    }

    @Override
    public List<String> tables() {
        return transaction.read(() -> transaction.tables().names(session));
    }

    @Override
    public Optional<TableSchema> table(String name) {
        return transaction.read(() -> transaction.tables().find(name, session).map(StoredTable::schema));
    }

    @Override
    public boolean owns(String table) {
        return transaction.read(() -> required(table).own());
    }

    private StoredTable required(String table) throws SQLException {
        return transaction.tables().require(table, session);
    }

    @Override
    public void create(TableSchema schema) {
        change(schema.name(), () -> {
            if (transaction.tables().find(schema.name(), session).isPresent()) {
                throw new SchemaException("There is a table '" + schema.name() + "' already");
            }
            makeBookkeeping();
            Set<String> taken = takenNames();
            NameRules rules = session.dialect().names();
            StoredTable table = OwnTables.stored(
                    session.dialect(),
                    schema,
                    PhysicalNames.choose(schema, null, rules, name -> taken.contains(rules.folded(name))));
            for (Index index : schema.indexes()) {
                requireFree(index);
            }
            define(session.dialect().createTable(table, taken));
            if (!session.dialect().createsTablesWithIndexes()) {
                for (Index index : schema.indexes()) {
                    define(session.dialect().createIndex(table, index));
                }
            }
            keep(table);
            owner.generatedKeys().forget(schema.name());
        });
    }

    /** The names that tables and indexes have, folded. */
    private Set<String> takenNames() throws SQLException {
        Set<String> names = new HashSet<>();
        for (String name : session.queryTexts(session.dialect().takenNames())) {
            names.add(session.dialect().names().folded(name));
        }
        return names;
    }

    /** @throws SchemaException if another table has an index of this name: they are unique in the store */
    private void requireFree(Index index) throws SQLException {
        List<String> owners = session.queryTexts(session.dialect().ownerOfIndex(), List.of(index.name(), index.name()));
        if (!owners.isEmpty()) {
            throw new SchemaException("There is an index '" + index.name() + "' already, of table '" + owners.get(0)
                    + "'; the names of indexes are unique in a store");
        }
    }

    @Override
    public void drop(String table) {
        change(table, () -> {
            StoredTable stored = required(table);
            define("drop table " + stored.quotedName());
            if (stored.own()) {
                bookkeep("delete from " + OwnTables.BOOKKEEPING + " where name = ?", table);
            }
            owner.generatedKeys().forget(table);
        });
    }

    @Override
    public void addColumn(String table, Column column) {
        change(table, () -> {
            StoredTable stored = required(table);
            TableSchema schema = stored.schema().toBuilder().column(column).build();
            if (column.notNull()
                    && column.defaultValue() == null
                    && session.queryLong("select 1 from " + stored.quotedName() + " limit 1") > 0) {
                throw new SchemaException("Column '" + column.name() + "' cannot be added to table '" + table
                        + "': it is not null, has no default, and there are rows");
            }
            if (stored.own()) {
                StoredTable changed = changed(stored, schema);
                for (String statement : OwnTables.addColumn(changed, column)) {
                    define(statement);
                }
                keep(changed);
            } else {
                define(session.dialect().addToExisting(stored, column, session));
            }
        });
    }

    @Override
    public void dropColumn(String table, String column) {
        change(table, () -> {
            StoredTable stored = required(table);
            TableSchema schema = stored.schema();
            schema.column(column);
            if (schema.primaryKey().contains(column)
                    || schema.versionColumn().filter(column::equals).isPresent()
                    || schema.indexes().stream()
                            .anyMatch(index -> index.columns().contains(column))) {
                throw new SchemaException("Column '" + column + "' of table '" + table
                        + "' cannot be removed: the key, the version or an index uses it");
            }
            for (String statement :
                    OwnTables.dropColumn(stored, schema.rowType().indexOf(column))) {
                define(statement);
            }
            if (stored.own()) {
                keep(changed(stored, schema.toBuilder().removeColumn(column).build()));
            }
        });
    }

    @Override
    public void createIndex(String table, Index index) {
        change(table, () -> {
            StoredTable stored = required(table);
            StoredTable changed =
                    changed(stored, stored.schema().toBuilder().index(index).build());
            makeBookkeeping();
            requireFree(index);
            try {
                define(session.dialect().createIndex(changed, index));
            } catch (SQLException e) {
                throw transaction.errors().translate(e, changed, null);
            }
            keep(changed);
        });
    }

    @Override
    public void dropIndex(String table, String index) {
        change(table, () -> {
            StoredTable stored = required(table);
            Index dropped = stored.schema().indexes().stream()
                    .filter(i -> i.name().equals(index))
                    .findFirst()
                    .orElseThrow(() -> new SchemaException("Table '" + table + "' has no index '" + index
                            + "'; its indexes are "
                            + stored.schema().indexes().stream()
                                    .map(Index::name)
                                    .toList()));
            define(session.dialect().dropIndex(stored, dropped));
            keep(changed(stored, stored.schema().toBuilder().removeIndex(index).build()));
        });
    }

    @Override
    public long lastGeneratedKey(String table) {
        return transaction.read(() -> {
            StoredTable stored = required(table);
            return stored.schema().generatedKey() ? owner.generatedKeys().last(session, stored) : 0L;
        });
    }

    @Override
    public void raiseGeneratedKey(String table, long key) {
        change(table, () -> {
            StoredTable stored = required(table);
            if (stored.schema().generatedKey() && key > 0) {
                owner.generatedKeys().raise(session, stored, key);
            }
        });
    }

    /** A table with another schema; what is in both keeps its names. */
    private StoredTable changed(StoredTable table, TableSchema schema) throws SQLException {
        if (!table.own()) {
            return table.withSchema(schema);
        }
        Set<String> taken = takenNames();
        NameRules rules = session.dialect().names();
        return OwnTables.stored(
                session.dialect(),
                schema,
                PhysicalNames.choose(schema, table.names(), rules, name -> taken.contains(rules.folded(name))));
    }

    private void keep(StoredTable table) throws SQLException {
        if (table.own()) {
            bookkeep(
                    session.dialect().keepSchema(),
                    table.name(),
                    table.names().table(),
                    SchemaJson.line(table.schema()),
                    table.names().text());
        }
    }

    private void define(String definition) throws SQLException {
        session.dialect().define(session, definition);
    }

    private void makeBookkeeping() throws SQLException {
        if (!session.dialect().hasBookkeeping(session)) {
            define(session.dialect().createBookkeeping());
        }
    }

    private void bookkeep(String sql, String... values) throws SQLException {
        PreparedStatement statement = session.take(sql);
        try {
            for (int i = 0; i < values.length; i++) {
                statement.setString(i + 1, values[i]);
            }
            statement.executeUpdate();
        } finally {
            session.give(sql, statement);
        }
    }

    /** Runs a user's statement that changes definitions. */
    void run(String definition) {
        change(definition, () -> define(definition));
    }

    /** @param table what is changed, for the message to who may not */
    private void change(String table, Change change) {
        if (transaction.isBranch()) {
            throw new UnsupportedException("A transaction over several stores cannot change tables, and this one is to"
                    + " change '" + table + "'; change it in a transaction of its own");
        }
        transaction.write(() -> {
            // from here on the tables that it looks at are its own affair
            transaction.catalogChanged();
            session.dialect().catalogChanges(session);
            try {
                change.make();
            } finally {
                transaction.catalogChangeEnded();
            }
            transaction.catalogChanged();
            return change;
        });
    }
}
