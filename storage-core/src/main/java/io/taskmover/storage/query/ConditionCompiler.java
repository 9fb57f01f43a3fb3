package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.And;
import io.taskmover.storage.query.Condition.Between;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.In;
import io.taskmover.storage.query.Condition.IsNull;
import io.taskmover.storage.query.Condition.Like;
import io.taskmover.storage.query.Condition.Not;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Condition.Or;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Turns bound conditions into {@link Truth}s of a row. */
final class ConditionCompiler {
    private final RowType columns;
    private final ExpressionCompiler expressions;

    ConditionCompiler(RowType columns) {
        this.columns = columns;
        this.expressions = new ExpressionCompiler(columns);
    }

    Truth compile(Condition condition) {
        if (condition instanceof Comparison comparison) {
            return comparison(comparison.operator(), comparison.left(), comparison.right());
        }
        if (condition instanceof And and) {
            return and(each(and.conditions()));
        }
        if (condition instanceof Or or) {
            return or(each(or.conditions()));
        }
        if (condition instanceof Not not) {
            Truth operand = compile(not.condition());
            return row -> Truth.TRUE - operand.of(row);
        }
        if (condition instanceof IsNull isNull) {
            Function<Row, @Nullable Object> operand = expressions.compile(isNull.operand());
            return row -> Truth.of(operand.apply(row) == null);
        }
        if (condition instanceof Between between) {
            return and(new Truth[] {
                comparison(Operator.GE, between.operand(), between.low()),
                comparison(Operator.LE, between.operand(), between.high())
            });
        }
        if (condition instanceof In in) {
            return in(in);
        }
        return like((Like) condition);
    }

    private Truth[] each(List<Condition> conditions) {
        Truth[] truths = new Truth[conditions.size()];
        for (int i = 0; i < truths.length; i++) {
            truths[i] = compile(conditions.get(i));
        }
        return truths;
    }

    private static Truth and(Truth[] truths) {
        if (truths.length == 2) {
            Truth a = truths[0];
            Truth b = truths[1];
            return row -> {
                int x = a.of(row);
                return x == Truth.FALSE ? x : Math.min(x, b.of(row));
            };
        }
        return row -> {
            int result = Truth.TRUE;
            for (Truth truth : truths) {
                result = Math.min(result, truth.of(row));
                if (result == Truth.FALSE) {
                    break;
                }
            }
            return result;
        };
    }

    private static Truth or(Truth[] truths) {
        return row -> {
            int result = Truth.FALSE;
            for (Truth truth : truths) {
                result = Math.max(result, truth.of(row));
                if (result == Truth.TRUE) {
                    break;
                }
            }
            return result;
        };
    }

    private Truth comparison(Operator operator, Expression left, Expression right) {
        DataType type = Types.of(left, columns);
        DataType other = Types.of(right, columns);
        if (type == null || other == null) {
            return unknown(left, right);
        }
        Outcome outcome = new Outcome(operator);
        if (left instanceof Path path && !path.isNested() && right instanceof Literal literal && type == other) {
            return ColumnTests.compare(columns.indexOf(path.column()), type, outcome, literal.value());
        }
        Function<Row, @Nullable Object> a = expressions.compile(left);
        Function<Row, @Nullable Object> b = expressions.compile(right);
        if (type == DataType.JSON || other == DataType.JSON) {
            return row -> {
                Object x = a.apply(row);
                Object y = b.apply(row);
                return x == null || y == null || !JsonPlace.sameKind(x, y)
                        ? Truth.UNKNOWN
                        : outcome.of(JsonPlace.compare(x, y));
            };
        }
        return row -> {
            Object x = a.apply(row);
            Object y = b.apply(row);
            if (x == null || y == null) {
                return Truth.UNKNOWN;
            }
            return outcome.of(type == other ? type.compare(x, y) : Numbers.compare(x, y));
        };
    }

    /** A comparison with null; the operands are still evaluated, since an error in one fails the query. */
    private Truth unknown(Expression left, Expression right) {
        Function<Row, @Nullable Object> a = expressions.compile(left);
        Function<Row, @Nullable Object> b = expressions.compile(right);
        return row -> {
            var ignored = a.apply(row);
            ignored = b.apply(row);
            return Truth.UNKNOWN;
        };
    }

    private Truth in(In in) {
        if (in.values().isEmpty()) {
            return row -> Truth.FALSE;
        }
        DataType type = Types.of(in.operand(), columns);
        List<Object> constants = new ArrayList<>();
        boolean hasNull = false;
        boolean allFit = type != null && type != DataType.JSON;
        for (Expression value : in.values()) {
            if (value instanceof Literal literal && literal.value() == null) {
                hasNull = true;
            } else if (value instanceof Literal literal && literal.value() != null && allFit) {
                constants.add(literal.value());
            } else {
                allFit = false;
            }
        }
        if (allFit && type != null) {
            return ColumnTests.in(expressions.compile(in.operand()), type, constants, hasNull);
        }
        return or(in.values().stream()
                .map(value -> comparison(Operator.EQ, in.operand(), value))
                .toArray(Truth[]::new));
    }

    private Truth like(Like like) {
        Function<Row, @Nullable Object> operand = expressions.text(like.operand());
        if (like.pattern() instanceof Literal literal && literal.value() instanceof String pattern) {
            Predicate<String> matcher = LikePattern.compile(pattern);
            return row -> operand.apply(row) instanceof String text ? Truth.of(matcher.test(text)) : Truth.UNKNOWN;
        }
        Function<Row, @Nullable Object> patterns = expressions.text(like.pattern());
        return row -> {
            Object text = operand.apply(row);
            Object pattern = patterns.apply(row);
            return text == null || pattern == null
                    ? Truth.UNKNOWN
                    : Truth.of(LikePattern.compile((String) pattern).test((String) text));
        };
    }
}
