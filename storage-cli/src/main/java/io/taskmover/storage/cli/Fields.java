package io.taskmover.storage.cli;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;

/** The fields that a selection names. */
final class Fields {
    private Fields() {}

    /** Fails, with the nearest name, if a field of the selection is no column. */
    static void requireKnown(Select select, TableSchema schema) {
        for (Path path : of(select)) {
            if (schema.rowType().indexOf(path.column()) < 0) {
                List<String> columns =
                        schema.columns().stream().map(Column::name).toList();
                throw new CommandException(
                        ExitCode.UNKNOWN_FIELD,
                        "table '" + schema.name() + "' has no field '" + path.column() + "'"
                                + Suggestion.of(path.column(), columns, "fields"));
            }
        }
    }

    private static List<Path> of(Select select) {
        List<Path> paths = new ArrayList<>(select.projection());
        select.sorts().stream().map(Sort::path).forEach(paths::add);
        collect(select.condition(), paths);
        return paths;
    }

    private static void collect(Condition condition, List<Path> into) {
        if (condition instanceof Condition.Comparison comparison) {
            collect(comparison.left(), into);
            collect(comparison.right(), into);
        } else if (condition instanceof Condition.Between between) {
            collect(between.operand(), into);
            collect(between.low(), into);
            collect(between.high(), into);
        } else if (condition instanceof Condition.In in) {
            collect(in.operand(), into);
            in.values().forEach(value -> collect(value, into));
        } else if (condition instanceof Condition.Like like) {
            collect(like.operand(), into);
            collect(like.pattern(), into);
        } else if (condition instanceof Condition.IsNull isNull) {
            collect(isNull.operand(), into);
        } else if (condition instanceof Condition.And and) {
            and.conditions().forEach(part -> collect(part, into));
        } else if (condition instanceof Condition.Or or) {
            or.conditions().forEach(part -> collect(part, into));
        } else if (condition instanceof Condition.Not not) {
            collect(not.condition(), into);
        }
    }

    private static void collect(Expression expression, List<Path> into) {
        if (expression instanceof Path path) {
            into.add(path);
        } else if (expression instanceof Expression.Arithmetic arithmetic) {
            collect(arithmetic.left(), into);
            collect(arithmetic.right(), into);
        } else if (expression instanceof Expression.Negation negation) {
            collect(negation.operand(), into);
        } else if (expression instanceof Expression.Concatenation joined) {
            collect(joined.left(), into);
            collect(joined.right(), into);
        } else if (expression instanceof Expression.Call call) {
            call.arguments().forEach(argument -> collect(argument, into));
        }
    }
}
