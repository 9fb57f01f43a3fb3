package io.taskmover.storage.schema;

import io.taskmover.storage.error.SchemaException;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values in the order of a {@link RowType}; a null value is SQL's null. Immutable, and shared without copying between
 * backend, caches and callers.
 */
public final class Row {
    private final RowType type;
    private final @Nullable Object[] values;

    private Row(RowType type, @Nullable Object[] values) {
        this.type = type;
        this.values = values;
    }

    /** A row of a copy of {@code values}, one for each column, in order. */
    public static Row of(RowType type, @Nullable Object... values) {
        return adopt(type, values.clone());
    }

    /** A row that takes {@code values} as its own: the caller must not change the array any more. */
    public static Row adopt(RowType type, @Nullable Object[] values) {
        if (values.length != type.size()) {
            throw new IllegalArgumentException(values.length + " values for " + type.size() + " columns");
        }
        return new Row(type, values);
    }

    public RowType type() {
        return type;
    }

    public @Nullable Object get(int position) {
        return values[position];
    }

    /** @throws SchemaException if there is no such column */
    public @Nullable Object get(String column) {
        return values[position(column)];
    }

    /** A copy with one value changed. */
    public Row with(String column, @Nullable Object value) {
        @Nullable Object[] changed = values.clone();
        changed[position(column)] = value;
        return new Row(type, changed);
    }

    /** A copy of the values, in column order. */
    public @Nullable Object[] toArray() {
        return values.clone();
    }

    /** The values by column name, in column order, nulls included; unmodifiable. */
    public Map<String, @Nullable Object> toMap() {
        Map<String, @Nullable Object> map = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            map.put(type.column(i).name(), values[i]);
        }
        return Collections.unmodifiableMap(map);
    }

    private int position(String column) {
        int position = type.indexOf(column);
        if (position < 0) {
            throw new SchemaException("There is no column '" + column + "'; the columns are " + type);
        }
        return position;
    }

    /** Same columns, same values; decimals equal only with the same scale, as {@link Object#equals} has it. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Row row
                && (type == row.type || type.equals(row.type))
                && Arrays.equals(values, row.values);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(values);
    }

    @Override
    public String toString() {
        return toMap().toString();
    }
}
