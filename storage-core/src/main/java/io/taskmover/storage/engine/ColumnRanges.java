package io.taskmover.storage.engine;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a bound condition what indexes can use: comparisons of a column with a literal of its own type that stand
 * at the top or in a conjunction at the top. The rest, and these too, are checked on each row.
 */
final class ColumnRanges {
    private final RowType type;
    private final Map<String, ColumnRange> ranges = new HashMap<>();

    ColumnRanges(Condition condition, RowType type) {
        this.type = type;
        read(condition);
    }

    @Nullable
    ColumnRange of(String column) {
        return ranges.get(column);
    }

    private void read(Condition condition) {
        if (condition instanceof Condition.And and) {
            and.conditions().forEach(this::read);
        } else if (condition instanceof Condition.Comparison comparison) {
            readComparison(comparison.operator(), comparison.left(), comparison.right());
            readComparison(comparison.operator().swapped(), comparison.right(), comparison.left());
        } else if (condition instanceof Condition.Between between) {
            readComparison(Condition.Operator.GE, between.operand(), between.low());
            readComparison(Condition.Operator.LE, between.operand(), between.high());
        } else if (condition instanceof Condition.In in) {
            readIn(in);
        } else if (condition instanceof Condition.Like like) {
            readLike(like);
        } else if (condition instanceof Condition.IsNull isNull) {
            String column = column(isNull.operand());
            if (column != null) {
                range(column).narrowToNull();
            }
        }
    }

    private void readComparison(Condition.Operator operator, Expression operand, Expression value) {
        String column = column(operand);
        Object literal = column == null ? null : literal(column, value);
        if (column != null && literal != null) {
            range(column).narrow(operator, literal);
        }
    }

    private void readIn(Condition.In in) {
        String column = column(in.operand());
        if (column == null) {
            return;
        }
        List<Object> values = new ArrayList<>(in.values().size());
        for (Expression value : in.values()) {
            Object literal = literal(column, value);
            if (literal != null) {
                values.add(literal);
            } else if (!(value instanceof Expression.Literal known) || known.value() != null) {
                return;
            }
        }
        range(column).narrowTo(values);
    }

    private void readLike(Condition.Like like) {
        String column = column(like.operand());
        if (column != null && literal(column, like.pattern()) instanceof String pattern) {
            String prefix = prefix(pattern);
            if (prefix.length() == pattern.length()) {
                range(column).narrow(Condition.Operator.EQ, pattern);
            } else if (!prefix.isEmpty()) {
                range(column).narrow(Condition.Operator.GE, prefix);
                String next = successor(prefix);
                if (next != null) {
                    range(column).narrow(Condition.Operator.LT, next);
                }
            }
        }
    }

    /** The part of a pattern before its first wildcard. */
    private static String prefix(String pattern) {
        int end = 0;
        while (end < pattern.length() && pattern.charAt(end) != '%' && pattern.charAt(end) != '_') {
            end++;
        }
        return pattern.substring(0, end);
    }

    /** The least text, by code points, after all that start with {@code prefix}; null if there is none. */
    static @Nullable String successor(String prefix) {
        int end = prefix.length();
        while (end > 0) {
            int last = prefix.codePointBefore(end);
            end -= Character.charCount(last);
            if (last < Character.MAX_CODE_POINT) {
                // surrogates are not code points of text
                int next = last + 1 == Character.MIN_SURROGATE ? Character.MAX_SURROGATE + 1 : last + 1;
                return new StringBuilder(end + 2)
                        .append(prefix, 0, end)
                        .appendCodePoint(next)
                        .toString();
            }
        }
        return null;
    }

    private ColumnRange range(String column) {
        return ranges.computeIfAbsent(
                column, name -> new ColumnRange(type.column(type.indexOf(name)).type()));
    }

    /** The column that an expression is, if it is one with an order. */
    private @Nullable String column(Expression expression) {
        if (expression instanceof Path path && !path.isNested()) {
            int position = type.indexOf(path.column());
            if (position >= 0 && type.column(position).type() != DataType.JSON) {
                return path.column();
            }
        }
        return null;
    }

    /** The value of a literal, if it has the class of the column's values. */
    private @Nullable Object literal(String column, Expression expression) {
        Object value = expression instanceof Expression.Literal literal ? literal.value() : null;
        return type.column(type.indexOf(column)).type().javaType().isInstance(value) ? value : null;
    }
}
