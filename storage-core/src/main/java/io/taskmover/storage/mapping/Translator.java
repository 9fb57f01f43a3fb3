package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Sort;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns conditions and orders on the properties of an entity into ones on its columns. */
final class Translator {
    private final Class<?> type;
    private final List<MappedProperty> properties;
    /** Where properties with a column of their own are, by all names that they go by: what most queries ask for. */
    private final Map<String, Target> columns = new HashMap<>();

    Translator(Class<?> type, List<MappedProperty> properties) {
        this.type = type;
        this.properties = properties;
        for (MappedProperty property : properties) {
            addColumn(property.property().name(), property);
            addColumn(property.property().accessor(), property);
        }
    }

    private void addColumn(String name, MappedProperty property) {
        if (!property.isComposite() && property(name) == property) {
            columns.put(name, new Target(property.path(), property.codec(), false));
        }
    }

    /** A value of a property as its column has it; a value of another class as it is, for the query to coerce. */
    static @Nullable Object stored(Codec codec, Object value) {
        return codec.accepts(value) ? codec.toColumn(value) : value;
    }

    /**
     * A place in the row.
     *
     * @param codec of its values; null if they are not known
     */
    record Target(Path path, @Nullable Codec codec, boolean nested) {
        Literal literal(Literal literal) {
            Object value = literal.value();
            if (codec == null || value == null || !codec.accepts(value)) {
                return literal;
            }
            try {
                return new Literal(nested ? codec.toJson(value) : codec.toColumn(value));
            } catch (IllegalArgumentException e) {
                throw new QueryException("The value that '" + path + "' is compared with " + e.getMessage());
            }
        }
    }

    @Nullable
    MappedProperty property(String name) {
        for (MappedProperty property : properties) {
            if (property.property().name().equals(name)) {
                return property;
            }
        }
        for (MappedProperty property : properties) {
            if (property.property().accessor().equals(name)) {
                return property;
            }
        }
        return null;
    }

    Path column(Path path) {
        return target(path).path();
    }

    /** Where a property is; names that are no property's stay as they are. */
    Target target(Path path) {
        Target column = path.isNested() ? null : columns.get(path.column());
        if (column != null) {
            return column;
        }
        MappedProperty property = property(path.column());
        if (property == null) {
            return new Target(path, null, path.isNested());
        }
        if (property.object() != null && path.isNested()) {
            return idPart(property, path);
        }
        if (property.isComposite()) {
            throw new MappingException("The id '" + path + "' of " + type.getName() + " is composite and has no one"
                    + " column; compare it with = or in, or name a part such as " + path + "."
                    + property.parts().get(0).property().name());
        }
        List<String> segments = new ArrayList<>(property.path().segments());
        Codec codec = property.codec();
        for (String name : path.members()) {
            Codec.Member member = codec == null ? null : codec.member(name);
            segments.add(member == null ? name : member.name());
            codec = member == null ? null : member.codec();
        }
        return new Target(new Path(segments), codec, path.isNested());
    }

    private Target idPart(MappedProperty id, Path path) {
        for (MappedProperty.Part part : id.parts()) {
            if (part.property().name().equals(path.segments().get(1))
                    && path.segments().size() == 2) {
                return new Target(Path.of(part.column()), part.codec(), false);
            }
        }
        throw new MappingException("The id '" + path.column() + "' of " + type.getName() + " has no part '"
                + String.join(".", path.members()) + "'");
    }

    List<Sort> translate(List<Sort> sorts) {
        if (sorts.isEmpty()) {
            return sorts;
        }
        List<Sort> translated = new ArrayList<>();
        for (Sort sort : sorts) {
            MappedProperty id = composite(sort.path());
            if (id == null) {
                translated.add(new Sort(column(sort.path()), sort.descending()));
            } else {
                id.parts().forEach(part -> translated.add(new Sort(Path.of(part.column()), sort.descending())));
            }
        }
        return translated;
    }

    Condition translate(Condition condition) {
        if (condition instanceof Condition.And and) {
            return new Condition.And(each(and.conditions()));
        }
        if (condition instanceof Condition.Or or) {
            return new Condition.Or(each(or.conditions()));
        }
        if (condition instanceof Condition.Not not) {
            return new Condition.Not(translate(not.condition()));
        }
        if (condition instanceof Condition.Comparison comparison) {
            return comparison(comparison);
        }
        if (condition instanceof Condition.In in) {
            return in(in);
        }
        if (condition instanceof Condition.Between between) {
            Expression operand = between.operand();
            return new Condition.Between(
                    expression(operand), operand(between.low(), operand), operand(between.high(), operand));
        }
        if (condition instanceof Condition.Like like) {
            return new Condition.Like(expression(like.operand()), expression(like.pattern()));
        }
        Expression operand = ((Condition.IsNull) condition).operand();
        MappedProperty id = composite(operand);
        return new Condition.IsNull(
                id == null ? expression(operand) : Path.of(id.parts().get(0).column()));
    }

    private List<Condition> each(List<Condition> conditions) {
        List<Condition> translated = new ArrayList<>(conditions.size());
        for (Condition condition : conditions) {
            translated.add(translate(condition));
        }
        return translated;
    }

    private Condition comparison(Condition.Comparison comparison) {
        MappedProperty id = composite(comparison.left());
        if (id != null && comparison.right() instanceof Literal literal && literal.value() != null) {
            Condition same = sameId(id, literal.value());
            if (comparison.operator() == Operator.EQ) {
                return same;
            }
            if (comparison.operator() == Operator.NE) {
                return same.not();
            }
        }
        Expression left = operand(comparison.left(), comparison.right());
        Expression right = operand(comparison.right(), comparison.left());
        if (isEmptied(comparison.right(), right) && comparison.operator() == Operator.EQ) {
            return new Condition.IsNull(left);
        }
        if (isEmptied(comparison.right(), right) && comparison.operator() == Operator.NE) {
            return new Condition.IsNull(left).not();
        }
        return new Condition.Comparison(comparison.operator(), left, right);
    }

    /** Whether a value became null: an empty Optional is compared with as null is by {@code Field.eq}. */
    private static boolean isEmptied(Expression before, Expression after) {
        return before instanceof Literal value
                && value.value() != null
                && after instanceof Literal stored
                && stored.value() == null;
    }

    private Condition in(Condition.In in) {
        MappedProperty id = composite(in.operand());
        if (id != null) {
            List<Condition> any = new ArrayList<>();
            for (Expression value : in.values()) {
                if (value instanceof Literal literal && literal.value() != null) {
                    any.add(sameId(id, literal.value()));
                }
            }
            return new Condition.Or(any);
        }
        return new Condition.In(
                expression(in.operand()),
                in.values().stream().map(value -> operand(value, in.operand())).toList());
    }

    private @Nullable MappedProperty composite(Expression expression) {
        MappedProperty property = expression instanceof Path path && !path.isNested() ? property(path.column()) : null;
        return property != null && property.object() != null ? property : null;
    }

    private Condition sameId(MappedProperty id, Object value) {
        List<Condition> parts = new ArrayList<>();
        for (MappedProperty.Part part : id.parts()) {
            parts.add(Condition.eq(Path.of(part.column()), partOf(part, id, value)));
        }
        return parts.size() == 1 ? parts.get(0) : new Condition.And(parts);
    }

    private @Nullable Object partOf(MappedProperty.Part part, MappedProperty id, Object value) {
        if (!id.property().raw().isInstance(value)) {
            if (!id.isComposite()) {
                return value;
            }
            throw new MappingException("The id of " + type.getName() + " is "
                    + id.property().raw().getSimpleName() + " and cannot be compared with "
                    + value.getClass().getSimpleName() + " " + value);
        }
        try {
            Object component = part.property().getter().invoke(value);
            return component == null ? null : part.codec().toColumn(component);
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new MappingException("The id " + value + " of " + type.getName() + " cannot be read: " + e, e);
        }
    }

    /** An expression that is compared with {@code other}: a literal takes the form of the property that other is. */
    private Expression operand(Expression expression, Expression other) {
        return expression instanceof Literal literal && other instanceof Path path
                ? target(path).literal(literal)
                : expression(expression);
    }

    private Expression expression(Expression expression) {
        if (expression instanceof Path path) {
            return column(path);
        }
        if (expression instanceof Expression.Arithmetic arithmetic) {
            return new Expression.Arithmetic(
                    arithmetic.operator(), expression(arithmetic.left()), expression(arithmetic.right()));
        }
        if (expression instanceof Expression.Negation negation) {
            return new Expression.Negation(expression(negation.operand()));
        }
        if (expression instanceof Expression.Concatenation concatenation) {
            return new Expression.Concatenation(expression(concatenation.left()), expression(concatenation.right()));
        }
        if (expression instanceof Expression.Call call) {
            return new Expression.Call(
                    call.function(),
                    call.arguments().stream().map(this::expression).toList());
        }
        return expression;
    }
}
