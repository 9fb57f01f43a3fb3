package io.taskmover.storage.cli.load;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keys and versions of rows that have only some of their table's columns. */
public final class Keys {
    private Keys() {}

    /** The key in such a row, or null if a part of it is missing or null. */
    public static @Nullable Object of(TableSchema schema, Row row) {
        List<Object> parts = new ArrayList<>();
        for (String column : schema.primaryKey()) {
            int position = row.type().indexOf(column);
            Object part = position < 0 ? null : row.get(position);
            if (part == null) {
                return null;
            }
            parts.add(part);
        }
        return parts.size() == 1 ? parts.get(0) : new CompositeKey(parts);
    }

    /** The row with the version that the store has of it now, so that an upsert finds no conflict. */
    public static Row withStoredVersion(BackendTransaction transaction, TableSchema schema, Row row) {
        Optional<String> version = schema.versionColumn();
        Object key = of(schema, row);
        if (version.isEmpty() || key == null) {
            return row;
        }
        Optional<Row> stored = transaction.find(schema.name(), key);
        if (stored.isEmpty()) {
            return row;
        }
        List<Column> columns = new ArrayList<>(row.type().columns());
        columns.add(schema.column(version.get()));
        @Nullable Object[] values = Arrays.copyOf(row.toArray(), columns.size());
        values[values.length - 1] = stored.get().get(version.get());
        return Row.adopt(RowType.of(columns), values);
    }
}
