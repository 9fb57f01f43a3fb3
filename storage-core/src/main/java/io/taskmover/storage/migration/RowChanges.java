package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The rows that changes write, made of rows that they read. */
final class RowChanges {
    private RowChanges() {}

    /** A column under another name that takes null, until all rows have their values. */
    static Column nullable(Column column, String name) {
        return new Column(name, column.type(), false, column.defaultValue(), column.checks());
    }

    /** The key of a row that may have more columns than a table of the same key. */
    static Object key(TableSchema table, Row row) {
        List<Object> parts = new ArrayList<>();
        for (String column : table.primaryKey()) {
            parts.add(Objects.requireNonNull(row.get(column)));
        }
        return parts.size() == 1 ? parts.get(0) : new CompositeKey(parts);
    }

    /** Those of a row's values that a table has columns for. */
    static Row part(Row row, TableSchema table) {
        RowType type = table.rowType();
        @Nullable Object[] values = new @Nullable Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(type.column(i).name());
        }
        return Row.adopt(type, values);
    }

    /** A row that was set aside, to be inserted into its table; its versions begin again. */
    static Row anew(TableSchema table, Row kept) {
        Row row = part(kept, table);
        return table.versionColumn().map(version -> row.with(version, 0L)).orElse(row);
    }

    /** The row that one was set aside from, as it is now; empty if it is gone. */
    static Optional<Row> current(BackendTransaction transaction, String table, TableSchema aside, Row kept) {
        return transaction.find(table, key(aside, kept));
    }

    /** The change of one column of a row: its key, its version if it has one, and the new value. */
    static Row update(TableSchema table, Row row, String column, @Nullable Object value) {
        List<Column> columns = new ArrayList<>();
        List<@Nullable Object> values = new ArrayList<>();
        for (Column each : table.columns()) {
            boolean isKey = table.primaryKey().contains(each.name());
            boolean isVersion =
                    table.versionColumn().filter(each.name()::equals).isPresent();
            if (isKey || isVersion) {
                columns.add(each);
                values.add(row.get(each.name()));
            }
        }
        columns.add(table.column(column));
        values.add(value);
        return Row.adopt(RowType.of(columns), values.toArray(new @Nullable Object[0]));
    }
}
