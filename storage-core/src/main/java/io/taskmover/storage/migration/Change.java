package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One change of a {@link Migration}. Each can be taken back; what it takes away of the data is set aside for that, in a table
 * {@code _dropped_<version>_<number of the change>}, until {@link MigrationManager#purge}. Immutable.
 */
public abstract sealed class Change
        permits TableCreation,
                TableDrop,
                ColumnAddition,
                ColumnDrop,
                ColumnRenaming,
                TypeChange,
                IndexCreation,
                IndexDrop,
                RowsChange,
                SqlChange,
                Todo {

    Change() {}

    /** Creates a table; taken back, it is dropped with its rows. */
    public static Change createTable(TableSchema schema) {
        return new TableCreation(schema);
    }

    /**
     * Drops a table and sets its rows aside; taken back, it is there again with them. If rows have versions, these begin at 1
     * again then.
     */
    public static Change dropTable(String table) {
        return new TableDrop(table);
    }

    /** Adds a column at the end; rows that exist get its default. Taken back, it is dropped with its values. */
    public static Change addColumn(String table, Column column) {
        return new ColumnAddition(table, column);
    }

    /**
     * Drops a column that neither the key, the version nor an index uses, and sets its values aside; taken back, it is the last
     * column, rows have their values again, and those that came later its default.
     */
    public static Change dropColumn(String table, String column) {
        return new ColumnDrop(table, column);
    }

    /** Gives a column another name. */
    public static Change renameColumn(String table, String from, String to) {
        return new ColumnRenaming(table, from, to);
    }

    /**
     * Gives a column another type, and each value the form of that which loses nothing, as {@link DataType#coerce} does; as a
     * text each has the form that it has in files, JSON the compact one. What has none, as bytes have no text, fails the
     * migration. The column comes last then.
     *
     * @param column the column as it is to be, under its own name; neither the key, the version nor an index uses it
     */
    public static Change changeType(String table, Column column) {
        return new TypeChange(table, column, null, null);
    }

    /**
     * The same by conversions of one's own. The former values are set aside: taken back, a row whose value is still what its
     * former value became has that again, and any other value is converted back.
     */
    public static Change changeType(String table, Column column, ValueConversion forth, ValueConversion back) {
        return new TypeChange(table, column, forth, back);
    }

    /** Creates an index; taken back, it is dropped. */
    public static Change createIndex(String table, Index index) {
        return new IndexCreation(table, index);
    }

    /** Drops an index; taken back, it is created again. */
    public static Change dropIndex(String table, String index) {
        return new IndexDrop(table, index);
    }

    /**
     * Changes or deletes rows, in batches that are a transaction each: whoever reads meanwhile may see some rows changed and
     * others not. The former rows are set aside; taken back, those rows are as they were.
     */
    public static Change transformRows(String table, RowTransformation forth) {
        return new RowsChange(table, forth, null);
    }

    /** The same where the way back is another transformation: nothing is set aside. */
    public static Change transformRows(String table, RowTransformation forth, RowTransformation back) {
        return new RowsChange(table, forth, back);
    }

    /**
     * Gives rows that have one value in a column another there. The former rows are set aside; taken back, those rows are as
     * they were.
     *
     * @param from the value as a migration's file has it: JSON, which is coerced to the column's type; null for rows that have
     *     none
     * @param to the same; null takes the value away
     */
    public static Change replaceValue(String table, String column, @Nullable Object from, @Nullable Object to) {
        return RowsChange.replacing(table, column, from, to);
    }

    /**
     * Runs statements in a relational database's own SQL.
     *
     * @param back what takes them back; empty if nothing does, and a rollback is refused
     */
    public static Change sql(List<String> statements, List<String> back) {
        return new SqlChange(statements, back);
    }

    /** What it does, in words for people: {@code drop column users.mail}. */
    @Override
    public abstract String toString();

    /** Whether values go, or become others. */
    public boolean isDestructive() {
        return false;
    }

    /** Whether taking it back does the same to values that are there then. */
    boolean isDestructiveBack() {
        return false;
    }

    /** The table whose rows it goes through; null if it goes through none. */
    @Nullable
    String rowsOf() {
        return null;
    }

    /** The tables that it is about: what they are before it has to be known to take it back. */
    abstract List<String> tables();

    /** @throws io.taskmover.storage.error.SchemaException if it does not fit the tables */
    abstract Schemas apply(Schemas before);

    abstract List<Step> steps(Site site);

    /** @throws io.taskmover.storage.error.MigrationException if it cannot be taken back */
    abstract List<Step> stepsBack(Site site);

    /** All that can be known of it, as canonical JSON: what its migration's checksum is of. */
    abstract Map<String, Object> json();
}
