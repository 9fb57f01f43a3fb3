package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
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
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Puts literals in the place of parameters. A list of values can only stand in {@code in (…)}, which takes them all. */
final class Parameters {
    private final Function<Parameter, Expression> values;

    /** @param values the literal for a parameter, or the parameter itself to leave it */
    Parameters(Function<Parameter, Expression> values) {
        this.values = values;
    }

    Condition replace(Condition condition) {
        if (condition instanceof Comparison c) {
            return new Comparison(c.operator(), replace(c.left()), replace(c.right()));
        }
        if (condition instanceof Between b) {
            return new Between(replace(b.operand()), replace(b.low()), replace(b.high()));
        }
        if (condition instanceof In in) {
            List<Expression> replaced = new ArrayList<>();
            in.values().forEach(value -> addEach(value, replaced));
            return new In(replace(in.operand()), replaced);
        }
        if (condition instanceof Like like) {
            return new Like(replace(like.operand()), replace(like.pattern()));
        }
        if (condition instanceof IsNull isNull) {
            return new IsNull(replace(isNull.operand()));
        }
        if (condition instanceof And and) {
            return and.conditions().isEmpty()
                    ? and
                    : new And(and.conditions().stream().map(this::replace).toList());
        }
        if (condition instanceof Or or) {
            return new Or(or.conditions().stream().map(this::replace).toList());
        }
        return new Not(replace(((Not) condition).condition()));
    }

    private void addEach(Expression value, List<Expression> into) {
        Collection<?> list = value instanceof Parameter parameter && values.apply(parameter) instanceof Literal literal
                ? list(literal.value())
                : null;
        if (list == null) {
            into.add(replace(value));
        } else {
            list.forEach(item -> into.add(new Literal(item)));
        }
    }

    private static @Nullable Collection<?> list(@Nullable Object value) {
        if (value instanceof Object[] array) {
            return Arrays.asList(array);
        }
        return value instanceof Collection<?> collection ? collection : null;
    }

    private Expression replace(Expression expression) {
        if (expression instanceof Parameter parameter) {
            Expression value = values.apply(parameter);
            if (value instanceof Literal literal && list(literal.value()) != null) {
                throw new QueryException("Parameter " + QueryText.parameter(parameter.name())
                        + " is a list of values, which can only stand in 'in (…)'");
            }
            return value;
        }
        if (expression instanceof Arithmetic a) {
            return new Arithmetic(a.operator(), replace(a.left()), replace(a.right()));
        }
        if (expression instanceof Negation negation) {
            return new Negation(replace(negation.operand()));
        }
        if (expression instanceof Concatenation c) {
            return new Concatenation(replace(c.left()), replace(c.right()));
        }
        if (expression instanceof Call call) {
            return new Call(
                    call.function(),
                    call.arguments().stream().map(this::replace).toList());
        }
        return expression;
    }
}
