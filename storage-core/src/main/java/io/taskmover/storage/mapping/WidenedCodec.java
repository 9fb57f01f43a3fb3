package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.math.BigDecimal;
import org.jspecify.annotations.Nullable;

/**
 * Values of a numeric property in a column of a narrower type, as it was before the property got its own: all that the column
 * has are read, and those that it can have exactly are written.
 *
 * @param wide the property's own codec
 * @param type the column's type
 */
record WidenedCodec(Codec wide, DataType type) implements Codec {

    /** Whether what a column of type {@code narrow} has can be read as {@code wide}. */
    static boolean isWider(DataType wide, DataType narrow) {
        return (wide == DataType.REAL && narrow == DataType.INTEGER)
                || (wide == DataType.DECIMAL && (narrow == DataType.INTEGER || narrow == DataType.REAL));
    }

    /** The codec for a column of this type; the codec itself if it has that one, or nothing can be done. */
    static Codec of(Codec codec, DataType column) {
        return isWider(codec.type(), column) ? new WidenedCodec(codec, column) : codec;
    }

    @Override
    public Class<?> javaType() {
        return wide.javaType();
    }

    @Override
    public boolean accepts(Object value) {
        return wide.accepts(value);
    }

    @Override
    public @Nullable Object toColumn(Object value) {
        Object stored = wide.toColumn(value);
        return stored == null ? null : narrowed(stored);
    }

    private Object narrowed(Object stored) {
        String problem = wide.type().problem(stored);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        try {
            Object narrow = type.coerce(stored);
            if (stored instanceof BigDecimal exact && decimal(narrow).compareTo(exact) != 0) {
                throw new ArithmeticException("not exact");
            }
            return narrow;
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(
                    "is " + wide.type() + ", but its column is " + type + " and cannot have " + stored
                            + " exactly; run a migration with changeType that makes the column " + wide.type(),
                    e);
        }
    }

    /** A number of the column as a decimal: a double by its shortest spelling. */
    private static BigDecimal decimal(Object number) {
        return (BigDecimal) DataType.DECIMAL.coerce(number);
    }

    @Override
    public @Nullable Object toLiteral(Object value) {
        Object literal = wide.toLiteral(value);
        return type == DataType.REAL && literal instanceof BigDecimal decimal ? amongDoubles(decimal) : literal;
    }

    /**
     * A literal that lies among the doubles of the column, by their exact values, as {@code decimal} does among the decimals
     * that they are read as.
     */
    private static Object amongDoubles(BigDecimal decimal) {
        double nearest = decimal.doubleValue();
        if (Double.isInfinite(nearest)) {
            return decimal;
        }
        int order = decimal(nearest).compareTo(decimal);
        if (order == 0) {
            return nearest;
        }
        // no spelling of a double has that many digits
        BigDecimal little = new BigDecimal(Math.ulp(nearest)).multiply(new BigDecimal("0.123456789012345678901"));
        BigDecimal exact = new BigDecimal(nearest);
        return order < 0 ? exact.add(little) : exact.subtract(little);
    }

    @Override
    public @Nullable Object fromColumn(Object stored) {
        try {
            Object value = wide.fromColumn(wide.type().coerce(stored));
            if (value instanceof Float real && ((Long) stored).doubleValue() != real) {
                throw new IllegalArgumentException("not exact");
            }
            return value;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "is " + wide.type() + ", which cannot have the " + type + " " + stored
                            + " of its column exactly; make the property a BigDecimal or a long",
                    e);
        }
    }

    @Override
    public @Nullable Object absent() {
        return wide.absent();
    }

    @Override
    public @Nullable Member member(String property) {
        return wide.member(property);
    }
}
