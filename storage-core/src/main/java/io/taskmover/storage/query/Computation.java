package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Expression.Arithmetic.Operator;
import io.taskmover.storage.schema.DataType;
import java.math.BigDecimal;
import java.math.MathContext;

/**
 * Arithmetic on numbers of one type. INTEGER is of 64 bits, its division truncates towards zero. DECIMAL adds,
 * subtracts and multiplies exactly; its division rounds to 34 digits, half to even ({@link MathContext#DECIMAL128}).
 * Whatever leaves the type's range fails, and so does division by zero.
 */
final class Computation {
    private Computation() {}

    static long integer(Operator operator, long a, long b) {
        try {
            return switch (operator) {
                case ADD -> Math.addExact(a, b);
                case SUBTRACT -> Math.subtractExact(a, b);
                case MULTIPLY -> Math.multiplyExact(a, b);
                case DIVIDE -> {
                    if (b == 0) {
                        throw divisionByZero(a);
                    }
                    // the one quotient that does not fit is -2^63 / -1
                    yield b == -1 ? Math.negateExact(a) : a / b;
                }
            };
        } catch (ArithmeticException e) {
            throw new QueryException("INTEGER overflow: " + a + " " + operator.symbol() + " " + b);
        }
    }

    static double real(Operator operator, double a, double b) {
        if (operator == Operator.DIVIDE && b == 0) {
            throw divisionByZero(a);
        }
        double result = switch (operator) {
            case ADD -> a + b;
            case SUBTRACT -> a - b;
            case MULTIPLY -> a * b;
            case DIVIDE -> a / b;
        };
        if (!Double.isFinite(result)) {
            throw new QueryException("REAL overflow: " + a + " " + operator.symbol() + " " + b);
        }
        return result;
    }

    static BigDecimal decimal(Operator operator, BigDecimal a, BigDecimal b) {
        if (operator == Operator.DIVIDE && b.signum() == 0) {
            throw divisionByZero(a);
        }
        BigDecimal result = switch (operator) {
            case ADD -> a.add(b);
            case SUBTRACT -> a.subtract(b);
            case MULTIPLY -> a.multiply(b);
            case DIVIDE -> a.divide(b, MathContext.DECIMAL128);
        };
        String problem = DataType.DECIMAL.problem(result);
        if (problem != null) {
            throw new QueryException(
                    "DECIMAL overflow: the result of " + a + " " + operator.symbol() + " " + b + " " + problem);
        }
        return result;
    }

    static Object negated(Object number) {
        if (number instanceof Long integer) {
            if (integer == Long.MIN_VALUE) {
                throw new QueryException("INTEGER overflow: -(" + integer + ")");
            }
            return -integer;
        }
        return number instanceof Double real ? (Object) (-real) : ((BigDecimal) number).negate();
    }

    static Object absolute(Object number) {
        boolean negative = number instanceof Long integer
                ? integer < 0
                : number instanceof Double real
                        ? real < 0 || (real == 0 && 1 / real < 0)
                        : ((BigDecimal) number).signum() < 0;
        return negative ? negated(number) : number;
    }

    private static QueryException divisionByZero(Object dividend) {
        return new QueryException("Division by zero: " + dividend + " / 0");
    }
}
