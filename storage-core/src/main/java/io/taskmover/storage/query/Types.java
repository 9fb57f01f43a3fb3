package io.taskmover.storage.query;

import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.RowType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZonedDateTime;
import java.util.Date;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The types that expressions have before any row is seen. */
final class Types {
    private Types() {}

    /** As {@link Evaluation#typeOf}. */
    static @Nullable DataType of(Expression expression, RowType columns) {
        if (expression instanceof Path path) {
            return path.isNested()
                    ? DataType.JSON
                    : columns.column(columns.indexOf(path.column())).type();
        }
        if (expression instanceof Literal literal) {
            return literal.value() == null ? null : ofValue(literal.value());
        }
        if (expression instanceof Arithmetic arithmetic) {
            return ofArithmetic(of(arithmetic.left(), columns), of(arithmetic.right(), columns));
        }
        if (expression instanceof Negation negation) {
            return ofNumber(of(negation.operand(), columns));
        }
        if (expression instanceof Concatenation) {
            return DataType.TEXT;
        }
        if (expression instanceof Call call) {
            return call.function() == Function.ABS
                    ? ofNumber(of(call.arguments().get(0), columns))
                    : call.function() == Function.LENGTH ? DataType.INTEGER : DataType.TEXT;
        }
        return null;
    }

    /** REAL with anything is REAL, DECIMAL with INTEGER is DECIMAL. A number at a place in JSON counts as REAL. */
    static @Nullable DataType ofArithmetic(@Nullable DataType left, @Nullable DataType right) {
        DataType a = ofNumber(left);
        DataType b = ofNumber(right);
        if (a == null || b == null) {
            return a == null ? b : a;
        }
        if (a == DataType.REAL || b == DataType.REAL) {
            return DataType.REAL;
        }
        return a == DataType.DECIMAL ? a : b;
    }

    private static @Nullable DataType ofNumber(@Nullable DataType operand) {
        return operand == DataType.JSON ? DataType.REAL : operand;
    }

    /** Whether it is a path into a JSON column, whose value's kind is known only row by row. */
    static boolean isNested(Expression expression) {
        return expression instanceof Path path && path.isNested();
    }

    /** The type that a value given by a program has by its class; null for a class that no type takes. */
    static @Nullable DataType ofValue(Object value) {
        if (value instanceof String || value instanceof Enum<?> || value instanceof Character) {
            return DataType.TEXT;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return DataType.INTEGER;
        }
        if (value instanceof Double || value instanceof Float) {
            return DataType.REAL;
        }
        if (value instanceof BigDecimal) {
            return DataType.DECIMAL;
        }
        if (value instanceof BigInteger integer) {
            return integer.bitLength() < Long.SIZE ? DataType.INTEGER : DataType.DECIMAL;
        }
        if (value instanceof Boolean) {
            return DataType.BOOLEAN;
        }
        if (value instanceof Instant
                || value instanceof LocalDateTime
                || value instanceof OffsetDateTime
                || value instanceof ZonedDateTime
                || value instanceof Date) {
            return DataType.TIMESTAMP;
        }
        if (value instanceof LocalDate) {
            return DataType.DATE;
        }
        if (value instanceof LocalTime) {
            return DataType.TIME;
        }
        if (value instanceof UUID) {
            return DataType.UUID;
        }
        return value instanceof Blob || value instanceof byte[] || value instanceof ByteBuffer ? DataType.BLOB : null;
    }
}
