package io.taskmover.storage.cli.load;

import io.taskmover.storage.schema.DataType;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;

/**
 * Finds the type of a column from all of its values.
 *
 * <p>Integers of 64 bits give INTEGER. Other numbers give REAL if each is exactly what a double prints, and else DECIMAL.
 * Texts give TEXT, booleans BOOLEAN; objects, arrays, and values of more than one kind give JSON, and so do nulls alone.
 *
 * <p>Texts of an untyped input are taken for numbers or booleans only where writing them back gives the same text: 007,
 * 1e5 and integers beyond 64 bits stay TEXT, 12.50 is DECIMAL; so does a column with values of more than one kind.
 */
final class ColumnGuess {
    /** Any decimal of so many digits survives the way through a double and back (IEEE 754, DBL_DIG). */
    private static final int EXACT_DIGITS = 15;
    /** Above this a double skips integers. */
    private static final long EXACT_INTEGER = 1L << 53;

    private boolean text;
    private boolean truth;
    private boolean nested;
    private boolean integer;
    private boolean fraction;
    private boolean beyondDouble;

    /** Takes a canonical JSON value that is not null into account. */
    void add(Object value) {
        if (value instanceof String) {
            text = true;
        } else if (value instanceof Long number) {
            addInteger(number);
        } else if (value instanceof BigDecimal number) {
            fraction = true;
            beyondDouble |= !survivesDouble(number);
        } else if (value instanceof Double) {
            fraction = true;
        } else if (value instanceof Boolean) {
            truth = true;
        } else if (value instanceof Map<?, ?> || value instanceof List<?>) {
            nested = true;
        } else {
            throw new IllegalArgumentException(value.getClass() + " is not canonical JSON");
        }
    }

    /** Takes a text of an untyped input into account; an empty one fits every type. */
    void addText(String value) {
        if (value.isEmpty()) {
            return;
        }
        if (text) {
            return;
        }
        if (value.equals("true") || value.equals("false")) {
            truth = true;
            return;
        }
        switch (NumberShape.of(value)) {
            case INTEGER -> addInteger(Long.parseLong(value));
            case FRACTION -> {
                fraction = true;
                beyondDouble |= !survivesDouble(new BigDecimal(value));
            }
            case SCALED -> {
                fraction = true;
                beyondDouble = true;
            }
            case NONE -> text = true;
        }
    }

    private void addInteger(long number) {
        integer = true;
        // matters only beside fractions, when the column cannot be INTEGER
        beyondDouble |=
                (number > EXACT_INTEGER || number < -EXACT_INTEGER) && !survivesDouble(BigDecimal.valueOf(number));
    }

    private static boolean survivesDouble(BigDecimal number) {
        int exponent = number.precision() - number.scale();
        if (number.precision() <= EXACT_DIGITS && exponent < 300 && exponent > -300) {
            return true;
        }
        double real = number.doubleValue();
        return Double.isFinite(real) && new BigDecimal(Double.toString(real)).compareTo(number) == 0;
    }

    /** The type of a column of a typed input. */
    DataType type() {
        int kinds = (text ? 1 : 0) + (truth ? 1 : 0) + (nested ? 1 : 0) + (integer || fraction ? 1 : 0);
        return kinds == 1 && !nested ? scalar() : DataType.JSON;
    }

    /** The type of a column of an untyped input. */
    DataType textType() {
        int kinds = (text ? 1 : 0) + (truth ? 1 : 0) + (integer || fraction ? 1 : 0);
        return kinds == 1 ? scalar() : DataType.TEXT;
    }

    private DataType scalar() {
        if (text) {
            return DataType.TEXT;
        }
        if (truth) {
            return DataType.BOOLEAN;
        }
        if (!fraction) {
            return DataType.INTEGER;
        }
        return beyondDouble ? DataType.DECIMAL : DataType.REAL;
    }
}
