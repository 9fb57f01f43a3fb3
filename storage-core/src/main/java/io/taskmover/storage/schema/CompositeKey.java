package io.taskmover.storage.schema;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The primary key of a row whose table has more than one key column.
 *
 * @param values the key columns' values in the order of {@link TableSchema#primaryKey()}, none null
 */
public record CompositeKey(List<Object> values) {
    public CompositeKey {
        values = List.copyOf(values);
    }

    public static CompositeKey of(Object... values) {
        return new CompositeKey(List.of(values));
    }

    @Override
    public String toString() {
        return values.stream().map(Object::toString).collect(Collectors.joining(",", "(", ")"));
    }
}
