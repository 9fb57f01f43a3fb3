package io.taskmover.storage.query;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Tests of a column against literals of its own type: what most queries consist of, so each type has a loop body of
 * its own that unboxes the literal once and calls no comparator.
 */
final class ColumnTests {
    private ColumnTests() {}

    static Truth compare(int position, DataType type, Outcome outcome, @Nullable Object literal) {
        Object bound = Objects.requireNonNull(literal);
        return switch (type) {
            case INTEGER -> integer(position, outcome, (Long) bound);
            case REAL -> real(position, outcome, (Double) bound);
            case DECIMAL -> ordered(position, type, outcome, bound);
            default ->
                outcome.isEquality() ? equality(position, outcome, bound) : ordered(position, type, outcome, bound);
        };
    }

    private static Truth integer(int position, Outcome outcome, long bound) {
        return row -> {
            Object value = row.get(position);
            if (value == null) {
                return Truth.UNKNOWN;
            }
            long x = (Long) value;
            return x < bound ? outcome.less : x == bound ? outcome.equal : outcome.greater;
        };
    }

    private static Truth real(int position, Outcome outcome, double bound) {
        return row -> {
            Object value = row.get(position);
            if (value == null) {
                return Truth.UNKNOWN;
            }
            double x = (Double) value;
            return x < bound ? outcome.less : x == bound ? outcome.equal : outcome.greater;
        };
    }

    /** For types whose {@code equals} agrees with their order. */
    private static Truth equality(int position, Outcome outcome, Object bound) {
        return row -> {
            Object value = row.get(position);
            return value == null ? Truth.UNKNOWN : bound.equals(value) ? outcome.equal : outcome.less;
        };
    }

    private static Truth ordered(int position, DataType type, Outcome outcome, Object bound) {
        return row -> {
            Object value = row.get(position);
            return value == null ? Truth.UNKNOWN : outcome.of(type.compare(value, bound));
        };
    }

    /** {@code operand in (constants…)}, by hash; {@code hasNull} says that the list also has a null in it. */
    static Truth in(Function<Row, @Nullable Object> operand, DataType type, List<Object> constants, boolean hasNull) {
        Set<Object> set = new HashSet<>(constants.size() * 2);
        for (Object constant : constants) {
            set.add(hashable(type, constant));
        }
        int absent = hasNull ? Truth.UNKNOWN : Truth.FALSE;
        boolean plain = type != DataType.REAL && type != DataType.DECIMAL;
        return row -> {
            Object value = operand.apply(row);
            if (value == null) {
                return Truth.UNKNOWN;
            }
            return set.contains(plain ? value : hashable(type, value)) ? Truth.TRUE : absent;
        };
    }

    /** A form in which values that are equal in their type's order are equal objects. */
    private static Object hashable(DataType type, Object value) {
        return switch (type) {
            case REAL -> (Double) value + 0.0; // -0.0 becomes 0.0
            case DECIMAL -> ((BigDecimal) value).stripTrailingZeros();
            default -> value;
        };
    }
}
