package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * The form of the tables that this library makes, drawn in {@code docs/formats/sqlite-types.md}. They are STRICT; those
 * whose key is not a number have no row ids, so that a row is found by one search and not two.
 */
final class OwnTables {
    /** Holds the schemas of the tables that this library made, and what their parts are called. */
    static final String BOOKKEEPING = "_storage_tables";

    static final String CREATE_BOOKKEEPING = "create table if not exists " + BOOKKEEPING
            + " (name text not null primary key, stored_as text not null unique, schema text not null,"
            + " names text not null) strict, without rowid";

    private OwnTables() {}

    static StoredTable stored(TableSchema schema, PhysicalNames names) {
        List<PhysicalColumn> values = new ArrayList<>();
        List<PhysicalColumn> compared = new ArrayList<>();
        List<PhysicalColumn> written = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            PhysicalColumn value = new PhysicalColumn(names.column(column.name()), i, OwnCodecs.of(column.type()));
            values.add(value);
            written.add(value);
            if (column.type() == DataType.DECIMAL) {
                value = new PhysicalColumn(names.key(column.name()), i, OwnCodecs.DECIMAL_KEY);
                written.add(value);
            }
            compared.add(value);
        }
        return new StoredTable(schema, names, true, values, compared, written, Map.of());
    }

    static String createTable(StoredTable table) {
        TableSchema schema = table.schema();
        boolean rowId = schema.primaryKey().size() == 1
                && schema.column(schema.primaryKey().get(0)).type() == DataType.INTEGER;
        List<String> parts = new ArrayList<>();
        for (PhysicalColumn physical : table.written()) {
            Column column = schema.columns().get(physical.position());
            String key = rowId && physical.position() == table.keyPositions()[0]
                    ? schema.generatedKey() ? " primary key autoincrement" : " primary key"
                    : "";
            parts.add(definition(physical, column) + key);
        }
        if (!rowId) {
            List<String> key = new ArrayList<>();
            for (int position : table.keyPositions()) {
                key.add(table.value(position).name());
            }
            parts.add("primary key (" + quoted(key) + ")");
        }
        return "create table " + table.quotedName() + " (" + String.join(", ", parts) + ") strict"
                + (rowId ? "" : ", without rowid");
    }

    /** One statement for each physical column of a column that is added; rows that exist get its default. */
    static List<String> addColumn(StoredTable changed, Column column) {
        List<String> statements = new ArrayList<>();
        int position = changed.position(column.name());
        for (PhysicalColumn physical : changed.written()) {
            if (physical.position() == position) {
                Object value = column.defaultValue();
                statements.add("alter table " + changed.quotedName() + " add column " + definition(physical, column)
                        + (value == null ? "" : " default " + literal(column, physical, value)));
            }
        }
        return statements;
    }

    /** One statement for each physical column of a column that is removed. */
    static List<String> dropColumn(StoredTable table, int position) {
        List<String> statements = new ArrayList<>();
        for (PhysicalColumn physical : table.written()) {
            if (physical.position() == position) {
                statements.add(
                        "alter table " + table.quotedName() + " drop column " + SqliteDialect.quote(physical.name()));
            }
        }
        return statements;
    }

    static String createIndex(StoredTable table, Index index) {
        List<String> columns = index.columns().stream()
                .map(table::position)
                .map(position -> {
                    PhysicalColumn compared = table.compared(position);
                    // what the database does not order as this library does, an index can still find
                    return (compared == null ? table.value(position) : compared).name();
                })
                .toList();
        return "create " + (index.unique() ? "unique " : "") + "index "
                + SqliteDialect.quote(table.names().index(index.name())) + " on " + table.quotedName() + " ("
                + quoted(columns) + ")";
    }

    private static String definition(PhysicalColumn physical, Column column) {
        return SqliteDialect.quote(physical.name()) + " " + declared(column.type())
                + (column.notNull() ? " not null" : "");
    }

    private static String declared(DataType type) {
        return switch (type) {
            case TEXT, DECIMAL, TIMESTAMP, DATE, TIME, JSON -> "text";
            case INTEGER, BOOLEAN -> "integer";
            // a column declared real turns -0.0 into 0
            case REAL -> "any";
            case UUID, BLOB -> "blob";
        };
    }

    /** A default in its stored form: SQLite takes no parameters in a definition. */
    private static String literal(Column column, PhysicalColumn physical, Object value) {
        Object stored = switch (column.type()) {
            case TEXT, INTEGER, REAL -> value;
            case BOOLEAN -> (Boolean) value ? 1 : 0;
            case DECIMAL ->
                physical.codec() == OwnCodecs.DECIMAL_KEY ? DecimalKey.of((BigDecimal) value) : value.toString();
            case TIMESTAMP -> IsoText.instant((Instant) value);
            case DATE -> IsoText.date((LocalDate) value);
            case TIME -> IsoText.time((LocalTime) value);
            case JSON -> Json.text(value);
            case BLOB -> ((Blob) value).toBytes();
            case UUID -> OwnCodecs.uuidBytes((UUID) value);
        };
        return SqliteDialect.literal(stored);
    }

    private static String quoted(List<String> names) {
        return names.stream().map(SqliteDialect::quote).collect(Collectors.joining(", "));
    }
}
