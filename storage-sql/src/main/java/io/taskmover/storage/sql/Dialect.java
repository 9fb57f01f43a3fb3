package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Set;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.SortField;
import org.jspecify.annotations.Nullable;

/**
 * What one database has of its own: its SQL, the forms of values in it, its catalog. Everything else of this package asks
 * here and is the same for all. Stateless.
 */
interface Dialect {

    // names and statements

    /** Renders statements: names quoted as they are, values as parameters. */
    DSLContext sql();

    /** An identifier, quoted. */
    String quote(String name);

    /** What tables, columns and indexes can be called. */
    NameRules names();

    /** A statement that inserts, as {@link #sql} renders it, such that it takes keys where the database assigns them. */
    String insertion(String rendered);

    /** The statement that reads what is about to be changed, such that nobody else changes it before. */
    String locking(String select);

    /**
     * Whether a write by condition may pass over rows that the transaction sees, for others have changed them, instead of
     * failing.
     */
    default boolean passesOverChangedRows(Session session) {
        return false;
    }

    /** Prepares a statement whose rows are to be read one after the other, however many there are. */
    void stream(PreparedStatement statement) throws SQLException;

    /** Whether the statement that stores over the row of its key never stores over another, which an index has as equal. */
    default boolean upsertsByKeyAlone(StoredTable table) {
        return true;
    }

    /** Whether a row that is inserted without its generated key gets it by that, and not before from {@link GeneratedKeys}. */
    default boolean assignsKeys() {
        return false;
    }

    /** The key that the last row inserted without one got, where the database {@link #assignsKeys}. */
    default long assignedKey(Session session) throws SQLException {
        throw new IllegalStateException("This database assigns no keys");
    }

    /** Whether a statement that fails leaves the transaction with nothing but a rollback. */
    default boolean failureEndsTransaction() {
        return false;
    }

    // values

    /** Whether values of a kind, in the forms of own tables, can be compared with a list of them that is one parameter. */
    default boolean takesArraysOf(QueryShape.Kind kind) {
        return false;
    }

    /** Whether a value in the result of a user's statement has a type of its own, whatever its column's is. */
    default boolean typesValues() {
        return false;
    }

    /** The form of a type's values in tables that this library made. */
    ColumnCodec codec(DataType type);

    /** The form of a column's values in a table that this library made. */
    default ColumnCodec codec(TableSchema schema, Column column) {
        return codec(column.type());
    }

    /** Whether there are values that no column of a table that this library made takes, as {@link ColumnCodec#lossOf} says. */
    default boolean boundsOwnValues() {
        return false;
    }

    /** The form of the hidden column that a DECIMAL one is compared by. */
    ColumnCodec decimalKey();

    /** Compares by code points whatever collation the column was declared with. */
    Field<Object> binary(Field<Object> text);

    /** Whether a text has a form, case-sensitively; the pattern's parameter takes {@link #pattern}. */
    Condition like(Field<Object> text, Field<Object> pattern);

    /** A LIKE pattern in the form that {@link #like} takes. */
    String pattern(String like);

    /** A text as characters, where the column of a key may hold bytes in their place. */
    default Field<Object> characters(Field<Object> text) {
        return text;
    }

    /** What a function is called; null if it does something else at the edges. */
    @Nullable
    String function(Function function);

    /** A place in a column of JSON; null if the database cannot look there. */
    @Nullable
    JsonPlace place(Field<Object> json, List<String> members);

    /** Whether an index is searched by a comparison of rows: {@code (a, b) > (1, 2)}. */
    default boolean searchesRows() {
        return true;
    }

    /** A key of an order: nulls last when ascending, first when descending. */
    SortField<?> sort(Field<?> key, boolean descending, boolean nullable);

    // the tables that this library makes

    /** Makes the table of {@link OwnTables#BOOKKEEPING} if it is not there. */
    String createBookkeeping();

    /** @param taken names that tables and indexes have, in the form of {@link NameRules#folded} */
    String createTable(StoredTable table, Set<String> taken);

    /** Whether {@link #createTable} makes the table's indexes too. */
    default boolean createsTablesWithIndexes() {
        return false;
    }

    /** The type of a physical column as it is declared. */
    String declared(PhysicalColumn physical, DataType type);

    /** A default in its stored form: definitions take no parameters. */
    String literal(Column column, PhysicalColumn physical, Object value);

    // the catalog

    /** Whether the table of {@link OwnTables#BOOKKEEPING} is there. */
    boolean hasBookkeeping(Session session) throws SQLException;

    /** A number that every change of the catalog makes another. */
    long catalogVersion(Session session) throws SQLException;

    /**
     * A statement whose first result is the {@link #catalogVersion} of the state that its second comes from, the rows of
     * {@code select}; null if that takes as many messages as both by themselves.
     */
    default @Nullable String withCatalogVersion(String select) {
        return null;
    }

    /**
     * A statement that fails, as {@link #isOfAnotherCatalog} tells, where {@code write} would change a row while the
     * {@link #catalogVersion} is not this one, and else does the same, with a row as its result for each that it changes;
     * null if one statement cannot.
     */
    default @Nullable String ifCatalogVersion(long version, String write) {
        return null;
    }

    /** Whether {@link #ifCatalogVersion} did nothing for the version was another; true also where it might be. */
    default boolean isOfAnotherCatalog(SQLException failure) {
        return false;
    }

    /** The catalog is about to be changed. */
    void catalogChanges(Session session) throws SQLException;

    /** Runs a statement that changes a definition. */
    default void define(Session session, String definition) throws SQLException {
        session.executeOnce(definition);
    }

    /**
     * A change of the catalog is over, done or failed; called for each {@link #catalogChanges}. Returns whether what the
     * transaction did until now is committed.
     */
    default boolean catalogChanged(Session session) throws SQLException {
        return false;
    }

    /**
     * Whether a definition is committed by itself: then one may be made that this library has not noted, since its process died
     * in between.
     */
    default boolean definesAtOnce() {
        return false;
    }

    /** Selects a row if a table has a column; takes the names of both. Of a database that {@link #definesAtOnce}. */
    default String findColumn() {
        throw new IllegalStateException("This database makes definitions as a part of transactions");
    }

    /** The same of an index. */
    default String findIndex() {
        throw new IllegalStateException("This database makes definitions as a part of transactions");
    }

    /** Selects the names of all that is a table to a user, ending in its condition. */
    String physicalTables();

    /** Selects the names that tables and indexes have. */
    String takenNames();

    /** Selects the table that has an index of a name, which it takes twice: first among own tables, then the others. */
    String ownerOfIndex();

    /** Reads the schema of a table that was there before; null if the library cannot use it. */
    @Nullable
    StoredTable readExisting(String table, Session session) throws SQLException;

    /** The statement that adds a column to a table that was there before. */
    String addToExisting(StoredTable table, Column column, Session session) throws SQLException;

    /**
     * The statement that lets a column of a table refuse null; null where the database has none, and this library alone
     * refuses it.
     *
     * @param changed the table, which this library made, as it will be
     */
    default @Nullable String setNotNull(StoredTable changed, PhysicalColumn column) {
        return "alter table " + changed.quotedName() + " alter column " + quote(column.name()) + " set not null";
    }

    /** Stores a row of {@link OwnTables#BOOKKEEPING} over what there is of its name; takes its four columns. */
    default String keepSchema() {
        return "insert into " + OwnTables.BOOKKEEPING + " (name, stored_as, schema, names) values (?, ?, ?, ?)"
                + " on conflict (name) do update set schema = excluded.schema, names = excluded.names";
    }

    /** The statement that makes an index. */
    default String createIndex(StoredTable table, Index index) {
        return OwnTables.createIndex(table, index);
    }

    /** The statement that removes an index. */
    default String dropIndex(StoredTable table, Index index) {
        return "drop index " + quote(table.names().index(index.name()));
    }

    // how it works

    /** How a selection would run. */
    Explanation explain(Session session, StoredTable table, Select select) throws SQLException;

    /** Runs a batch; the failure of a row names it where that can be known. */
    void run(RowBatch batch) throws SQLException;

    /** What the database itself finds wrong with its files and references, at most so many. */
    List<String> problems(Session session, int most) throws SQLException;
}
