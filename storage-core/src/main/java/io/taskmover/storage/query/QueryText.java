package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.And;
import io.taskmover.storage.query.Condition.Between;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.In;
import io.taskmover.storage.query.Condition.IsNull;
import io.taskmover.storage.query.Condition.Like;
import io.taskmover.storage.query.Condition.Not;
import io.taskmover.storage.query.Condition.Or;
import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.query.Expression.Parameter;
import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Writes conditions and expressions the way JDQL spells them, for people to read. Parsing it again gives the same
 * meaning, except for literals that JDQL cannot spell, such as times, which are written as text.
 */
final class QueryText {
    private QueryText() {}

    static String of(Jdql statement) {
        StringJoiner text = new StringJoiner(" ");
        if (statement.count()) {
            text.add("select count(this)");
        } else if (!statement.projection().isEmpty()) {
            text.add("select").add(join(statement.projection()));
        }
        if (statement.from() != null) {
            text.add("from").add(statement.from());
        }
        if (!statement.condition().equals(Condition.all())) {
            text.add("where").add(of(statement.condition()));
        }
        if (!statement.sorts().isEmpty()) {
            text.add("order by").add(join(statement.sorts()));
        }
        return text.toString();
    }

    private static String join(List<?> items) {
        return items.stream().map(Object::toString).collect(Collectors.joining(", "));
    }

    static String of(Condition condition) {
        if (condition instanceof Comparison c) {
            return of(c.left()) + " " + c.operator().symbol() + " " + of(c.right());
        }
        if (condition instanceof Between b) {
            return of(b.operand()) + " between " + of(b.low()) + " and " + of(b.high());
        }
        if (condition instanceof In in) {
            return of(in.operand()) + " in " + list(in.values());
        }
        if (condition instanceof Like like) {
            return of(like.operand()) + " like " + of(like.pattern());
        }
        if (condition instanceof IsNull isNull) {
            return of(isNull.operand()) + " is null";
        }
        if (condition instanceof And and) {
            return and.conditions().isEmpty() ? "1 = 1" : join(and.conditions(), " and ");
        }
        if (condition instanceof Or or) {
            return or.conditions().isEmpty() ? "1 = 0" : join(or.conditions(), " or ");
        }
        return "not " + grouped(((Not) condition).condition());
    }

    static String of(Expression expression) {
        if (expression instanceof Path path) {
            return path.toString();
        }
        if (expression instanceof Literal literal) {
            return literal(literal.value());
        }
        if (expression instanceof Parameter parameter) {
            return parameter(parameter.name());
        }
        if (expression instanceof Arithmetic a) {
            return grouped(a.left()) + " " + a.operator().symbol() + " " + grouped(a.right());
        }
        if (expression instanceof Negation negation) {
            return "-" + grouped(negation.operand());
        }
        if (expression instanceof Concatenation c) {
            return grouped(c.left()) + " || " + grouped(c.right());
        }
        Call call = (Call) expression;
        return call.function().name().toLowerCase(Locale.ROOT) + list(call.arguments());
    }

    /** {@code :name} or {@code ?1}, or the special value that a parameter stands for. */
    static String parameter(String name) {
        if (name.startsWith(LocalNow.PREFIX)) {
            return name;
        }
        return (Character.isDigit(name.charAt(0)) ? "?" : ":") + name;
    }

    private static String literal(@Nullable Object value) {
        if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Double) {
            return String.valueOf(value);
        }
        if (value instanceof Number) {
            return value.toString();
        }
        return "'" + value.toString().replace("'", "''") + "'";
    }

    private static String list(List<Expression> expressions) {
        return expressions.stream().map(QueryText::of).collect(Collectors.joining(", ", "(", ")"));
    }

    private static String join(List<Condition> conditions, String operator) {
        return conditions.stream().map(QueryText::grouped).collect(Collectors.joining(operator));
    }

    private static String grouped(Condition condition) {
        boolean compound = condition instanceof And || condition instanceof Or || condition instanceof Not;
        return compound ? "(" + of(condition) + ")" : of(condition);
    }

    private static String grouped(Expression expression) {
        boolean compound = expression instanceof Arithmetic
                || expression instanceof Concatenation
                || expression instanceof Negation
                || (expression instanceof Literal literal
                        && literal.value() instanceof Number n
                        && n.doubleValue() < 0);
        return compound ? "(" + of(expression) + ")" : of(expression);
    }
}
