package io.taskmover.storage.query;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs bound queries over rows in memory: the reference for what every backend answers. All inputs must have been
 * bound ({@link Select#bind}); the results are immutable and thread-safe. An error in computing a value, such as a
 * division by zero, is a {@link io.taskmover.storage.error.QueryException} from whatever met the row.
 */
public final class Evaluation {
    private Evaluation() {}

    /** A test that is true for the rows for which {@code condition} is true (not false, not unknown). */
    public static Predicate<Row> predicate(Condition condition, RowType type) {
        if (condition instanceof Condition.And and && and.conditions().isEmpty()) {
            return row -> true;
        }
        Truth truth = new ConditionCompiler(type).compile(condition);
        return row -> truth.of(row) == Truth.TRUE;
    }

    /** The value of an expression for a row. */
    public static Function<Row, @Nullable Object> expression(Expression expression, RowType type) {
        return new ExpressionCompiler(type).compile(expression);
    }

    /**
     * The type of a bound expression's values: a column's own; JSON for a place in a JSON column, whatever stands
     * there; REAL for arithmetic with such a place. Null for the null literal.
     */
    public static @Nullable DataType typeOf(Expression expression, RowType type) {
        return Types.of(expression, type);
    }

    /** The order of {@code sorts}. */
    public static Comparator<Row> comparator(List<Sort> sorts, RowType type) {
        return SortOrder.of(sorts, type);
    }

    /** The type of a projection's rows: each column named as its path; a place in a JSON column is of type JSON. */
    public static RowType projectionType(List<Path> projection, RowType type) {
        if (projection.isEmpty()) {
            return type;
        }
        List<Column> columns = new ArrayList<>(projection.size());
        for (Path path : projection) {
            columns.add(
                    path.isNested()
                            ? Column.of(path.toString(), DataType.JSON)
                            : type.column(type.indexOf(path.column())));
        }
        return RowType.of(columns);
    }

    /** Turns whole rows into rows of {@link #projectionType}; leaves them as they are for an empty projection. */
    public static Function<Row, Row> projection(List<Path> projection, RowType type) {
        if (projection.isEmpty()) {
            return row -> row;
        }
        RowType projected = projectionType(projection, type);
        ExpressionCompiler compiler = new ExpressionCompiler(type);
        List<Function<Row, @Nullable Object>> places =
                projection.stream().map(compiler::compile).toList();
        return row -> {
            @Nullable Object[] values = new @Nullable Object[places.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = places.get(i).apply(row);
            }
            return Row.adopt(projected, values);
        };
    }
}
