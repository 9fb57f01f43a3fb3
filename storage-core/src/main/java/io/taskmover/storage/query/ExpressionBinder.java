package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.query.Expression.Parameter;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Binds expressions: resolves paths, checks operand types, gives literals their classes, evaluates constant parts. */
final class ExpressionBinder {
    private final Paths paths;
    private final RowType columns;

    ExpressionBinder(Paths paths, RowType columns) {
        this.paths = paths;
        this.columns = columns;
    }

    /** The same expression, bound; a literal on its own is left as it is, for its context to fit. */
    Expression bind(Expression expression) {
        if (expression instanceof Path path) {
            return paths.resolve(path);
        }
        if (expression instanceof Literal) {
            return expression;
        }
        if (expression instanceof Parameter parameter) {
            throw new QueryException("Parameter " + QueryText.parameter(parameter.name()) + " has no value");
        }
        if (expression instanceof Arithmetic arithmetic) {
            return arithmetic(arithmetic);
        }
        if (expression instanceof Negation negation) {
            Expression operand = number(negation.operand(), "-");
            return folded(operand == negation.operand() ? negation : new Negation(operand), operand);
        }
        if (expression instanceof Concatenation joined) {
            Expression left = text(joined.left(), "||");
            Expression right = text(joined.right(), "||");
            boolean same = left == joined.left() && right == joined.right();
            return folded(same ? joined : new Concatenation(left, right), left, right);
        }
        return call((Call) expression);
    }

    private Expression arithmetic(Arithmetic arithmetic) {
        Expression left = number(arithmetic.left(), arithmetic.operator().symbol());
        Expression right = number(arithmetic.right(), arithmetic.operator().symbol());
        DataType type = Types.ofArithmetic(Types.of(left, columns), Types.of(right, columns));
        left = widened(left, type);
        right = widened(right, type);
        boolean same = left == arithmetic.left() && right == arithmetic.right();
        return folded(same ? arithmetic : new Arithmetic(arithmetic.operator(), left, right), left, right);
    }

    private Expression call(Call call) {
        Function function = call.function();
        List<Expression> given = call.arguments();
        if (given.size() != function.arity()) {
            throw new QueryException(function + " takes " + function.arity()
                    + (function.arity() == 1 ? " argument, not " : " arguments, not ") + given.size());
        }
        List<Expression> bound = new ArrayList<>(given.size());
        bound.add(
                function == Function.ABS ? number(given.get(0), function.name()) : text(given.get(0), function.name()));
        boolean same = bound.get(0) == given.get(0);
        if (given.size() == 2) {
            bound.add(count(given.get(1), function.name()));
            same &= bound.get(1) == given.get(1);
        }
        return folded(same ? call : new Call(function, bound), bound.toArray(new Expression[0]));
    }

    /** An operand that is a number, or the null literal. */
    private Expression number(Expression expression, String operator) {
        Expression bound = bind(expression);
        if (bound instanceof Literal literal) {
            return numberLiteral(literal, operator);
        }
        DataType type = Types.of(bound, columns);
        if (Types.isNested(bound) || (type != null && type.isNumeric())) {
            return bound;
        }
        throw wrongOperand(operator, "numbers", bound, type);
    }

    private Literal numberLiteral(Literal literal, String operator) {
        Object value = literal.value();
        if (value == null) {
            return literal;
        }
        DataType type = Types.ofValue(value);
        if (type == null || !type.isNumeric()) {
            throw wrongOperand(operator, "numbers", literal, type);
        }
        return fitted(literal, type);
    }

    private Expression count(Expression expression, String operator) {
        Expression bound = number(expression, operator);
        DataType type = Types.of(bound, columns);
        if (type != null && type != DataType.INTEGER) {
            throw wrongOperand("The second argument of " + operator, "an INTEGER", bound, type);
        }
        return bound;
    }

    /** An operand that is a text, or the null literal. */
    private Expression text(Expression expression, String operator) {
        Expression bound = bind(expression);
        DataType type = Types.of(bound, columns);
        if (bound instanceof Literal literal && (type == DataType.TEXT || literal.value() == null)) {
            return literal.value() == null ? literal : fitted(literal, DataType.TEXT);
        }
        if (Types.isNested(bound) || type == DataType.TEXT) {
            return bound;
        }
        throw wrongOperand(operator, "text", bound, type);
    }

    /** An operand of LIKE: a text, a place in JSON, or the null literal. */
    Expression likeOperand(Expression expression) {
        return text(expression, "LIKE");
    }

    private QueryException wrongOperand(String operator, String wanted, Expression operand, @Nullable DataType type) {
        return new QueryException(operator + " takes " + wanted + "; " + paths.describe(operand) + " is "
                + (type == null ? "of no type that a query knows" : type));
    }

    /** The literal with a value of {@code type}, which is that of its own class. */
    private Literal fitted(Literal literal, DataType type) {
        Object given = literal.value();
        if (given == null) {
            return literal;
        }
        try {
            Object value = Fit.of(type, given).value();
            return value == given ? literal : new Literal(value);
        } catch (IllegalArgumentException e) {
            throw new QueryException(paths.subject(literal) + ": " + e.getMessage());
        }
    }

    /** A literal in arithmetic whose other operand is of a wider type, as a value of that type. */
    private Expression widened(Expression operand, @Nullable DataType type) {
        if (type == null || !(operand instanceof Literal literal) || literal.value() == null) {
            return operand;
        }
        Object value = literal.value();
        if (type == DataType.REAL && !(value instanceof Double)) {
            // arithmetic in REAL rounds its operands, unlike a comparison
            return fitted(new Literal(((Number) value).doubleValue()), DataType.REAL);
        }
        return type == DataType.DECIMAL && value instanceof Long ? new Literal(Fit.decimal(value)) : operand;
    }

    /** The value of an operator on literals alone, so that every backend gets the same one, and indexes a constant. */
    private Expression folded(Expression operation, Expression... operands) {
        for (Expression operand : operands) {
            if (!(operand instanceof Literal)) {
                return operation;
            }
        }
        return new Literal(ExpressionCompiler.constant(operation, columns));
    }
}
