package io.taskmover.storage.cache;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rows of a selection, and what was made of them, if that can be given to many. */
final class CachedResult {
    private final List<Row> rows;
    private final Predicate<Row> condition;
    private final RowType type;
    /** By the clock of the cache, in nanoseconds. */
    private final long since;
    /** As {@link CachedRow} has it. */
    private @Nullable Made made;

    private static final class Made {
        private final RowMapper<?> mapper;
        private final List<?> results;

        Made(RowMapper<?> mapper, List<?> results) {
            this.mapper = mapper;
            this.results = results;
        }
    }

    /** @param bound the selection, bound to the table as {@code type} has it */
    CachedResult(List<Row> rows, Select bound, RowType type, long since) {
        this.rows = rows;
        this.condition = Evaluation.predicate(bound.condition(), type);
        this.type = type;
        this.since = since;
    }

    int size() {
        return rows.size();
    }

    long since() {
        return since;
    }

    /** What {@code mapper} makes of the rows, in a list that the caller may change. */
    @SuppressWarnings("unchecked") // what a mapper made is of its own type
    <R> List<R> as(Function<? super Row, ? extends R> mapper) {
        Made known = made;
        if (known != null && (known.mapper == mapper || known.mapper.equals(mapper))) {
            return new ArrayList<>((List<R>) known.results);
        }
        List<R> results = new ArrayList<>(rows.size());
        for (Row row : rows) {
            results.add(mapper.apply(row));
        }
        if (known == null && mapper instanceof RowMapper<?> shared && shared.isShareable()) {
            made = new Made(shared, List.copyOf(results));
        }
        return results;
    }

    /** Whether the result may be another after a change: if the row met the condition before it, or does now. */
    boolean isAffectedBy(RowChange change) {
        return !change.beforeKnown() || meets(change.before()) || meets(change.after());
    }

    private boolean meets(@Nullable Row row) {
        if (row == null) {
            return false;
        }
        if (!row.type().equals(type)) {
            return true;
        }
        try {
            return condition.test(row);
        } catch (StorageException e) {
            return true; // whoever asks next is to be told
        }
    }
}
