package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
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
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Binds conditions; see {@link Binder} for the form that they have afterwards. */
final class ConditionBinder {
    private final Paths paths;
    private final RowType columns;
    private final ExpressionBinder expressions;
    private final LiteralBinder literals;

    ConditionBinder(Paths paths, RowType columns) {
        this.paths = paths;
        this.columns = columns;
        this.expressions = new ExpressionBinder(paths, columns);
        this.literals = new LiteralBinder(paths, columns);
    }

    Condition bind(Condition condition) {
        if (condition instanceof Comparison comparison) {
            return comparison(comparison);
        }
        if (condition instanceof And and) {
            List<Condition> bound = each(and.conditions(), this::bind);
            return bound == and.conditions() ? and : new And(bound);
        }
        if (condition instanceof Or or) {
            List<Condition> bound = each(or.conditions(), this::bind);
            return bound == or.conditions() ? or : new Or(bound);
        }
        if (condition instanceof Not not) {
            Condition bound = bind(not.condition());
            return bound == not.condition() ? not : new Not(bound);
        }
        if (condition instanceof IsNull isNull) {
            Expression operand = expressions.bind(isNull.operand());
            return operand == isNull.operand() ? isNull : new IsNull(operand);
        }
        if (condition instanceof Between between) {
            return between(between);
        }
        if (condition instanceof In in) {
            return in(in);
        }
        Like like = (Like) condition;
        Expression operand = expressions.likeOperand(like.operand());
        Expression pattern = expressions.likeOperand(like.pattern());
        return operand == like.operand() && pattern == like.pattern() ? like : new Like(operand, pattern);
    }

    /** The list with each item replaced; the same list if none was. */
    private static <T> List<T> each(List<T> items, UnaryOperator<T> replacement) {
        List<T> changed = null;
        for (int i = 0; i < items.size(); i++) {
            T item = items.get(i);
            T replaced = replacement.apply(item);
            if (replaced != item) {
                changed = changed == null ? new ArrayList<>(items) : changed;
                changed.set(i, replaced);
            }
        }
        return changed == null ? items : changed;
    }

    private Condition comparison(Comparison comparison) {
        Operator operator = comparison.operator();
        Expression left = expressions.bind(comparison.left());
        boolean equality = operator == Operator.EQ || operator == Operator.NE;
        Expression right = equality ? constantOrBound(left, comparison.right()) : expressions.bind(comparison.right());
        if (left instanceof Literal && !(right instanceof Literal)) {
            Expression literal = left;
            left = right;
            right = literal;
            operator = operator.swapped();
        }
        Comparison bound = left == comparison.left() && right == comparison.right() && operator == comparison.operator()
                ? comparison
                : new Comparison(operator, left, right);
        return compare(bound);
    }

    /**
     * The right operand of an equality or a value of an in, bound; a name that is no column but a constant of the left
     * column, as JDQL's enum literals are, becomes a literal.
     */
    private Expression constantOrBound(Expression left, Expression right) {
        if (right instanceof Path path && paths.find(path) == null) {
            String constant = EnumNames.constant(left, path, columns);
            if (constant != null) {
                return new Literal(constant);
            }
            throw paths.unknown(path, EnumNames.hint(left, path, columns));
        }
        return expressions.bind(right);
    }

    /** A comparison of bound operands, any literal on the right, with the literal fitted to the left's type. */
    private Comparison compare(Comparison comparison) {
        Expression left = comparison.left();
        Expression right = comparison.right();
        if (!(right instanceof Literal literal)) {
            checkComparable(left, right);
            return comparison;
        }
        if (left instanceof Literal constant) {
            return literals.constants(comparison, constant, literal);
        }
        if (Types.isNested(left)) {
            Literal bound = literals.nested((Path) left, literal);
            return bound == literal ? comparison : new Comparison(comparison.operator(), left, bound);
        }
        DataType type = comparableType(left);
        if (literal.value() == null || type == null) {
            return comparison;
        }
        Fit fit = literals.fit(left, type, literal.value());
        return fit.place() == Fit.Place.ON && fit.value() == literal.value()
                ? comparison
                : fit.compare(comparison.operator(), left, type);
    }

    private @Nullable DataType comparableType(Expression operand) {
        DataType type = Types.of(operand, columns);
        if (type == DataType.JSON && !Types.isNested(operand)) {
            throw new QueryException(paths.subject(operand)
                    + " is JSON and cannot be compared as a whole; compare a place in it, such as " + operand
                    + ".name, or test it for null");
        }
        return type;
    }

    private void checkComparable(Expression left, Expression right) {
        DataType a = comparableType(left);
        DataType b = comparableType(right);
        boolean comparable = a == b
                || a == null
                || b == null
                || (a.isNumeric() && b.isNumeric())
                || (a == DataType.JSON && hasJsonForm(b))
                || (b == DataType.JSON && hasJsonForm(a));
        if (!comparable) {
            throw new QueryException(paths.subject(left) + " is " + a + " and cannot be compared with "
                    + paths.describe(right) + ", which is " + b);
        }
    }

    private static boolean hasJsonForm(DataType type) {
        return type == DataType.TEXT || type == DataType.BOOLEAN || type.isNumeric();
    }

    private Condition between(Between between) {
        Expression operand = expressions.bind(between.operand());
        Expression low = expressions.bind(between.low());
        Expression high = expressions.bind(between.high());
        if (operand instanceof Literal) {
            return new And(List.of(
                    comparison(new Comparison(Operator.GE, operand, low)),
                    comparison(new Comparison(Operator.LE, operand, high))));
        }
        Comparison atLeast = compare(new Comparison(Operator.GE, operand, low));
        Comparison atMost = compare(new Comparison(Operator.LE, operand, high));
        if (atLeast.operator() != Operator.GE || atMost.operator() != Operator.LE) {
            return new And(List.of(atLeast, atMost));
        }
        boolean same =
                operand == between.operand() && atLeast.right() == between.low() && atMost.right() == between.high();
        return same ? between : new Between(operand, atLeast.right(), atMost.right());
    }

    private Condition in(In in) {
        Expression operand = expressions.bind(in.operand());
        if (operand instanceof Literal && !in.values().isEmpty()) {
            // each comparison may change the class of both literals
            return new Or(in.values().stream()
                    .<Condition>map(value -> comparison(new Comparison(Operator.EQ, operand, value)))
                    .toList());
        }
        List<Expression> values = each(in.values(), value -> inValue(operand, value));
        if (values.contains(LiteralBinder.NO_VALUE)) {
            List<Expression> possible = new ArrayList<>(values);
            possible.removeIf(value -> value == LiteralBinder.NO_VALUE);
            if (possible.isEmpty()) {
                DataType type = comparableType(operand);
                return Fit.constant(false, operand, type == null ? DataType.INTEGER : type);
            }
            values = possible;
        }
        return operand == in.operand() && values == in.values() ? in : new In(operand, values);
    }

    private Expression inValue(Expression operand, Expression value) {
        Expression bound = constantOrBound(operand, value);
        Comparison compared = compare(new Comparison(Operator.EQ, operand, bound));
        return compared.operator() == Operator.EQ ? compared.right() : LiteralBinder.NO_VALUE;
    }
}
