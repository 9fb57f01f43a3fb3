package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.schema.DataType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.LocalDate;

/**
 * Where a literal lies among the values of the type that it is compared with, so that the comparison can be made with
 * a value of that very type and still be exact.
 *
 * <p>{@code priority > 3.5} on an INTEGER column becomes {@code priority > 3}; {@code priority < 1e30}, true for every
 * number, becomes {@code priority >= -9223372036854775808}, which is still unknown for null. A decimal literal that is
 * the shortest spelling of a double means that double when it is compared with REAL ({@code 0.1} finds {@code 0.1}),
 * and a double compared with DECIMAL means its shortest spelling.
 *
 * @param value a value of the type: the literal itself, or the greatest one below the literal
 * @param place how the literal relates to {@code value}
 */
record Fit(Object value, Place place) {
    /** Where the literal lies. */
    enum Place {
        /** The literal equals the value. */
        ON,
        /** The literal lies above the value and below the next one, if there is a next one. */
        ABOVE,
        /** The literal lies below every value of the type. */
        BELOW_ALL
    }

    /** The least and greatest values of the types whose Java classes reach further than they do. */
    private static final Instant FIRST_INSTANT = Instant.parse("0001-01-01T00:00:00Z");

    private static final Instant LAST_INSTANT = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final LocalDate FIRST_DATE = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST_DATE = LocalDate.of(9999, 12, 31);

    /** A text longer than this is no number that anyone compares with. */
    private static final int MAX_NUMBER_TEXT = 2_000;

    /**
     * Where {@code literal} lies among the values of {@code type}, which is not JSON.
     *
     * @throws IllegalArgumentException if it cannot be compared with them
     */
    static Fit of(DataType type, Object literal) {
        return switch (type) {
            case INTEGER -> integer(literal);
            case REAL -> real(literal);
            case DECIMAL -> on(type, decimal(literal));
            case TIMESTAMP -> {
                Instant instant = (Instant) type.coerce(literal);
                yield instant.isBefore(FIRST_INSTANT)
                        ? new Fit(FIRST_INSTANT, Place.BELOW_ALL)
                        : instant.isAfter(LAST_INSTANT)
                                ? new Fit(LAST_INSTANT, Place.ABOVE)
                                : new Fit(instant, Place.ON);
            }
            case DATE -> {
                LocalDate date = (LocalDate) type.coerce(literal);
                yield date.isBefore(FIRST_DATE)
                        ? new Fit(FIRST_DATE, Place.BELOW_ALL)
                        : date.isAfter(LAST_DATE) ? new Fit(LAST_DATE, Place.ABOVE) : new Fit(date, Place.ON);
            }
            default -> on(type, type.coerce(literal));
        };
    }

    /** {@code operand operator literal}, for an operand of {@code type} and the literal that this fits. */
    Comparison compare(Operator operator, Expression operand, DataType type) {
        boolean below = place == Place.BELOW_ALL;
        return switch (operator) {
            case EQ -> place == Place.ON ? with(operator, operand) : constant(false, operand, type);
            case NE -> place == Place.ON ? with(operator, operand) : constant(true, operand, type);
            case LT, LE ->
                place == Place.ON
                        ? with(operator, operand)
                        : below ? constant(false, operand, type) : with(Operator.LE, operand);
            case GT, GE ->
                place == Place.ON
                        ? with(operator, operand)
                        : below ? constant(true, operand, type) : with(Operator.GT, operand);
        };
    }

    private Comparison with(Operator operator, Expression operand) {
        return new Comparison(operator, operand, new Literal(value));
    }

    /** True or false for every value of a type that has a least one, and unknown for null. */
    static Comparison constant(boolean truth, Expression operand, DataType type) {
        Object least = switch (type) {
            case INTEGER -> Long.MIN_VALUE;
            case REAL -> -Double.MAX_VALUE;
            case TIMESTAMP -> FIRST_INSTANT;
            case DATE -> FIRST_DATE;
            default -> throw new IllegalArgumentException(type + " has no least value");
        };
        return new Comparison(truth ? Operator.GE : Operator.LT, operand, new Literal(least));
    }

    /** Any number, or a text that spells one, as a decimal that denotes it: a double by its shortest spelling. */
    static BigDecimal decimal(Object number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        if (number instanceof String text) {
            return parse(text);
        }
        if (!(number instanceof Number)) {
            throw new IllegalArgumentException(number.getClass().getSimpleName() + " " + number + " is not a number");
        }
        return (BigDecimal) DataType.DECIMAL.coerce(number);
    }

    private static BigDecimal parse(String text) {
        if (text.length() > MAX_NUMBER_TEXT) {
            throw new IllegalArgumentException("a text of " + text.length() + " characters is not a number");
        }
        try {
            return new BigDecimal(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("'" + text + "' is not a number", e);
        }
    }

    private static Fit on(DataType type, Object value) {
        String problem = type.problem(value);
        if (problem != null) {
            throw new IllegalArgumentException("the value " + problem);
        }
        return new Fit(value, Place.ON);
    }

    private static Fit integer(Object literal) {
        if (literal instanceof Long
                || literal instanceof Integer
                || literal instanceof Short
                || literal instanceof Byte) {
            return new Fit(literal instanceof Long ? literal : (Object) ((Number) literal).longValue(), Place.ON);
        }
        BigDecimal exact = exact(literal);
        long digitsBeforePoint = (long) exact.precision() - exact.scale();
        if (digitsBeforePoint > 19) {
            return beyond(exact.signum());
        }
        BigInteger floor = digitsBeforePoint < 0
                ? BigInteger.valueOf(exact.signum() < 0 ? -1 : 0)
                : exact.setScale(0, RoundingMode.FLOOR).unscaledValue();
        if (floor.bitLength() >= Long.SIZE) {
            return beyond(floor.signum());
        }
        boolean whole = new BigDecimal(floor).compareTo(exact) == 0;
        return new Fit(floor.longValue(), whole ? Place.ON : Place.ABOVE);
    }

    private static Fit beyond(int sign) {
        return sign > 0 ? new Fit(Long.MAX_VALUE, Place.ABOVE) : new Fit(Long.MIN_VALUE, Place.BELOW_ALL);
    }

    private static Fit real(Object literal) {
        if (literal instanceof Double || literal instanceof Float) {
            return on(DataType.REAL, literal instanceof Double ? literal : (Object) ((Number) literal).doubleValue());
        }
        BigDecimal exact = exact(literal);
        double nearest = exact.doubleValue();
        if (Double.isInfinite(nearest)) {
            return nearest > 0 ? new Fit(Double.MAX_VALUE, Place.ABOVE) : new Fit(-Double.MAX_VALUE, Place.BELOW_ALL);
        }
        boolean spelled = (literal instanceof BigDecimal || literal instanceof String)
                && new BigDecimal(Double.toString(nearest)).compareTo(exact) == 0;
        int order = new BigDecimal(nearest).compareTo(exact);
        if (order == 0 || spelled) {
            return new Fit(nearest, Place.ON);
        }
        double below = order < 0 ? nearest : Math.nextDown(nearest);
        return Double.isInfinite(below) ? new Fit(-Double.MAX_VALUE, Place.BELOW_ALL) : new Fit(below, Place.ABOVE);
    }

    /** The exact value of a number; unlike {@link #decimal}, a double's own. */
    private static BigDecimal exact(Object number) {
        if (number instanceof Double || number instanceof Float) {
            double real = ((Number) number).doubleValue();
            if (!Double.isFinite(real)) {
                throw new IllegalArgumentException("the value must be a finite number, not " + number);
            }
            return new BigDecimal(real);
        }
        return decimal(number);
    }
}
