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
import java.util.function.Consumer;

/** The tables as one transaction sees and changes them. What {@link RehearsedCatalog} does otherwise is left to it. */
class SqlCatalog implements Catalog {
    private final SqlTransaction transaction;
    private final Session session;
    private final SqlTransaction.Owner owner;
    private final Leftovers leftovers;

    SqlCatalog(SqlTransaction transaction, Session session, SqlTransaction.Owner owner) {
        this(transaction, session, owner, Leftovers.in(session));
    }

    SqlCatalog(SqlTransaction transaction, Session session, SqlTransaction.Owner owner, Leftovers leftovers) {
        this.transaction = transaction;
        this.session = session;
        this.owner = owner;
        this.leftovers = leftovers;
    }

    /** A change of the catalog. */
    @FunctionalInterface
    interface Change {
        void make() throws SQLException;
    }

    @Override
    public List<String> tables() {
        return transaction.read(() -> transaction.tables().names(session));
    }

    @Override
    public Optional<TableSchema> table(String name) {
        return transaction.read(() -> find(name).map(StoredTable::schema));
    }

    @Override
    public boolean owns(String table) {
        return transaction.read(() -> required(table).own());
    }

    @Override
    public Catalog rehearsal(Consumer<String> statements) {
        return new RehearsedCatalog(transaction, session, owner, statements);
    }

    /** The table of a name, as it is seen in the middle of a change. */
    Optional<StoredTable> find(String table) throws SQLException {
        return transaction.tables().find(table, session);
    }

    private StoredTable required(String table) throws SQLException {
        Optional<StoredTable> found = find(table);
        return found.isPresent() ? found.get() : transaction.tables().require(table, session);
    }

    @Override
    public void create(TableSchema schema) {
        change(schema.name(), () -> {
            if (find(schema.name()).isPresent()) {
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
            forgetKeys(schema.name());
        });
    }

    /** The generated keys of a table, new or gone, begin anew. */
    void forgetKeys(String table) {
        owner.generatedKeys().forget(table);
    }

    /** The names that tables and indexes have, folded. */
    Set<String> takenNames() throws SQLException {
        Set<String> names = new HashSet<>();
        for (String name : session.queryTexts(session.dialect().takenNames())) {
            names.add(session.dialect().names().folded(name));
        }
        return names;
    }

    /** @throws SchemaException if another table has an index of this name: they are unique in the store */
    void requireFree(Index index) throws SQLException {
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
            define("drop table if exists " + stored.quotedName());
            forget(stored);
        });
    }

    @Override
    public void addColumn(String table, Column column) {
        change(table, () -> {
            StoredTable stored = required(table);
            TableSchema schema = stored.schema().toBuilder().column(column).build();
            if (column.notNull()
                    && column.defaultValue() == null
                    && isThere("select 1 from " + stored.quotedName() + " limit 1")) {
                throw new SchemaException("Column '" + column.name() + "' cannot be added to table '" + table
                        + "': it is not null, has no default, and there are rows");
            }
            if (stored.own()) {
                StoredTable changed = changed(stored, schema);
                for (PhysicalColumn physical : OwnTables.columns(changed, changed.position(column.name()))) {
                    if (leftovers.hasColumn(changed, physical)) {
                        define(OwnTables.dropColumn(changed, physical));
                    }
                }
                for (String statement : OwnTables.addColumn(changed, column)) {
                    define(statement);
                }
                keep(changed);
            } else {
                define(session.dialect().addToExisting(stored, column, session));
                note(stored, schema);
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
            for (PhysicalColumn physical :
                    OwnTables.columns(stored, schema.rowType().indexOf(column))) {
                if (!leftovers.lacksColumn(stored, physical)) {
                    define(OwnTables.dropColumn(stored, physical));
                }
            }
            TableSchema narrower = schema.toBuilder().removeColumn(column).build();
            if (stored.own()) {
                keep(changed(stored, narrower));
            } else {
                note(stored, narrower);
            }
        });
    }

    @Override
    public void renameColumn(String table, String from, String to) {
        change(table, () -> {
            StoredTable stored = required(table);
            stored.schema().column(from);
            if (stored.rowType().indexOf(to) >= 0) {
                throw new SchemaException("Table '" + table + "' has a column '" + to + "' already");
            }
            if (!stored.own()) {
                define(OwnTables.renameColumn(stored, from, to));
                note(stored, stored.schema().toBuilder().renameColumn(from, to).build());
                return;
            }
            StoredTable changed = changed(
                    stored, stored.schema().toBuilder().renameColumn(from, to).build());
            List<PhysicalColumn> before = OwnTables.columns(stored, stored.position(from));
            List<PhysicalColumn> after = OwnTables.columns(changed, changed.position(to));
            for (int i = 0; i < before.size(); i++) {
                if (!leftovers.lacksColumn(stored, before.get(i))) {
                    define(OwnTables.renameColumn(
                            stored, before.get(i).name(), after.get(i).name()));
                }
            }
            keep(changed);
        });
    }

    @Override
    public void setNotNull(String table, String column) {
        change(table, () -> {
            StoredTable stored = required(table);
            if (!stored.own()) {
                throw new UnsupportedException(
                        "Table '" + table + "' was not made by this library, which does not change"
                                + " what its columns require; do it by the database's own means");
            }
            Column required = stored.schema().column(column).withNotNull();
            String missing = "select 1 from " + stored.quotedName() + " where "
                    + session.dialect().quote(stored.names().column(column)) + " is null limit 1";
            if (isThere(missing)) {
                throw new SchemaException("Column '" + column + "' of table '" + table
                        + "' has null in a row; give each row a value first");
            }
            StoredTable changed = changed(
                    stored, stored.schema().toBuilder().replaceColumn(required).build());
            for (PhysicalColumn physical : OwnTables.columns(changed, changed.position(column))) {
                String statement = session.dialect().setNotNull(changed, physical);
                if (statement != null) {
                    define(statement);
                }
            }
            keep(changed);
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
            if (leftovers.hasIndex(changed, changed.names().index(index.name()))) {
                define(session.dialect().dropIndex(changed, index));
            }
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
            if (!leftovers.lacksIndex(stored, stored.names().index(index))) {
                define(session.dialect().dropIndex(stored, dropped));
            }
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

    /** Whether a query has a row: rows that are in the way of a change. */
    boolean isThere(String query) throws SQLException {
        return session.queryLong(query) > 0;
    }

    /** A table that others made has another schema now, which the database remembers. */
    void note(StoredTable table, TableSchema changed) {}

    /** Remembers a table that was dropped no more. */
    void forget(StoredTable table) throws SQLException {
        if (table.own()) {
            bookkeep("delete from " + OwnTables.BOOKKEEPING + " where name = ?", table.name());
        }
        forgetKeys(table.name());
    }

    /** Remembers a table as it is now. */
    void keep(StoredTable table) throws SQLException {
        if (table.own()) {
            bookkeep(
                    session.dialect().keepSchema(),
                    table.name(),
                    table.names().table(),
                    SchemaJson.line(table.schema()),
                    table.names().text());
        }
    }

    void define(String definition) throws SQLException {
        session.dialect().define(session, definition);
    }

    void makeBookkeeping() throws SQLException {
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
    void change(String table, Change change) {
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
