package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.DataType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns conditions and orders on the properties of an entity into ones on its columns. */
final class Translator {
    private final Class<?> type;
    private final List<MappedProperty> properties;
    /** Where properties with a column of their own are, by all names that they go by: what most queries ask for. */
    private final Map<String, Target> columns = new HashMap<>();

    /** Names of columns as described that have another one in the table. */
    private final Map<String, String> renamed = new HashMap<>();

    private final boolean hasFormerNames;

    /** @param hasFormerNames whether members of nested values have had other names */
    Translator(Class<?> type, List<MappedProperty> properties, boolean hasFormerNames) {
        this.type = type;
        this.properties = properties;
        this.hasFormerNames = hasFormerNames;
        properties.stream()
                .flatMap(property -> property.parts().stream())
                .filter(part -> !part.column().equals(part.described()))
                .forEach(part -> renamed.put(part.described(), part.column()));
        for (MappedProperty property : properties) {
            addColumn(property.property().name(), property);
            addColumn(property.property().accessor(), property);
        }
    }

    private void addColumn(String name, MappedProperty property) {
        if (!property.isComposite() && property(name) == property) {
            columns.put(name, new Target(property.path(), property.codec(), false, List.of()));
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
     * @param steps the column, then for each member below its names, if one has had others; else empty
     */
    record Target(Path path, @Nullable Codec codec, boolean nested, List<List<String>> steps) {
        Literal literal(Literal literal) {
            Object value = literal.value();
            if (codec == null || value == null || !codec.accepts(value)) {
                return literal;
            }
            try {
                return new Literal(nested ? codec.toJson(value) : codec.toLiteral(value));
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

    /** The one place of a property. */
    Path column(Path path) {
        Target target = target(path);
        if (!target.steps().isEmpty()) {
            throw new QueryException("'" + path + "' of " + type.getName() + " is no one place: rows may have it under"
                    + " names that it had before, " + target.steps() + ". Rewrite them by a data migration, which each"
                    + " row gets by being loaded and saved, and take the @Alias away; conditions work without that");
        }
        return target.path();
    }

    /** Where a property is; names that are no property's stay as they are. */
    Target target(Path path) {
        Target column = path.isNested() ? null : columns.get(path.column());
        if (column != null) {
            return column;
        }
        MappedProperty property = property(path.column());
        if (property == null) {
            String found = renamed.get(path.column());
            return new Target(found == null ? path : below(found, path.members()), null, path.isNested(), List.of());
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
        List<List<String>> steps = new ArrayList<>(List.of(List.copyOf(segments)));
        boolean plain = true;
        Codec codec = property.codec();
        for (String name : path.members()) {
            Codec.Member member = codec == null ? null : codec.member(name);
            segments.add(member == null ? name : member.name());
            steps.add(member == null ? List.of(name) : member.names());
            plain &= member == null || member.former().isEmpty();
            codec = member == null ? null : member.codec();
        }
        return new Target(new Path(segments), codec, path.isNested(), plain ? List.of() : steps);
    }

    private static Path below(String column, List<String> members) {
        List<String> segments = new ArrayList<>(List.of(column));
        segments.addAll(members);
        return new Path(segments);
    }

    private Target idPart(MappedProperty id, Path path) {
        for (MappedProperty.Part part : id.parts()) {
            if (part.property().name().equals(path.segments().get(1))
                    && path.segments().size() == 2) {
                return new Target(Path.of(part.column()), part.codec(), false, List.of());
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
        Condition translated = atom(condition);
        if (!hasFormerNames) {
            return translated;
        }
        Map<Path, List<List<String>>> steps = new LinkedHashMap<>();
        for (Path path : FormerNames.paths(condition)) {
            Target target = composite(path) == null ? target(path) : null;
            if (target != null && !target.steps().isEmpty()) {
                steps.put(target.path(), target.steps());
            }
        }
        return steps.isEmpty() ? translated : FormerNames.everywhere(translated, steps);
    }

    /** A condition without others inside, as if every member of a nested value had its name of now. */
    private Condition atom(Condition condition) {
        if (condition instanceof Condition.Comparison comparison) {
            return comparison(comparison);
        }
        if (condition instanceof Condition.In in) {
            return in(in);
        }
        if (condition instanceof Condition.Between between) {
            Expression operand = between.operand();
            requireExact(operand, between.low());
            requireExact(operand, between.high());
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
        requireExact(comparison.left(), comparison.right());
        boolean same = comparison.operator() == Operator.EQ;
        if (same || comparison.operator() == Operator.NE) {
            List<Expression> names = names(comparison.left(), right);
            Expression named = left;
            if (names.size() == 1) {
                names = names(comparison.right(), left);
                named = right;
            }
            if (names.size() > 1) {
                Condition in = new Condition.In(named, names);
                return same ? in : in.not();
            }
        }
        return new Condition.Comparison(comparison.operator(), left, right);
    }

    /** All that is stored for a constant that {@code path} is compared with, the given expression among them. */
    private List<Expression> names(Expression path, Expression given) {
        Codec codec = path instanceof Path place ? target(place).codec() : null;
        if (codec == null || !codec.hasFormerNames()) {
            return List.of(given);
        }
        Object name = given instanceof Literal literal ? literal.value() : null;
        if (given instanceof Path constant && property(constant.column()) == null) {
            name = constant.segments().get(constant.segments().size() - 1); // as JDQL spells it, by binding it is known
        }
        if (name == null) {
            return List.of(given);
        }
        Object stored = name instanceof Enum<?> other ? other.name() : name;
        List<Expression> names = new ArrayList<>(List.of(given));
        codec.namesOf(stored).stream()
                .filter(other -> !other.equals(stored))
                .forEach(other -> names.add(new Literal(other)));
        return names;
    }

    /** A decimal in a column of doubles is compared with values only: the column's own numbers are not quite those. */
    private void requireExact(Expression a, Expression b) {
        if (!(a instanceof Literal) && !(b instanceof Literal)) {
            requireNoDoubles(a);
            requireNoDoubles(b);
        }
    }

    private void requireNoDoubles(Expression expression) {
        if (expression instanceof Path path
                && composite(path) == null
                && target(path).codec() instanceof WidenedCodec widened
                && widened.type() == DataType.REAL) {
            throw new QueryException(
                    "'" + path + "' of " + type.getName() + " is DECIMAL, but its column REAL: it can be"
                            + " compared with a value, and nothing be computed of it. Run a migration with changeType that makes"
                            + " the column DECIMAL");
        }
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
        List<Expression> values = new ArrayList<>();
        for (Expression value : in.values()) {
            requireExact(in.operand(), value);
            values.addAll(names(in.operand(), operand(value, in.operand())));
        }
        return new Condition.In(expression(in.operand()), values);
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

    /** An operand of arithmetic: a column that is narrower than its property counts as what that is. */
    private Expression number(Expression expression) {
        if (expression instanceof Path path && target(path).codec() instanceof WidenedCodec widened) {
            requireNoDoubles(path);
            Object zero = widened.wide().type() == DataType.REAL ? (Object) 0.0 : BigDecimal.ZERO;
            return new Expression.Arithmetic(
                    Expression.Arithmetic.Operator.ADD, target(path).path(), new Literal(zero));
        }
        return expression(expression);
    }

    private Expression expression(Expression expression) {
        if (expression instanceof Path path) {
            return target(path).path();
        }
        if (expression instanceof Expression.Arithmetic arithmetic) {
            return new Expression.Arithmetic(
                    arithmetic.operator(), number(arithmetic.left()), number(arithmetic.right()));
        }
        if (expression instanceof Expression.Negation negation) {
            return new Expression.Negation(number(negation.operand()));
        }
        if (expression instanceof Expression.Concatenation concatenation) {
            return new Expression.Concatenation(expression(concatenation.left()), expression(concatenation.right()));
        }
        if (expression instanceof Expression.Call call) {
            return new Expression.Call(
                    call.function(), call.arguments().stream().map(this::number).toList());
        }
        return expression;
    }
}
