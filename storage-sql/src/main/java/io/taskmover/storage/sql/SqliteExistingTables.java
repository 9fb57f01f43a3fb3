package io.taskmover.storage.sql;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tables that were there before this library: their schemas as their declarations have them, their values in SQLite's
 * native forms. Which type stands for which declaration is told in {@code docs/formats/sqlite-types.md}.
 */
final class SqliteExistingTables {
    private static final Pattern SCALE = Pattern.compile("\\(\\s*\\d+\\s*,\\s*(\\d+)\\s*\\)");

    /** The only declarations of those below that a STRICT table takes. */
    private static final Set<String> STRICT_TYPES = Set.of("text", "integer", "real", "blob");

    private SqliteExistingTables() {}

    /** A column as {@code pragma table_info} tells of it. */
    private record Declared(
            String name,
            String type,
            boolean notNull,
            @Nullable String defaultSql,
            int keyPlace) {}

    static StoredTable read(String table, Session session) throws SQLException {
        List<Declared> declared = columns(table, session);
        Map<Integer, String> key = new TreeMap<>();
        for (Declared column : declared) {
            if (column.keyPlace > 0) {
                key.put(column.keyPlace, column.name);
            }
        }
        TableSchema.Builder builder = TableSchema.builder(table);
        Map<Integer, String> dynamicDefaults = new HashMap<>();
        if (key.isEmpty()) {
            // every table without a key of its own has row ids, unless a column hides them, which no one does
            builder.column(Column.of("rowid", DataType.INTEGER))
                    .primaryKey("rowid")
                    .generatedKey();
        }
        int offset = key.isEmpty() ? 1 : 0;
        for (int i = 0; i < declared.size(); i++) {
            Declared column = declared.get(i);
            DataType type = type(column.type);
            Object constant = null;
            if (column.defaultSql != null) {
                constant = constant(column.defaultSql, type);
                if (constant == null) {
                    dynamicDefaults.put(i + offset, column.defaultSql);
                }
            }
            builder.column(new Column(column.name, type, column.notNull, constant, List.of()));
        }
        if (!key.isEmpty()) {
            builder.primaryKey(key.values().toArray(new String[0]));
            if (isRowId(table, key, declared, session)) {
                builder.generatedKey();
            }
        }
        List<Index> indexes = indexes(table, declared, session);
        for (Index index : indexes) {
            builder.index(index);
        }
        return stored(builder.build(), declared, offset, dynamicDefaults);
    }

    private static StoredTable stored(
            TableSchema schema, List<Declared> declared, int offset, Map<Integer, String> dynamicDefaults) {
        List<PhysicalColumn> values = new ArrayList<>();
        List<@Nullable PhysicalColumn> compared = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            ColumnCodec codec = i < offset
                    ? SqliteNativeCodecs.of(DataType.INTEGER, -1)
                    : SqliteNativeCodecs.of(column.type(), scale(declared.get(i - offset).type));
            PhysicalColumn physical = new PhysicalColumn(column.name(), i, codec);
            values.add(physical);
            compared.add(SqliteNativeCodecs.comparesInDatabase(column.type()) ? physical : null);
        }
        return new StoredTable(
                SqliteDialect.INSTANCE,
                schema,
                PhysicalNames.same(schema),
                false,
                values,
                compared,
                values,
                dynamicDefaults);
    }

    /**
     * The statement that adds a column, declared so that it is read back as one of its type; rows that exist get its
     * default.
     *
     * @throws UnsupportedException if the table cannot have such a column
     */
    static String addColumn(StoredTable table, Column column, Session session) throws SQLException {
        String declared = declaration(column.type());
        if (isStrict(table.names().table(), session) && !STRICT_TYPES.contains(declared)) {
            throw refused(
                    table,
                    column,
                    "the table is STRICT, and none of its types stands for " + column.type() + " values");
        }
        if (!column.checks().isEmpty()) {
            throw refused(table, column, "the table was not made by this library, so its checks would be forgotten");
        }
        Object value = column.defaultValue();
        String loss = value == null
                ? null
                : SqliteNativeCodecs.of(column.type(), scale(declared)).lossOf(value);
        if (loss != null) {
            throw refused(table, column, "its default " + loss);
        }
        return "alter table " + table.quotedName() + " add column " + SqliteDialect.INSTANCE.quote(column.name()) + " "
                + declared
                + (column.notNull() ? " not null" : "")
                + (value == null
                        ? ""
                        : " default " + SqliteDialect.literal(SqliteNativeCodecs.stored(column.type(), value)));
    }

    private static UnsupportedException refused(StoredTable table, Column column, String why) {
        return new UnsupportedException(
                "Column '" + column.name() + "' cannot be added to table '" + table.name() + "': " + why);
    }

    /** The counterpart of {@link #type}. */
    private static String declaration(DataType type) {
        return switch (type) {
            case TEXT -> "text";
            case INTEGER -> "integer";
            case REAL -> "real";
            case DECIMAL -> "decimal";
            case BOOLEAN -> "boolean";
            case TIMESTAMP -> "timestamp";
            case DATE -> "date";
            case TIME -> "time";
            case UUID -> "uuid";
            case BLOB -> "blob";
            // the second word keeps SQLite from taking a JSON number for one of its own, which drops trailing zeros
            case JSON -> "json text";
        };
    }

    private static boolean isStrict(String table, Session session) throws SQLException {
        boolean[] strict = {false};
        query(
                session,
                "select strict from pragma_table_list where schema = 'main' and name = ?",
                table,
                row -> strict[0] = row.getBoolean(1));
        return strict[0];
    }

    private static List<Declared> columns(String table, Session session) throws SQLException {
        List<Declared> columns = new ArrayList<>();
        query(session, "select name, type, \"notnull\", dflt_value, pk from pragma_table_info(?)", table, row -> {
            String type = row.getString(2);
            columns.add(new Declared(
                    row.getString(1), type == null ? "" : type, row.getBoolean(3), row.getString(4), row.getInt(5)));
        });
        return columns;
    }

    /** A single key declared as exactly INTEGER is SQLite's row id, which it assigns, unless the table has none. */
    private static boolean isRowId(String table, Map<Integer, String> key, List<Declared> columns, Session session)
            throws SQLException {
        if (key.size() > 1) {
            return false;
        }
        boolean integer =
                columns.stream().anyMatch(column -> column.keyPlace == 1 && column.type.equalsIgnoreCase("INTEGER"));
        boolean[] hasKeyIndex = {false};
        query(session, "select origin from pragma_index_list(?)", table, row -> {
            hasKeyIndex[0] |= "pk".equals(row.getString(1));
        });
        return integer && !hasKeyIndex[0];
    }

    private static List<Index> indexes(String table, List<Declared> columns, Session session) throws SQLException {
        Map<String, Boolean> unique = new TreeMap<>();
        query(
                session,
                "select name, \"unique\", partial from pragma_index_list(?) where origin <> 'pk'",
                table,
                row -> {
                    if (!row.getBoolean(3)) {
                        unique.put(row.getString(1), row.getBoolean(2));
                    }
                });
        List<Index> indexes = new ArrayList<>();
        for (Map.Entry<String, Boolean> index : unique.entrySet()) {
            List<String> indexed = new ArrayList<>();
            boolean[] plain = {true};
            query(
                    session,
                    "select name from pragma_index_xinfo(?) where key = 1 order by seqno",
                    index.getKey(),
                    row -> {
                        String name = row.getString(1);
                        plain[0] &= name != null;
                        indexed.add(String.valueOf(name));
                    });
            boolean ordered = columns.stream()
                    .filter(column -> indexed.contains(column.name))
                    .allMatch(column -> type(column.type).isOrdered());
            if (plain[0] && ordered) {
                indexes.add(new Index(index.getKey(), indexed, index.getValue()));
            }
        }
        return indexes;
    }

    /** Takes one row of a result. */
    @FunctionalInterface
    private interface RowReader {
        void read(ResultSet row) throws SQLException;
    }

    private static void query(Session session, String sql, String parameter, RowReader reader) throws SQLException {
        PreparedStatement statement = session.take(sql);
        statement.setString(1, parameter);
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                reader.read(rows);
            }
        } finally {
            session.give(sql, statement);
        }
    }

    /** The type that a declaration means; where it says nothing, the one that SQLite's affinity rules give it. */
    static DataType type(String declaration) {
        String upper = declaration.toUpperCase(Locale.ROOT);
        String word = upper.replaceFirst("[ (].*", "");
        return switch (word) {
            case "BOOLEAN", "BOOL" -> DataType.BOOLEAN;
            case "TIMESTAMP", "DATETIME", "TIMESTAMPTZ" -> DataType.TIMESTAMP;
            case "DATE" -> DataType.DATE;
            case "TIME" -> DataType.TIME;
            case "UUID", "GUID" -> DataType.UUID;
            case "JSON" -> DataType.JSON;
            case "DECIMAL", "NUMERIC", "NUMBER", "MONEY" -> DataType.DECIMAL;
            default -> affinity(upper);
        };
    }

    private static DataType affinity(String upper) {
        if (upper.contains("INT")) {
            return DataType.INTEGER;
        }
        if (upper.contains("CHAR") || upper.contains("CLOB") || upper.contains("TEXT") || upper.startsWith("STRING")) {
            return DataType.TEXT;
        }
        if (upper.isEmpty() || upper.contains("BLOB") || upper.contains("BINARY")) {
            return DataType.BLOB;
        }
        if (upper.contains("REAL") || upper.contains("FLOA") || upper.contains("DOUB")) {
            return DataType.REAL;
        }
        throw new SchemaException("The column type '" + upper
                + "' is none that this library knows; see docs/formats/sqlite-types.md for those it does");
    }

    /** The declared scale of a decimal, or -1. */
    private static int scale(String declaration) {
        Matcher matcher = SCALE.matcher(declaration);
        return matcher.find() ? Integer.parseInt(matcher.group(1)) : -1;
    }

    /** The value of a default that is a literal; null if it is NULL or has to be asked of the database. */
    private static @Nullable Object constant(String sql, DataType type) {
        String text = sql.strip();
        boolean quoted = text.length() > 1 && text.startsWith("'") && text.indexOf('\'', 1) == text.length() - 1;
        String literal = quoted ? text.substring(1, text.length() - 1) : text;
        if (type == DataType.TEXT ? !quoted : !literal.matches("[+-]?[0-9.]+") || !type.isNumeric()) {
            return null;
        }
        try {
            return type.coerce(literal);
        } catch (IllegalArgumentException e) {
            return null; // then the database says what it makes of it
        }
    }
}
