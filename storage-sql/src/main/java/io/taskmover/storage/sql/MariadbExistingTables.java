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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tables that were in MariaDB or MySQL before this library: their schemas as {@code information_schema} has them, their
 * values in the database's own types. Which type stands for which is told in {@code docs/formats/mariadb-types.md}.
 */
final class MariadbExistingTables {
    private static final String OF_TABLE = " where table_schema = database() and table_name = ?";

    /** Generated columns are left out: nobody may write them. */
    private static final String COLUMNS = "select column_name, data_type, column_type,"
            + " coalesce(character_maximum_length, numeric_precision, 0),"
            + " coalesce(numeric_scale, datetime_precision, 0), is_nullable, column_default, extra"
            + " from information_schema.columns" + OF_TABLE
            + " and coalesce(generation_expression, '') = '' order by ordinal_position";

    private static final String INDEXES = "select index_name, non_unique, column_name, sub_part"
            + " from information_schema.statistics" + OF_TABLE + " order by index_name, seq_in_index";

    /** MariaDB's type json is text that is checked. */
    private static final String CHECKED =
            "select check_clause from information_schema.check_constraints where constraint_schema = database()"
                    + " and table_name = ?";

    private static final String KEY = "PRIMARY";

    private MariadbExistingTables() {}

    static StoredTable read(String table, Session session, boolean mariadb) throws SQLException {
        List<String> checks = mariadb ? session.queryTexts(CHECKED, List.of(table)) : List.of();
        TableSchema.Builder builder = TableSchema.builder(table);
        List<PhysicalColumn> values = new ArrayList<>();
        List<@Nullable PhysicalColumn> compared = new ArrayList<>();
        Map<Integer, String> dynamicDefaults = new HashMap<>();
        Map<String, DataType> types = new HashMap<>();
        Map<String, List<IndexPart>> indexes = indexes(table, session);
        List<String> key = Objects.requireNonNull(indexes.remove(KEY)).stream()
                .map(part -> Objects.requireNonNull(part.column))
                .toList();
        boolean generated = false;
        PreparedStatement statement = session.take(COLUMNS);
        statement.setString(1, table);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = row.getString(1);
                String extra = row.getString(8).toLowerCase(Locale.ROOT);
                MariadbNativeCodec codec = codec(table, row, checks);
                int position = values.size();
                generated |= extra.contains("auto_increment") && key.equals(List.of(name));
                String defaultSql = defaultOf(row.getString(7), mariadb, extra);
                if (defaultSql != null && isGarbled(codec.type(), defaultSql)) {
                    throw new SchemaException(
                            "The default of column '" + name + "' of table '" + table
                                    + "' cannot be read out of the catalog: write it as an expression, such as (unhex('00ff'))");
                }
                if (defaultSql != null) {
                    dynamicDefaults.put(position, codec.typed(defaultSql));
                }
                builder.column(new Column(name, codec.type(), row.getString(6).equals("NO"), null, List.of()));
                types.put(name, codec.type());
                PhysicalColumn physical = new PhysicalColumn(name, position, codec);
                values.add(physical);
                compared.add(codec.comparesInDatabase() ? physical : null);
            }
        } finally {
            session.give(COLUMNS, statement);
        }
        builder.primaryKey(key.toArray(new String[0]));
        if (generated) {
            builder.generatedKey();
        }
        indexes.forEach((name, parts) -> {
            if (parts.stream().allMatch(part -> part.isWhole(types))) {
                builder.index(new Index(
                        name,
                        parts.stream()
                                .map(part -> Objects.requireNonNull(part.column))
                                .toList(),
                        parts.get(0).unique));
            }
        });
        TableSchema schema = builder.build();
        return new StoredTable(
                session.dialect(),
                schema,
                PhysicalNames.same(schema),
                false,
                values,
                compared,
                values,
                dynamicDefaults);
    }

    private static MariadbNativeCodec codec(String table, ResultSet row, List<String> checks) throws SQLException {
        String name = row.getString(1);
        String type = row.getString(2);
        boolean json = type.equals("longtext") && checks.contains("json_valid(`" + name.replace("`", "``") + "`)");
        MariadbNativeCodec codec =
                MariadbNativeCodec.of(json ? "json text" : type, row.getString(3), row.getLong(4), row.getInt(5));
        if (codec == null) {
            throw new SchemaException(
                    "Column '" + name + "' of table '" + table + "' is of the type " + row.getString(3)
                            + ", which is none that this library knows; see docs/formats/mariadb-types.md for those it does");
        }
        return codec;
    }

    /** MariaDB tells a default as it would be written; MySQL the mere value, if it is one. */
    private static @Nullable String defaultOf(@Nullable String told, boolean mariadb, String extra) {
        if (told == null || (mariadb && told.equalsIgnoreCase("null"))) {
            return null;
        }
        return mariadb || extra.contains("default_generated") ? told : MariadbDialect.text(told);
    }

    /** MariaDB's catalog has bytes as text, with question marks for those that are none. */
    private static boolean isGarbled(DataType type, String defaultSql) {
        return (type == DataType.BLOB || type == DataType.UUID)
                && defaultSql.startsWith("'")
                && defaultSql.chars().anyMatch(c -> c == '?' || c >= 0x80);
    }

    /** A column of an index; null if it is an expression. */
    private record IndexPart(@Nullable String column, boolean unique, boolean cut) {
        boolean isWhole(Map<String, DataType> types) {
            DataType type = column == null ? null : types.get(column);
            return !cut && type != null && type.isOrdered();
        }
    }

    private static Map<String, List<IndexPart>> indexes(String table, Session session) throws SQLException {
        Map<String, List<IndexPart>> indexes = new LinkedHashMap<>();
        PreparedStatement statement = session.take(INDEXES);
        statement.setString(1, table);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                indexes.computeIfAbsent(row.getString(1), name -> new ArrayList<>())
                        .add(new IndexPart(row.getString(3), row.getInt(2) == 0, row.getString(4) != null));
            }
        } finally {
            session.give(INDEXES, statement);
        }
        return indexes;
    }

    /**
     * The statement that adds a column, of the type that is read back as its own; rows that exist get its default.
     *
     * @throws UnsupportedException if the table cannot have such a column
     */
    static String addColumn(StoredTable table, Column column) {
        if (!column.checks().isEmpty()) {
            throw refused(table, column, "the table was not made by this library, so its checks would be forgotten");
        }
        Object value = column.defaultValue();
        MariadbNativeCodec codec = added(column.type(), table.dialect() == MariadbDialect.MARIADB);
        String loss = value == null ? null : codec.lossOf(value);
        if (loss != null) {
            throw refused(table, column, "its default " + loss);
        }
        return "alter table " + table.quotedName() + " add column "
                + table.dialect().quote(column.name()) + " " + declaration(column.type())
                + (column.notNull() ? " not null" : "")
                + (value == null ? "" : " default " + codec.literal(Objects.requireNonNull(value)));
    }

    private static UnsupportedException refused(StoredTable table, Column column, String why) {
        return new UnsupportedException(
                "Column '" + column.name() + "' cannot be added to table '" + table.name() + "': " + why);
    }

    private static String declaration(DataType type) {
        return switch (type) {
            case TEXT -> "longtext character set utf8mb4";
            case INTEGER -> "bigint";
            case REAL -> "double";
            case DECIMAL -> "decimal(65,30)";
            case BOOLEAN -> "tinyint(1)";
            case TIMESTAMP -> "datetime(6)";
            case DATE -> "date";
            case TIME -> "time(6)";
            case UUID -> "binary(16)";
            case BLOB -> "longblob";
            case JSON -> "json";
        };
    }

    /** The form of a column that is added. */
    private static MariadbNativeCodec added(DataType type, boolean mariadb) {
        String form = switch (type) {
            case TEXT -> "longtext";
            case TIMESTAMP -> "datetime";
            case UUID -> "binary";
            case JSON -> mariadb ? "json text" : "json";
            default -> declaration(type).replaceFirst("\\(.*", "");
        };
        int length = type == DataType.DECIMAL ? 65 : 16;
        int scale = type == DataType.DECIMAL ? 30 : 6;
        return Objects.requireNonNull(
                MariadbNativeCodec.of(form, declaration(type).replaceFirst(" .*", ""), length, scale));
    }
}
