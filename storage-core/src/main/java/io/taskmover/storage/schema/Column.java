package io.taskmover.storage.schema;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A column of a table. Immutable; the {@code with…} methods return changed copies.
 *
 * @param name any text of 1 to 128 bytes in UTF-8 without control characters
 * @param type the type of its values
 * @param notNull whether null is refused
 * @param defaultValue what a row inserted without this column gets, a value of {@code type}; null for null
 * @param checks rules that every value that is not null satisfies
 */
public record Column(
        String name,
        DataType type,
        boolean notNull,
        @Nullable Object defaultValue,
        List<Check> checks) {

    public Column {
        checks = List.copyOf(checks);
        Names.check("column", name);
        if (defaultValue != null) {
            String problem = type.problem(defaultValue);
            if (problem != null) {
                throw new IllegalArgumentException("Default of column '" + name + "' " + problem);
            }
        }
    }

    /** A nullable column without default or checks. */
    public static Column of(String name, DataType type) {
        return new Column(name, type, false, null, List.of());
    }

    public Column withNotNull() {
        return new Column(name, type, true, defaultValue, checks);
    }

    /** @param value is coerced to the column's type */
    public Column withDefault(Object value) {
        return new Column(name, type, notNull, type.coerce(value), checks);
    }

    public Column withCheck(Check check) {
        List<Check> more = new ArrayList<>(checks);
        more.add(check);
        return new Column(name, type, notNull, defaultValue, more);
    }

    public Column withName(String newName) {
        return new Column(newName, type, notNull, defaultValue, checks);
    }
}
