package io.taskmover.storage.cache;

import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.schema.Row;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A row, and what was made of it, if that can be given to many. */
final class CachedRow {
    private final Row row;
    /** Written once, by whichever thread is first; a thread that does not see it makes another, equal one. */
    private @Nullable Made made;

    /** What a mapper made; final fields, so that whoever sees it sees all of it. */
    private static final class Made {
        private final RowMapper<?> mapper;
        private final Optional<?> result;

        Made(RowMapper<?> mapper, Optional<?> result) {
            this.mapper = mapper;
            this.result = result;
        }
    }

    CachedRow(Row row) {
        this.row = row;
    }

    Row row() {
        return row;
    }

    /** What {@code mapper} makes of it. */
    @SuppressWarnings("unchecked") // what a mapper made is of its own type
    <R> Optional<R> as(Function<? super Row, ? extends R> mapper) {
        Made known = made;
        if (known != null && (known.mapper == mapper || known.mapper.equals(mapper))) {
            return (Optional<R>) known.result;
        }
        Optional<R> result = Optional.of(mapper.apply(row));
        if (known == null && mapper instanceof RowMapper<?> shared && shared.isShareable()) {
            made = new Made(shared, result);
        }
        return result;
    }
}
