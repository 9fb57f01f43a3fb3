package io.taskmover.storage.query;

import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.math.BigDecimal;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Turns bound expressions into functions of a row, so that the tree is walked once and not for each row. */
final class ExpressionCompiler {
    private final RowType columns;

    ExpressionCompiler(RowType columns) {
        this.columns = columns;
    }

    /** The value of an expression of literals. */
    static @Nullable Object constant(Expression expression, RowType columns) {
        return new ExpressionCompiler(columns).compile(expression).apply(NO_ROW);
    }

    private static final Row NO_ROW = Row.of(RowType.of(java.util.List.of()));

    Function<Row, @Nullable Object> compile(Expression expression) {
        if (expression instanceof Path path) {
            if (path.isNested()) {
                return new JsonPlace(path, columns);
            }
            int position = columns.indexOf(path.column());
            return row -> row.get(position);
        }
        if (expression instanceof Literal literal) {
            Object value = literal.value();
            return row -> value;
        }
        if (expression instanceof Arithmetic arithmetic) {
            return arithmetic(arithmetic);
        }
        if (expression instanceof Negation negation) {
            return mapped(number(negation.operand()), Computation::negated);
        }
        if (expression instanceof Concatenation joined) {
            Function<Row, @Nullable Object> left = text(joined.left());
            Function<Row, @Nullable Object> right = text(joined.right());
            return row -> {
                Object a = left.apply(row);
                Object b = right.apply(row);
                return a == null || b == null ? null : (String) a + (String) b;
            };
        }
        if (expression instanceof Call call) {
            return call(call);
        }
        throw new IllegalArgumentException("Not bound: " + expression);
    }

    private Function<Row, @Nullable Object> call(Call call) {
        Expression argument = call.arguments().get(0);
        return switch (call.function()) {
            case ABS -> mapped(number(argument), Computation::absolute);
            case LENGTH -> mapped(text(argument), value -> Texts.length((String) value));
            case LOWER -> mapped(text(argument), value -> Texts.lower((String) value));
            case UPPER -> mapped(text(argument), value -> Texts.upper((String) value));
            case LEFT, RIGHT -> {
                boolean left = call.function() == Expression.Function.LEFT;
                Function<Row, @Nullable Object> text = text(argument);
                Function<Row, @Nullable Object> count = compile(call.arguments().get(1));
                yield row -> {
                    Object value = text.apply(row);
                    Object n = count.apply(row);
                    if (value == null || n == null) {
                        return null;
                    }
                    return left ? Texts.left((String) value, (Long) n) : Texts.right((String) value, (Long) n);
                };
            }
        };
    }

    private static Function<Row, @Nullable Object> mapped(
            Function<Row, @Nullable Object> operand, UnaryOperator<Object> operation) {
        return row -> {
            Object value = operand.apply(row);
            return value == null ? null : operation.apply(value);
        };
    }

    /** A text operand; another kind of value at a place in JSON is null. */
    Function<Row, @Nullable Object> text(Expression expression) {
        Function<Row, @Nullable Object> value = compile(expression);
        if (!Types.isNested(expression)) {
            return value;
        }
        return row -> value.apply(row) instanceof String text ? text : null;
    }

    /** A number; at a place in JSON a double, and another kind of value there is null. */
    private Function<Row, @Nullable Object> number(Expression expression) {
        Function<Row, @Nullable Object> value = compile(expression);
        if (!Types.isNested(expression)) {
            return value;
        }
        return row -> value.apply(row) instanceof Number number ? number.doubleValue() : null;
    }

    private Function<Row, @Nullable Object> arithmetic(Arithmetic arithmetic) {
        Arithmetic.Operator operator = arithmetic.operator();
        Function<Row, @Nullable Object> left = number(arithmetic.left());
        Function<Row, @Nullable Object> right = number(arithmetic.right());
        DataType type = Types.of(arithmetic, columns);
        if (type == null) {
            return row -> null;
        }
        Operation operation = switch (type) {
            case INTEGER -> (a, b) -> Computation.integer(operator, (Long) a, (Long) b);
            case REAL -> (a, b) -> Computation.real(operator, ((Number) a).doubleValue(), ((Number) b).doubleValue());
            default -> (a, b) -> Computation.decimal(operator, decimal(a), decimal(b));
        };
        return row -> {
            Object a = left.apply(row);
            Object b = right.apply(row);
            return a == null || b == null ? null : operation.of(a, b);
        };
    }

    private static BigDecimal decimal(Object number) {
        return number instanceof BigDecimal decimal
                ? decimal
                : BigDecimal.valueOf((Long) Objects.requireNonNull(number));
    }

    @FunctionalInterface
    private interface Operation {
        Object of(Object a, Object b);
    }
}
