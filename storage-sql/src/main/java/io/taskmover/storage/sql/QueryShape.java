package io.taskmover.storage.sql;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Parameter;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A bound condition with its literals taken out: what the conditions that share one statement have in common. A literal
 * becomes a parameter whose name is its number in {@link #values} and its {@link Kind}.
 */
final class QueryShape {
    private static final int NAMED = 64;
    private static final List<Map<Kind, Parameter>> NAMES = new ArrayList<>();

    static {
        for (int number = 0; number < NAMED; number++) {
            Map<Kind, Parameter> names = new EnumMap<>(Kind.class);
            for (Kind kind : Kind.values()) {
                names.put(kind, named(number, kind));
            }
            NAMES.add(names);
        }
    }

    private final StoredTable table;
    private final List<Object> values = new ArrayList<>();
    private final Condition condition;

    /** What the statement depends on of a literal. */
    enum Kind {
        TEXT,
        INTEGER,
        /** An integer that a double cannot stand for. */
        BIG_INTEGER,
        REAL,
        DECIMAL,
        BOOLEAN,
        TIMESTAMP,
        DATE,
        TIME,
        UUID,
        BLOB,
        JSON,
        /** A LIKE pattern without wildcards. */
        LIKE_EXACT,
        /** A LIKE pattern of a text and one {@code %} at its end. */
        LIKE_PREFIX,
        /** Any other LIKE pattern that begins with a text. */
        LIKE_PREFIXED,
        /** A LIKE pattern that begins with a wildcard. */
        LIKE_ANY,
        /** A LIKE pattern longer than the database takes. */
        LIKE_LONG;

        boolean isNumber() {
            return this == INTEGER || this == BIG_INTEGER || this == REAL || this == DECIMAL;
        }

        /** Whether it is a value of {@code type} itself. */
        boolean isOf(DataType type) {
            return this == BIG_INTEGER ? type == DataType.INTEGER : name().equals(type.name());
        }
    }

    /** @param table whose rows the condition is about */
    QueryShape(StoredTable table, Condition bound) {
        this.table = table;
        this.condition = shape(bound);
    }

    /** The condition with parameters for literals; null literals stay. */
    Condition condition() {
        return condition;
    }

    /** The literals' values, by their numbers. */
    List<Object> values() {
        return values;
    }

    /** The number of a parameter of {@link #condition}. */
    static int number(Parameter parameter) {
        String name = parameter.name();
        return Integer.parseInt(name, 0, name.indexOf(':'), 10);
    }

    /** The kind of a parameter of {@link #condition}. */
    static Kind kind(Parameter parameter) {
        String name = parameter.name();
        return Kind.valueOf(name.substring(name.indexOf(':') + 1));
    }

    private Condition shape(Condition bound) {
        if (bound instanceof Condition.Comparison c) {
            return new Condition.Comparison(c.operator(), shape(c.left()), shape(c.right()));
        }
        if (bound instanceof Condition.Between c) {
            return new Condition.Between(shape(c.operand()), shape(c.low()), shape(c.high()));
        }
        if (bound instanceof Condition.In c) {
            return new Condition.In(shape(c.operand()), shapeList(c.values()));
        }
        if (bound instanceof Condition.Like c) {
            return new Condition.Like(
                    shape(c.operand()),
                    c.pattern() instanceof Literal literal && literal.value() instanceof String pattern
                            ? parameter(pattern, LikePattern.kind(pattern))
                            : shape(c.pattern()));
        }
        if (bound instanceof Condition.IsNull c) {
            return new Condition.IsNull(shape(c.operand()));
        }
        if (bound instanceof Condition.And c) {
            return new Condition.And(shapeAll(c.conditions()));
        }
        if (bound instanceof Condition.Or c) {
            return new Condition.Or(shapeAll(c.conditions()));
        }
        if (bound instanceof Condition.Not c) {
            return new Condition.Not(shape(c.condition()));
        }
        throw new AssertionError(bound);
    }

    private List<Condition> shapeAll(List<Condition> conditions) {
        List<Condition> shaped = new ArrayList<>(conditions.size());
        for (Condition part : conditions) {
            shaped.add(shape(part));
        }
        return shaped;
    }

    /**
     * A list is one parameter where the database takes arrays: the only element of the shaped list then, and its value is the
     * list of values. Any other is filled up to a power of two by repeating its last, so that there are few lengths.
     */
    private List<Expression> shapeList(List<Expression> expressions) {
        Kind kind = table.own() ? kindOfAll(expressions) : null;
        if (kind != null && table.dialect().takesArraysOf(kind)) {
            List<Object> list = new ArrayList<>(expressions.size());
            expressions.forEach(expression -> list.add(Objects.requireNonNull(((Literal) expression).value())));
            return List.of(parameter(list, kind));
        }
        List<Expression> shaped = new ArrayList<>(expressions.size());
        for (Expression expression : expressions) {
            shaped.add(shape(expression));
        }
        if (!expressions.isEmpty()) {
            int length = Integer.highestOneBit(2 * expressions.size() - 1);
            for (int i = expressions.size(); i < length; i++) {
                shaped.add(shape(expressions.get(expressions.size() - 1)));
            }
        }
        return shaped;
    }

    /** The kind that all values of a list have; null if they have several, or are not all values. */
    private static @Nullable Kind kindOfAll(List<Expression> expressions) {
        Kind common = null;
        for (Expression expression : expressions) {
            if (!(expression instanceof Literal literal) || literal.value() == null) {
                return null;
            }
            Kind kind = kind(literal.value());
            if (common != null && kind != common) {
                return null;
            }
            common = kind;
        }
        return common;
    }

    private Expression shape(Expression expression) {
        if (expression instanceof Literal literal) {
            return literal.value() == null ? literal : parameter(literal.value(), kind(literal.value()));
        }
        if (expression instanceof Expression.Arithmetic e) {
            return new Expression.Arithmetic(e.operator(), shape(e.left()), shape(e.right()));
        }
        if (expression instanceof Expression.Negation e) {
            return new Expression.Negation(shape(e.operand()));
        }
        if (expression instanceof Expression.Concatenation e) {
            return new Expression.Concatenation(shape(e.left()), shape(e.right()));
        }
        if (expression instanceof Expression.Call e) {
            List<Expression> arguments = new ArrayList<>();
            for (Expression argument : e.arguments()) {
                arguments.add(shape(argument));
            }
            return new Expression.Call(e.function(), arguments);
        }
        return expression;
    }

    private Parameter parameter(Object value, Kind kind) {
        int number = values.size();
        values.add(value);
        Parameter shared = number < NAMED ? NAMES.get(number).get(kind) : null;
        return shared != null ? shared : named(number, kind);
    }

    private static Parameter named(int number, Kind kind) {
        return new Parameter(number + ":" + kind);
    }

    private static Kind kind(@Nullable Object value) {
        if (value instanceof String) {
            return Kind.TEXT;
        }
        if (value instanceof Long number) {
            return (long) (double) number == number && number != Long.MAX_VALUE ? Kind.INTEGER : Kind.BIG_INTEGER;
        }
        if (value instanceof Boolean) {
            return Kind.BOOLEAN;
        }
        if (value instanceof Double) {
            return Kind.REAL;
        }
        if (value instanceof BigDecimal) {
            return Kind.DECIMAL;
        }
        if (value instanceof Instant) {
            return Kind.TIMESTAMP;
        }
        if (value instanceof LocalDate) {
            return Kind.DATE;
        }
        if (value instanceof LocalTime) {
            return Kind.TIME;
        }
        if (value instanceof UUID) {
            return Kind.UUID;
        }
        return value instanceof Blob ? Kind.BLOB : Kind.JSON;
    }
}
