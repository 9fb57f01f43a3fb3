package io.taskmover.storage.sql;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Expression.Parameter;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.sql.JsonPlace.Operand;
import io.taskmover.storage.sql.QueryShape.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jooq.Field;
import org.jooq.Param;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/**
 * Renders the conditions of a {@link QueryShape} that the database decides exactly as
 * {@link io.taskmover.storage.query.Evaluation} does, null and all; for any other it answers null, and the condition is
 * left to that class. One is made per statement; it collects the statement's parameters.
 */
final class ConditionRenderer {
    /** The longest list that is spelt out: the database has a limit to the parameters of one statement. */
    private static final int MAX_LIST = 16_384;

    private final StoredTable table;
    private final List<Slot> slots = new ArrayList<>();

    ConditionRenderer(StoredTable table) {
        this.table = table;
    }

    /** A parameter; its name is its place in {@link #slots}. */
    Param<Object> parameter(int number, Slot.Form form) {
        return parameter(number, form, Object.class);
    }

    /** A parameter of a type that jOOQ asks for. */
    <T> Param<T> parameter(int number, Slot.Form form, Class<T> type) {
        slots.add(new Slot(number, form));
        return DSL.param("p" + (slots.size() - 1), type);
    }

    /** The parameters of a rendered query in the order in which they stand in its text. */
    Slot[] slots(org.jooq.Query query) {
        return query.getParams().keySet().stream()
                // what is spelt out in the text counts as a parameter too; those have numbers for names
                .filter(name -> name.startsWith("p"))
                .map(name -> slots.get(Integer.parseInt(name, 1, name.length(), 10)))
                .toArray(Slot[]::new);
    }

    /** Null if the database would not decide it exactly so. */
    org.jooq.@Nullable Condition render(Condition condition) {
        if (condition instanceof Condition.Comparison c) {
            return comparison(c.operator(), c.left(), c.right());
        }
        if (condition instanceof Condition.Between c) {
            org.jooq.Condition low = comparison(Operator.GE, c.operand(), c.low());
            org.jooq.Condition high = comparison(Operator.LE, c.operand(), c.high());
            return low == null || high == null ? null : low.and(high);
        }
        if (condition instanceof Condition.In c) {
            return in(c);
        }
        if (condition instanceof Condition.Like c) {
            return like(c);
        }
        if (condition instanceof Condition.IsNull c) {
            return c.operand() instanceof Path path ? isNull(path) : null;
        }
        if (condition instanceof Condition.And c) {
            List<org.jooq.Condition> parts = renderAll(c.conditions());
            return parts == null ? null : parts.isEmpty() ? DSL.trueCondition() : DSL.and(parts);
        }
        if (condition instanceof Condition.Or c) {
            List<org.jooq.Condition> parts = renderAll(c.conditions());
            return parts == null ? null : parts.isEmpty() ? DSL.falseCondition() : DSL.or(parts);
        }
        if (condition instanceof Condition.Not c) {
            org.jooq.Condition inner = render(c.condition());
            return inner == null ? null : DSL.condition("(not {0})", inner);
        }
        throw new AssertionError(condition);
    }

    /**
     * The rows after a place in an order of columns, which are not null and all in one direction.
     *
     * @param first the number of the place's first value
     */
    org.jooq.Condition beyond(List<Sort> order, int first) {
        List<Field<Object>> keys = new ArrayList<>();
        List<Field<Object>> place = new ArrayList<>();
        for (Sort sort : order) {
            int position = table.position(sort.path().column());
            keys.add(Objects.requireNonNull(column(position)));
            PhysicalColumn compared = Objects.requireNonNull(table.compared(position));
            place.add(parameter(first + place.size(), compared.codec()::bind));
        }
        String comparison = order.get(0).descending() ? "(({0}) < ({1}))" : "(({0}) > ({1}))";
        return DSL.condition(comparison, DSL.list(keys), DSL.list(place));
    }

    private @Nullable List<org.jooq.Condition> renderAll(List<Condition> conditions) {
        List<org.jooq.Condition> rendered = new ArrayList<>();
        for (Condition part : conditions) {
            org.jooq.Condition one = render(part);
            if (one == null) {
                return null;
            }
            rendered.add(one);
        }
        return rendered;
    }

    private org.jooq.@Nullable Condition comparison(Operator operator, Expression left, Expression right) {
        if (left instanceof Parameter literal && !(right instanceof Parameter)) {
            return withLiteral(operator.swapped(), right, literal);
        }
        if (right instanceof Parameter literal && !(left instanceof Parameter)) {
            return withLiteral(operator, left, literal);
        }
        if (left instanceof Path a && right instanceof Path b && !a.isNested() && !b.isNested()) {
            return columns(operator, table.position(a.column()), table.position(b.column()));
        }
        return null;
    }

    private org.jooq.@Nullable Condition columns(Operator operator, int left, int right) {
        DataType type = table.rowType().column(left).type();
        Field<Object> a = column(left);
        Field<Object> b = column(right);
        return a == null
                        || b == null
                        || !type.isOrdered()
                        || type != table.rowType().column(right).type()
                ? null
                : compare(operator, a, b);
    }

    private org.jooq.@Nullable Condition withLiteral(Operator operator, Expression left, Parameter literal) {
        Operand operand = operand(left, QueryShape.kind(literal));
        return operand == null
                ? null
                : compare(operator, operand.field(), parameter(QueryShape.number(literal), operand.form()));
    }

    private static org.jooq.Condition compare(Operator operator, Field<Object> left, Field<Object> right) {
        return switch (operator) {
            case EQ -> left.eq(right);
            case NE -> left.ne(right);
            case LT -> left.lt(right);
            case LE -> left.le(right);
            case GT -> left.gt(right);
            case GE -> left.ge(right);
        };
    }

    private org.jooq.@Nullable Condition in(Condition.In in) {
        if (in.values().isEmpty()) {
            return DSL.falseCondition();
        }
        if (in.values().size() > MAX_LIST
                || !(in.values().get(0) instanceof Parameter first)
                || in.operand() instanceof Parameter) {
            return null;
        }
        Kind kind = QueryShape.kind(first);
        Operand operand = operand(in.operand(), kind);
        if (operand == null) {
            return null;
        }
        if (in.values().size() == 1 && table.own() && table.dialect().takesArraysOf(kind)) {
            return DSL.condition(
                    "({0} = any({1}))",
                    operand.field(), parameter(QueryShape.number(first), new ArrayParameter(operand.form())));
        }
        List<Field<Object>> list = new ArrayList<>();
        for (Expression value : in.values()) {
            if (!(value instanceof Parameter literal) || QueryShape.kind(literal) != kind) {
                return null;
            }
            list.add(parameter(QueryShape.number(literal), operand.form()));
        }
        return operand.field().in(list);
    }

    private org.jooq.@Nullable Condition like(Condition.Like like) {
        if (!(like.pattern() instanceof Parameter pattern)) {
            return null;
        }
        Operand operand = operand(like.operand(), Kind.TEXT);
        if (operand == null) {
            return null;
        }
        int number = QueryShape.number(pattern);
        return switch (QueryShape.kind(pattern)) {
            case LIKE_EXACT -> operand.field().eq(parameter(number, ConditionRenderer::bindText));
            case LIKE_PREFIX -> prefix(operand.field(), number);
            case LIKE_PREFIXED -> prefix(operand.field(), number).and(whole(operand.field(), number));
            case LIKE_ANY -> whole(operand.field(), number);
            default -> null;
        };
    }

    private org.jooq.Condition prefix(Field<Object> text, int number) {
        return text.ge(parameter(
                        number,
                        (statement, index, value) -> statement.setString(index, LikePattern.prefix((String) value))))
                .and(text.lt(parameter(
                        number,
                        (statement, index, value) -> statement.setString(index, LikePattern.after((String) value)))));
    }

    private org.jooq.Condition whole(Field<Object> text, int number) {
        Dialect dialect = table.dialect();
        return dialect.like(
                text,
                parameter(
                        number,
                        (statement, index, value) -> statement.setString(index, dialect.pattern((String) value))));
    }

    private static void bindText(java.sql.PreparedStatement statement, int index, Object value)
            throws java.sql.SQLException {
        statement.setString(index, (String) value);
    }

    private org.jooq.@Nullable Condition isNull(Path path) {
        int position = table.position(path.column());
        if (!path.isNested()) {
            return TableStatements.field(table, table.value(position)).isNull();
        }
        JsonPlace place = JsonPlace.of(table, path);
        return place == null ? null : place.isNull();
    }

    /** What {@code expression} is when it is compared with a literal of a kind; null if that is not exact. */
    private @Nullable Operand operand(Expression expression, Kind kind) {
        if (expression instanceof Path path) {
            return path.isNested() ? place(path, kind) : columnOperand(table.position(path.column()), kind);
        }
        if (expression instanceof Expression.Call call) {
            return call(call, kind);
        }
        return null;
    }

    private @Nullable Operand columnOperand(int position, Kind kind) {
        DataType type = table.rowType().column(position).type();
        PhysicalColumn compared = table.compared(position);
        Field<Object> field = column(position);
        return compared == null || field == null || !type.isOrdered() || !kind.isOf(type)
                ? null
                : new Operand(field, compared.codec()::bind);
    }

    private @Nullable Field<Object> column(int position) {
        PhysicalColumn compared = table.compared(position);
        if (compared == null) {
            return null;
        }
        Field<Object> field = TableStatements.field(table, compared);
        return !table.own() && table.rowType().column(position).type() == DataType.TEXT
                ? table.dialect().binary(field)
                : field;
    }

    private @Nullable Operand place(Path path, Kind kind) {
        JsonPlace place = JsonPlace.of(table, path);
        return place == null ? null : place.operand(kind);
    }

    private @Nullable Operand call(Expression.Call call, Kind kind) {
        Kind result = call.function() == Expression.Function.LENGTH ? Kind.INTEGER : Kind.TEXT;
        String name = table.dialect().function(call.function());
        if (name == null || result != kind || !(call.arguments().get(0) instanceof Path path) || path.isNested()) {
            return null;
        }
        Operand argument = columnOperand(table.position(path.column()), Kind.TEXT);
        if (argument == null) {
            return null;
        }
        return new Operand(
                DSL.function(name, Object.class, table.dialect().characters(argument.field())),
                (statement, index, value) -> statement.setObject(index, value));
    }
}
