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
    private static final QueryText WITH_VALUES = new QueryText(true);
    private static final QueryText WITHOUT_VALUES = new QueryText(false);

    /** Of longer lists it is said how long they are. */
    private static final int MOST_PLACEHOLDERS = 3;

    private final boolean values;

    private QueryText(boolean values) {
        this.values = values;
    }

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
        return WITH_VALUES.text(condition);
    }

    static String of(Expression expression) {
        return WITH_VALUES.text(expression);
    }

    /** Which rows a selection asks for, with a question mark in place of each value. */
    static String shapeOf(Select select) {
        StringJoiner text = new StringJoiner(" ");
        text.add("from").add(select.table());
        if (!select.condition().equals(Condition.all())) {
            text.add("where").add(WITHOUT_VALUES.text(select.condition()));
        }
        if (!select.sorts().isEmpty()) {
            text.add("order by").add(join(select.sorts()));
        }
        if (!select.after().isEmpty()) {
            text.add("after a place in that order");
        }
        if (select.limit() != null) {
            text.add("limit " + select.limit());
        }
        if (select.offset() > 0) {
            text.add("offset " + select.offset());
        }
        return text.toString();
    }

    private String text(Condition condition) {
        if (condition instanceof Comparison c) {
            return text(c.left()) + " " + c.operator().symbol() + " " + text(c.right());
        }
        if (condition instanceof Between b) {
            return text(b.operand()) + " between " + text(b.low()) + " and " + text(b.high());
        }
        if (condition instanceof In in) {
            return text(in.operand()) + " in " + list(in.values());
        }
        if (condition instanceof Like like) {
            return text(like.operand()) + " like " + text(like.pattern());
        }
        if (condition instanceof IsNull isNull) {
            return text(isNull.operand()) + " is null";
        }
        if (condition instanceof And and) {
            return and.conditions().isEmpty() ? "1 = 1" : join(and.conditions(), " and ");
        }
        if (condition instanceof Or or) {
            return or.conditions().isEmpty() ? "1 = 0" : join(or.conditions(), " or ");
        }
        return "not " + grouped(((Not) condition).condition());
    }

    private String text(Expression expression) {
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

    private String literal(@Nullable Object value) {
        if (!values) {
            return "?";
        }
        if (value == null || value instanceof Boolean || value instanceof Long || value instanceof Double) {
            return String.valueOf(value);
        }
        if (value instanceof Number) {
            return value.toString();
        }
        return "'" + value.toString().replace("'", "''") + "'";
    }

    private String list(List<Expression> expressions) {
        if (!values
                && expressions.size() > MOST_PLACEHOLDERS
                && expressions.stream().allMatch(Literal.class::isInstance)) {
            return "(? and " + (expressions.size() - 1) + " more)";
        }
        return expressions.stream().map(this::text).collect(Collectors.joining(", ", "(", ")"));
    }

    private String join(List<Condition> conditions, String operator) {
        return conditions.stream().map(this::grouped).collect(Collectors.joining(operator));
    }

    private String grouped(Condition condition) {
        boolean compound = condition instanceof And || condition instanceof Or || condition instanceof Not;
        return compound ? "(" + text(condition) + ")" : text(condition);
    }

    private String grouped(Expression expression) {
        boolean compound = expression instanceof Arithmetic
                || expression instanceof Concatenation
                || expression instanceof Negation
                || (values
                        && expression instanceof Literal literal
                        && literal.value() instanceof Number n
                        && n.doubleValue() < 0);
        return compound ? "(" + text(expression) + ")" : text(expression);
    }
}
