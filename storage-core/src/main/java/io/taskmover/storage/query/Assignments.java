package io.taskmover.storage.query;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * New values for columns, each an expression over the row as it was before.
 *
 * @param values expressions by column name, at least one
 */
public record Assignments(Map<String, Expression> values) {
    public Assignments {
        values = Collections.unmodifiableMap(new LinkedHashMap<>(values));
        if (values.isEmpty()) {
            throw new IllegalArgumentException("An update assigns at least one column");
        }
    }

    /** Constants by column name; null is SQL's null. */
    public static Assignments of(Map<String, ? extends @Nullable Object> constants) {
        Map<String, Expression> expressions = new LinkedHashMap<>();
        constants.forEach((column, value) -> expressions.put(column, new Expression.Literal(value)));
        return new Assignments(expressions);
    }

    /**
     * The same, checked against the table as {@link Select#bind} does: known columns that are not part of the key or
     * the version, literals of their column's type.
     */
    public Assignments bind(io.taskmover.storage.schema.TableSchema schema) {
        return Binder.bind(this, schema);
    }
}
