package io.taskmover.storage.query;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.math.BigDecimal;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A place in a JSON column: reads the canonical value there. Members are looked up in objects only; an index into an
 * array is no member.
 */
final class JsonPlace implements Function<Row, @Nullable Object> {
    private final int column;
    private final String[] members;

    JsonPlace(Path path, RowType columns) {
        this.column = columns.indexOf(path.column());
        this.members = path.members().toArray(new String[0]);
    }

    /** The value, or null if there is none or it is JSON's null. */
    @Override
    public @Nullable Object apply(Row row) {
        Object value = row.get(column);
        for (String member : members) {
            if (!(value instanceof Map<?, ?> map)) {
                return null;
            }
            value = map.get(member);
        }
        return value;
    }

    /** Whether two values are both text, both numbers or both booleans, and so can be compared. */
    static boolean sameKind(Object a, Object b) {
        return a instanceof String
                ? b instanceof String
                : a instanceof Number ? b instanceof Number : a instanceof Boolean && b instanceof Boolean;
    }

    /** Compares two values of the same kind: integers exactly, any other numbers as doubles. */
    static int compare(Object a, Object b) {
        if (a instanceof String) {
            return DataType.TEXT.compare(a, b);
        }
        if (a instanceof Boolean) {
            return DataType.BOOLEAN.compare(a, b);
        }
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        return DataType.REAL.compare(((Number) a).doubleValue(), ((Number) b).doubleValue());
    }

    /** The place of a value's kind in an order: false and true, numbers, text; -1 for what is sorted as null. */
    static int sortRank(@Nullable Object value) {
        return value instanceof Boolean ? 0 : value instanceof Number ? 1 : value instanceof String ? 2 : -1;
    }

    /**
     * Compares two values of the same rank for sorting. Unlike {@link #compare}, an integer meets a double by its exact
     * value: rounding it first would make an order that is not transitive.
     */
    static int compareForSort(Object a, Object b) {
        if (a instanceof Long x && !(b instanceof Long) && b instanceof Number y) {
            return compareExactly(x, y.doubleValue());
        }
        if (b instanceof Long y && !(a instanceof Long) && a instanceof Number x) {
            return -compareExactly(y, x.doubleValue());
        }
        return compare(a, b);
    }

    private static int compareExactly(long integer, double real) {
        if (Double.isInfinite(real)) {
            return real > 0 ? -1 : 1;
        }
        return new BigDecimal(integer).compareTo(new BigDecimal(real));
    }
}
