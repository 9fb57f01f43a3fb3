package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The tables that this library makes: a column of the database for each column, two for a DECIMAL. Their forms are drawn in
 * {@code docs/formats}.
 */
final class OwnTables {
    /** Holds the schemas of the tables that this library made, and what their parts are called. */
    static final String BOOKKEEPING = "_storage_tables";

    private OwnTables() {}

    static StoredTable stored(Dialect dialect, TableSchema schema, PhysicalNames names) {
        List<PhysicalColumn> values = new ArrayList<>();
        List<PhysicalColumn> compared = new ArrayList<>();
        List<PhysicalColumn> written = new ArrayList<>();
        for (int i = 0; i < schema.columns().size(); i++) {
            Column column = schema.columns().get(i);
            PhysicalColumn value = new PhysicalColumn(names.column(column.name()), i, dialect.codec(schema, column));
            values.add(value);
            written.add(value);
            if (column.type() == DataType.DECIMAL) {
                value = new PhysicalColumn(names.key(column.name()), i, dialect.decimalKey());
                written.add(value);
            }
            compared.add(value);
        }
        return new StoredTable(dialect, schema, names, true, values, compared, written, Map.of());
    }

    /** One statement for each physical column of a column that is added; rows that exist get its default. */
    static List<String> addColumn(StoredTable changed, Column column) {
        List<String> statements = new ArrayList<>();
        int position = changed.position(column.name());
        for (PhysicalColumn physical : changed.written()) {
            if (physical.position() == position) {
                Object value = column.defaultValue();
                statements.add("alter table " + changed.quotedName() + " add column " + definition(changed, physical)
                        + (value == null ? "" : " default " + changed.dialect().literal(column, physical, value)));
            }
        }
        return statements;
    }

    /** The physical columns of the column at a position. */
    static List<PhysicalColumn> columns(StoredTable table, int position) {
        return Arrays.stream(table.written())
                .filter(physical -> physical.position() == position)
                .toList();
    }

    /** The statement that removes a physical column. */
    static String dropColumn(StoredTable table, PhysicalColumn physical) {
        return "alter table " + table.quotedName() + " drop column "
                + table.dialect().quote(physical.name());
    }

    /** The statement that gives a physical column another name. */
    static String renameColumn(StoredTable table, String from, String to) {
        return "alter table " + table.quotedName() + " rename column "
                + table.dialect().quote(from) + " to " + table.dialect().quote(to);
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
                + table.dialect().quote(table.names().index(index.name())) + " on " + table.quotedName() + " ("
                + quoted(table, columns) + ")";
    }

    /** A column as a definition has it. */
    static String definition(StoredTable table, PhysicalColumn physical) {
        Column column = table.schema().columns().get(physical.position());
        Dialect dialect = table.dialect();
        return dialect.quote(physical.name()) + " " + dialect.declared(physical, column.type())
                + (column.notNull() ? " not null" : "");
    }

    /** The columns of the key, as a definition lists them. */
    static String key(StoredTable table) {
        List<String> key = new ArrayList<>();
        for (int position : table.keyPositions()) {
            key.add(table.value(position).name());
        }
        return quoted(table, key);
    }

    private static String quoted(StoredTable table, List<String> names) {
        return names.stream().map(table.dialect()::quote).collect(Collectors.joining(", "));
    }
}
