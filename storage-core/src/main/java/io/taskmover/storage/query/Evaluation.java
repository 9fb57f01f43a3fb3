package io.taskmover.storage.query;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Runs bound queries over rows in memory: the reference for what every backend answers. All inputs must have been
 * bound ({@link Select#bind}); the results are immutable and thread-safe.
 */
public final class Evaluation {
    private Evaluation() {}

    /** A test that is true for the rows for which {@code condition} is true (not false, not unknown). */
    public static Predicate<Row> predicate(Condition condition, RowType type) {
        throw new UnsupportedOperationException();
    }

    /** The value of an expression for a row. */
    public static Function<Row, @Nullable Object> expression(Expression expression, RowType type) {
        throw new UnsupportedOperationException();
    }

    /** The order of {@code sorts}. */
    public static Comparator<Row> comparator(List<Sort> sorts, RowType type) {
        throw new UnsupportedOperationException();
    }

    /** The type of a projection's rows: each column named as its path; a place in a JSON column is of type JSON. */
    public static RowType projectionType(List<Path> projection, RowType type) {
        throw new UnsupportedOperationException();
    }

    /** Turns whole rows into rows of {@link #projectionType}. */
    public static Function<Row, Row> projection(List<Path> projection, RowType type) {
        throw new UnsupportedOperationException();
    }
}
