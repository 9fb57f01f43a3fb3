package io.taskmover.storage.schema;

import io.taskmover.storage.error.SchemaException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The columns of a {@link Row}, in order: a table's, or some of them, or those of a projection. Immutable, meant to be
 * made once and shared by all rows of its kind.
 */
public final class RowType {
    private final List<Column> columns;
    private final Map<String, Integer> positions;

    private RowType(List<Column> columns) {
        this.columns = List.copyOf(columns);
        this.positions = new HashMap<>(columns.size() * 2);
        for (int i = 0; i < columns.size(); i++) {
            if (positions.put(columns.get(i).name(), i) != null) {
                throw new SchemaException("Column '" + columns.get(i).name() + "' appears twice");
            }
        }
    }

    /** @throws SchemaException if a name appears twice */
    public static RowType of(List<Column> columns) {
        return new RowType(columns);
    }

    public List<Column> columns() {
        return columns;
    }

    public Column column(int position) {
        return columns.get(position);
    }

    /** The number of columns. */
    public int size() {
        return columns.size();
    }

    /** The position of a column, from 0, or -1 if there is none of that name. */
    public int indexOf(String column) {
        Integer position = positions.get(column);
        return position == null ? -1 : position;
    }

    /**
     * A row from values by column name, each coerced to its column's type; columns that are not named are null.
     *
     * @throws SchemaException if a name is not one of the columns
     * @throws IllegalArgumentException if a value does not fit its column's type
     */
    public Row row(Map<String, ? extends @Nullable Object> values) {
        @Nullable Object[] array = new @Nullable Object[size()];
        values.forEach((name, value) -> {
            int position = indexOf(name);
            if (position < 0) {
                throw new SchemaException("There is no column '" + name + "'; the columns are "
                        + columns.stream().map(Column::name).toList());
            }
            array[position] = value == null ? null : column(position).type().coerce(value);
        });
        return Row.adopt(this, array);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RowType type && columns.equals(type.columns);
    }

    @Override
    public int hashCode() {
        return columns.hashCode();
    }

    @Override
    public String toString() {
        return columns.stream().map(Column::name).toList().toString();
    }
}
