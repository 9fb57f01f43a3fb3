package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Checks a query against a table and gives its literals the types that they are compared with. What needs no change
 * comes back as the same object, so that binding a bound query allocates next to nothing.
 *
 * <p>In a bound condition
 *
 * <ul>
 *   <li>every path starts with a column's name;
 *   <li>a comparison with a literal has the literal on the right, and of the class of the left side's type ({@link Fit}
 *       says how where no such value equals it); against a place in JSON it is a String, Long, Double or Boolean;
 *   <li>an operator on literals alone has been evaluated;
 *   <li>a between or in whose literals do not all fit exactly has been rewritten to comparisons.
 * </ul>
 */
final class Binder {
    private final TableSchema schema;
    private final Paths paths;

    private Binder(TableSchema schema) {
        this.schema = schema;
        this.paths = new Paths(schema);
    }

    static Select bind(Select select, TableSchema schema) {
        Binder binder = new Binder(schema);
        List<Sort> sorts = binder.sorts(select);
        Condition meant = select.after().isEmpty()
                ? select.condition()
                : select.condition().and(Keyset.beyond(schema, columns(sorts, select), select.after()));
        Condition condition = new ConditionBinder(binder.paths, schema.rowType()).bind(meant);
        List<Path> projection = binder.projection(select.projection());
        return condition == select.condition() && sorts == select.sorts() && projection == select.projection()
                ? select
                : new Select(select.table(), condition, sorts, select.limit(), select.offset(), projection, List.of());
    }

    /** The part of an order that a place in it is given by. */
    private static List<Sort> columns(List<Sort> sorts, Select select) {
        List<Sort> keys = sorts.subList(0, select.after().size());
        for (Sort key : keys) {
            if (key.path().isNested()) {
                throw new QueryException(
                        "An order by a place inside of JSON, " + key.path() + ", has no places to go on from");
            }
        }
        return keys;
    }

    private List<Sort> sorts(Select select) {
        List<Sort> sorts = select.sorts();
        if (sorts.isEmpty() && select.limit() == null && select.offset() == 0) {
            return sorts;
        }
        List<Sort> bound = null;
        for (int i = 0; i < sorts.size(); i++) {
            Sort sort = sorts.get(i);
            Path path = paths.resolve(sort.path());
            if (Types.of(path, schema.rowType()) == DataType.JSON && !path.isNested()) {
                throw new QueryException(paths.subject(path)
                        + " is JSON and has no order as a whole; sort by a place in it, such as " + path + ".name");
            }
            if (path != sort.path()) {
                bound = bound == null ? new ArrayList<>(sorts) : bound;
                bound.set(i, new Sort(path, sort.descending()));
            }
        }
        List<String> key = schema.primaryKey();
        for (int i = 0; i < key.size(); i++) {
            if (!sortsBy(bound == null ? sorts : bound, key.get(i))) {
                bound = bound == null ? new ArrayList<>(sorts) : bound;
                bound.add(new Sort(Path.of(key.get(i)), false));
            }
        }
        return bound == null ? sorts : bound;
    }

    private static boolean sortsBy(List<Sort> sorts, String column) {
        for (int i = 0; i < sorts.size(); i++) {
            Path path = sorts.get(i).path();
            if (!path.isNested() && path.column().equals(column)) {
                return true;
            }
        }
        return false;
    }

    private List<Path> projection(List<Path> projection) {
        if (projection.isEmpty()) {
            return projection;
        }
        List<Path> bound = null;
        Set<String> names = new HashSet<>();
        for (int i = 0; i < projection.size(); i++) {
            Path path = paths.resolve(projection.get(i));
            if (!names.add(path.toString())) {
                throw new QueryException("The select list names '" + path + "' twice");
            }
            if (path != projection.get(i)) {
                bound = bound == null ? new ArrayList<>(projection) : bound;
                bound.set(i, path);
            }
        }
        return bound == null ? projection : bound;
    }

    static Assignments bind(Assignments assignments, TableSchema schema) {
        Binder binder = new Binder(schema);
        ExpressionBinder expressions = new ExpressionBinder(binder.paths, schema.rowType());
        Map<String, Expression> bound = new LinkedHashMap<>();
        boolean same = true;
        for (Map.Entry<String, Expression> entry : assignments.values().entrySet()) {
            Column column = binder.assignable(entry.getKey());
            Expression value = binder.assigned(column, expressions.bind(entry.getValue()));
            bound.put(column.name(), value);
            same &= value == entry.getValue();
        }
        return same ? assignments : new Assignments(bound);
    }

    private Column assignable(String name) {
        int position = schema.rowType().indexOf(name);
        if (position < 0) {
            throw paths.unknown(Path.of(name));
        }
        if (schema.primaryKey().contains(name)) {
            throw new QueryException("Column '" + name + "' is the key of table '" + schema.name()
                    + "' and cannot be assigned; delete the row and insert another");
        }
        if (schema.versionColumn().filter(name::equals).isPresent()) {
            throw new QueryException("Column '" + name + "' counts the versions of table '" + schema.name()
                    + "' and is assigned by the store only");
        }
        return schema.rowType().column(position);
    }

    /** An expression of the column's type; a number is widened by an operation that leaves its value as it is. */
    private Expression assigned(Column column, Expression value) {
        DataType type = column.type();
        if (value instanceof Expression.Literal literal) {
            return literal.value() == null ? literal : constant(column, literal);
        }
        DataType given = Types.of(value, schema.rowType());
        if (given == type) {
            return value;
        }
        if (given == DataType.INTEGER && type.isNumeric()) {
            Object zero = type == DataType.REAL ? (Object) 0.0 : Fit.decimal(0L);
            return new Expression.Arithmetic(Expression.Arithmetic.Operator.ADD, value, new Expression.Literal(zero));
        }
        throw new QueryException("Column '" + column.name() + "' of table '" + schema.name() + "' is " + type + "; "
                + paths.describe(value) + " is " + given + " and cannot be assigned to it");
    }

    private Expression constant(Column column, Expression.Literal literal) {
        Object given = Objects.requireNonNull(literal.value());
        try {
            Object value = column.type() == DataType.JSON && column.type().problem(given) == null
                    ? given
                    : column.type().coerce(given);
            String problem = column.type().problem(value);
            if (problem == null) {
                return value == given ? literal : new Expression.Literal(value);
            }
            throw new QueryException("Column '" + column.name() + "' of table '" + schema.name() + "' " + problem);
        } catch (IllegalArgumentException e) {
            throw new QueryException("Column '" + column.name() + "' of table '" + schema.name() + "' is "
                    + column.type() + ": " + e.getMessage());
        }
    }
}
