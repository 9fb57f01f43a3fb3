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
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Tables that were in PostgreSQL before this library: their schemas as the catalog has them, their values in the
 * database's own types. Which type stands for which is told in {@code docs/formats/postgresql-types.md}.
 */
final class PostgresExistingTables {
    private static final String TABLE = " from pg_class c where c.relname = ? and c.relnamespace = (select oid from"
            + " pg_namespace where nspname = current_schema())";

    /** Generated columns are left out: nobody may write them. */
    private static final String COLUMNS = "select a.attname, t.typname, t.typtype, a.atttypmod, a.attnotnull,"
            + " pg_get_expr(d.adbin, d.adrelid), a.attidentity <> '' or (pg_get_serial_sequence(?, a.attname::text) is"
            + " not null and d.adbin is not null) from pg_attribute a join pg_type t on t.oid = a.atttypid"
            + " left join pg_attrdef d on d.adrelid = a.attrelid and d.adnum = a.attnum"
            + " where a.attnum > 0 and not a.attisdropped and a.attgenerated = '' and a.attrelid = (select c.oid"
            + TABLE + ") order by a.attnum";

    private static final String KEY = "select a.attname from pg_index i cross join unnest(i.indkey) with ordinality as"
            + " k (attnum, place) join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
            + " where i.indisprimary and i.indrelid = (select c.oid" + TABLE + ") and k.place <= i.indnkeyatts"
            + " order by k.place";

    /** Indexes of columns, whole and valid; of which columns in which order. */
    private static final String INDEXES = "select x.relname, i.indisunique, a.attname from pg_index i"
            + " join pg_class x on x.oid = i.indexrelid cross join unnest(i.indkey) with ordinality as k (attnum, place)"
            + " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum"
            + " where not i.indisprimary and i.indpred is null and i.indexprs is null and i.indisvalid"
            + " and i.indrelid = (select c.oid" + TABLE + ") and k.place <= i.indnkeyatts order by x.relname, k.place";

    private PostgresExistingTables() {}

    static StoredTable read(String table, Session session) throws SQLException {
        TableSchema.Builder builder = TableSchema.builder(table);
        List<PhysicalColumn> values = new ArrayList<>();
        List<@Nullable PhysicalColumn> compared = new ArrayList<>();
        Map<Integer, String> dynamicDefaults = new HashMap<>();
        Map<String, DataType> types = new HashMap<>();
        List<String> key = session.queryTexts(KEY, List.of(table));
        boolean generated = false;
        PreparedStatement statement = session.take(COLUMNS);
        statement.setString(1, session.dialect().quote(table));
        statement.setString(2, table);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                String name = row.getString(1);
                PostgresNativeCodec codec =
                        codec(table, name, row.getString(2), "e".equals(row.getString(3)), row.getInt(4));
                String defaultSql = row.getString(6);
                int position = values.size();
                boolean assigned = row.getBoolean(7);
                if (assigned && key.equals(List.of(name))) {
                    generated = true;
                } else if (defaultSql != null) {
                    dynamicDefaults.put(position, defaultSql);
                }
                builder.column(new Column(name, codec.type(), row.getBoolean(5), null, List.of()));
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
        for (Index index : indexes(table, types, session)) {
            builder.index(index);
        }
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

    private static PostgresNativeCodec codec(String table, String column, String type, boolean isEnum, int modifier) {
        PostgresNativeCodec codec = PostgresNativeCodec.of(isEnum ? "enum" : type, modifier);
        if (codec == null) {
            throw new SchemaException(
                    "Column '" + column + "' of table '" + table + "' is of the type " + type
                            + ", which is none that this library knows; see docs/formats/postgresql-types.md for those it does");
        }
        return codec;
    }

    private static List<Index> indexes(String table, Map<String, DataType> types, Session session) throws SQLException {
        Map<String, List<String>> columns = new LinkedHashMap<>();
        Map<String, Boolean> unique = new HashMap<>();
        PreparedStatement statement = session.take(INDEXES);
        statement.setString(1, table);
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                columns.computeIfAbsent(row.getString(1), name -> new ArrayList<>())
                        .add(row.getString(3));
                unique.put(row.getString(1), row.getBoolean(2));
            }
        } finally {
            session.give(INDEXES, statement);
        }
        List<Index> indexes = new ArrayList<>();
        columns.forEach((name, indexed) -> {
            boolean ordered = indexed.stream()
                    .allMatch(column ->
                            types.containsKey(column) && types.get(column).isOrdered());
            if (ordered) {
                indexes.add(new Index(name, indexed, Boolean.TRUE.equals(unique.get(name))));
            }
        });
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
        String declared = declaration(column.type());
        Object value = column.defaultValue();
        PostgresNativeCodec codec = Objects.requireNonNull(PostgresNativeCodec.of(declared, -1));
        String loss = value == null ? null : codec.lossOf(value);
        if (loss != null) {
            throw refused(table, column, "its default " + loss);
        }
        return "alter table " + table.quotedName() + " add column "
                + table.dialect().quote(column.name()) + " " + declared
                + (column.notNull() ? " not null" : "")
                + (value == null ? "" : " default " + PostgresDialect.text(codec.text(Objects.requireNonNull(value))));
    }

    private static UnsupportedException refused(StoredTable table, Column column, String why) {
        return new UnsupportedException(
                "Column '" + column.name() + "' cannot be added to table '" + table.name() + "': " + why);
    }

    /** The name of the type that a column is given. */
    private static String declaration(DataType type) {
        return switch (type) {
            case TEXT -> "text";
            case INTEGER -> "int8";
            case REAL -> "float8";
            case DECIMAL -> "numeric";
            case BOOLEAN -> "bool";
            case TIMESTAMP -> "timestamptz";
            case DATE -> "date";
            case TIME -> "time";
            case UUID -> "uuid";
            case BLOB -> "bytea";
            case JSON -> "jsonb";
        };
    }
}
