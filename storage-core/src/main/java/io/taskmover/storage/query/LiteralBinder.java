package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.RowType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Gives literals the class of what they are compared with. */
final class LiteralBinder {
    /** Stands for a value that no row can have, until it is dropped from its list. */
    static final Expression NO_VALUE = new Expression.Parameter("no value");

    private final Paths paths;
    private final RowType columns;

    LiteralBinder(Paths paths, RowType columns) {
        this.paths = paths;
        this.columns = columns;
    }

    /** Where a literal lies among the values of an operand of {@code type}. */
    Fit fit(Expression operand, DataType type, Object literal) {
        try {
            return Fit.of(type, literal);
        } catch (IllegalArgumentException e) {
            throw new QueryException(paths.subject(operand) + " is " + type + ": " + e.getMessage());
        }
    }

    /**
     * A literal that is compared with a place in JSON: text, a Long or a Double, or a Boolean. Times, UUIDs and enum
     * constants are compared as the text that they are in JSON.
     */
    Literal nested(Path place, Literal literal) {
        Object value = literal.value();
        if (value == null || value instanceof Long || value instanceof Boolean) {
            return literal;
        }
        Object scalar = jsonScalar(value);
        if (scalar == null) {
            throw new QueryException(paths.subject(place) + " is a place in JSON and cannot be compared with "
                    + value.getClass().getSimpleName() + " " + value);
        }
        fit(place, Objects.requireNonNull(Types.ofValue(scalar)), scalar);
        return scalar == value ? literal : new Literal(scalar);
    }

    private static @Nullable Object jsonScalar(Object value) {
        if (value instanceof String) {
            return value;
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger integer && integer.bitLength() < Long.SIZE) {
            return integer.longValue();
        }
        if (value instanceof Double) {
            return value;
        }
        if (value instanceof Float || value instanceof BigInteger || value instanceof BigDecimal) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        boolean hasTextForm = value instanceof Character
                || value instanceof Instant
                || value instanceof LocalDate
                || value instanceof LocalTime
                || value instanceof LocalDateTime
                || value instanceof OffsetDateTime
                || value instanceof UUID;
        return hasTextForm ? value.toString() : null;
    }

    /** Two literals compared with each other, both as values of one type. */
    Comparison constants(Comparison comparison, Literal left, Literal right) {
        if (left.value() == null || right.value() == null) {
            return comparison;
        }
        DataType type = commonType(left, right);
        try {
            Literal a = as(type, left);
            Literal b = as(type, right);
            return a == left && b == right ? comparison : new Comparison(comparison.operator(), a, b);
        } catch (IllegalArgumentException e) {
            throw new QueryException(
                    paths.describe(left) + " cannot be compared with " + paths.describe(right) + ": " + e.getMessage());
        }
    }

    private static Literal as(DataType type, Literal literal) {
        Object given = Objects.requireNonNull(literal.value());
        Object value = Fit.of(type, given).value();
        return value == given ? literal : new Literal(value);
    }

    private DataType commonType(Literal left, Literal right) {
        DataType a = Types.of(left, columns);
        DataType b = Types.of(right, columns);
        if (a == null || b == null) {
            throw new QueryException(paths.subject(a == null ? left : right) + " cannot be compared");
        }
        if (a == b) {
            return a;
        }
        if (a.isNumeric() && b.isNumeric()) {
            return DataType.DECIMAL;
        }
        if (a == DataType.TEXT || b == DataType.TEXT) {
            return a == DataType.TEXT ? b : a;
        }
        throw new QueryException(paths.subject(left) + " is " + a + " and cannot be compared with "
                + paths.describe(right) + ", which is " + b);
    }
}
