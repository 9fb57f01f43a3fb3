package io.taskmover.storage.sql;

import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.DateTimeException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A table as it stands in the database: its schema, where each column's values are, and the statements made for it.
 * Immutable but for the caches; shared by all threads.
 */
final class StoredTable {
    /** Beyond so many shapes of one kind of statement the cache starts anew. */
    private static final int KEPT_SHAPES = 500;

    private final Dialect dialect;
    private final TableSchema schema;
    private final PhysicalNames names;
    private final boolean own;
    private final PhysicalColumn[] values;
    private final PhysicalColumn[] written;
    private final @Nullable PhysicalColumn[] compared;
    private final int[] keyPositions;
    private final int versionPosition;
    private final Map<Integer, String> dynamicDefaults;
    private final TableStatements statements;
    private final Map<Object, Object> shapes = new ConcurrentHashMap<>();

    /**
     * @param values for each column where its value is read from
     * @param compared for each column what conditions and orders use; null if the database cannot compare its values
     * @param written every column that a complete row fills
     * @param dynamicDefaults by position, the SQL expression that a missing value of an existing table defaults to
     */
    StoredTable(
            Dialect dialect,
            TableSchema schema,
            PhysicalNames names,
            boolean own,
            List<PhysicalColumn> values,
            List<@Nullable PhysicalColumn> compared,
            List<PhysicalColumn> written,
            Map<Integer, String> dynamicDefaults) {
        this.dialect = dialect;
        this.schema = schema;
        this.names = names;
        this.own = own;
        this.values = values.toArray(new PhysicalColumn[0]);
        this.compared = compared.toArray(new PhysicalColumn[0]);
        this.written = written.toArray(new PhysicalColumn[0]);
        this.dynamicDefaults = Map.copyOf(dynamicDefaults);
        this.keyPositions =
                schema.primaryKey().stream().mapToInt(schema.rowType()::indexOf).toArray();
        this.versionPosition =
                schema.versionColumn().map(schema.rowType()::indexOf).orElse(-1);
        this.statements = new TableStatements(this);
    }

    /** The database's own ways. */
    Dialect dialect() {
        return dialect;
    }

    TableSchema schema() {
        return schema;
    }

    String name() {
        return schema.name();
    }

    /** What it and its parts are called in the database. */
    PhysicalNames names() {
        return names;
    }

    /** Its name in the database, quoted. */
    String quotedName() {
        return dialect.quote(names.table());
    }

    RowType rowType() {
        return schema.rowType();
    }

    /** Whether this library made it and knows its rows' form. */
    boolean own() {
        return own;
    }

    int[] keyPositions() {
        return keyPositions;
    }

    /** The position of the version column, or -1. */
    int versionPosition() {
        return versionPosition;
    }

    /** Where the value at a position is read from. */
    PhysicalColumn value(int position) {
        return values[position];
    }

    /** What stands for a position in conditions and orders; null if the database cannot compare its values. */
    @Nullable
    PhysicalColumn compared(int position) {
        return compared[position];
    }

    /** Every column that a complete row fills, in the order of inserts. */
    PhysicalColumn[] written() {
        return written;
    }

    Map<Integer, String> dynamicDefaults() {
        return dynamicDefaults;
    }

    TableStatements statements() {
        return statements;
    }

    /** A table that was there before, with another schema of the same columns. */
    StoredTable withSchema(TableSchema changed) {
        List<PhysicalColumn> all = List.of(values);
        // an index orders as it likes: it only has to find
        return new StoredTable(
                dialect, changed, PhysicalNames.same(changed), false, all, new ArrayList<>(all), all, dynamicDefaults);
    }

    /** What {@code make} makes for a shape, made once. */
    @SuppressWarnings("unchecked")
    <S, P> P shaped(S shape, Function<S, P> make) {
        Object known = shapes.get(shape);
        if (known == null) {
            if (shapes.size() >= KEPT_SHAPES) {
                shapes.clear();
            }
            known = make.apply(shape);
            shapes.put(shape, known);
        }
        return (P) known;
    }

    /** The position of a column that a query names. */
    int position(String column) {
        int position = rowType().indexOf(column);
        if (position < 0) {
            throw new QueryException(
                    "Table '" + name() + "' has no column '" + column + "'; its columns are " + rowType());
        }
        return position;
    }

    /** The current row of a result whose columns are those of {@link TableStatements#columns()}. */
    Row read(ResultSet rows) throws SQLException {
        @Nullable Object[] row = new @Nullable Object[values.length];
        for (int i = 0; i < row.length; i++) {
            row[i] = read(rows, i + 1, i);
        }
        return Row.adopt(rowType(), row);
    }

    /** The value for a position out of column {@code index} of the current row. */
    @Nullable
    Object read(ResultSet rows, int index, int position) throws SQLException {
        try {
            return values[position].codec().read(rows, index);
        } catch (IllegalArgumentException | DateTimeException e) {
            String column = rowType().column(position).name();
            throw new CorruptionException(
                    "Column '" + column + "' of table '" + name() + "' holds what is no "
                            + rowType().column(position).type() + ": " + e.getMessage(),
                    name() + "." + column,
                    e);
        }
    }

    /** Whether a row can have this key; a text that no write takes is none that a database need be asked for. */
    boolean canHold(Object key) {
        List<Object> parts = keyPositions.length == 1 ? List.of(key) : schema.keyParts(key);
        for (int i = 0; i < keyPositions.length; i++) {
            if (rowType().column(keyPositions[i]).type().problem(parts.get(i)) != null) {
                return false;
            }
        }
        return true;
    }

    /** Sets the parameters from {@code index} on to a key of this table, and again to its {@link #loosePositions}. */
    void bindKey(PreparedStatement statement, int index, Object key) throws SQLException {
        List<Object> parts = keyPositions.length == 1 ? List.of(key) : schema.keyParts(key);
        int next = index;
        for (int i = 0; i < keyPositions.length; i++) {
            values[keyPositions[i]].codec().bind(statement, next++, parts.get(i));
        }
        for (int i = 0; i < keyPositions.length; i++) {
            if (values[keyPositions[i]].codec().equatesLoosely()) {
                values[keyPositions[i]].codec().bind(statement, next++, parts.get(i));
            }
        }
    }

    /** The positions of the key whose equality in the database is not enough. */
    int[] loosePositions() {
        return Arrays.stream(keyPositions)
                .filter(position -> values[position].codec().equatesLoosely())
                .toArray();
    }

    /** All column positions, in order. */
    List<Integer> positions() {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            all.add(i);
        }
        return all;
    }
}
