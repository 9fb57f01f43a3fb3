package io.taskmover.storage.backend;

import io.taskmover.storage.schema.Row;
import java.util.function.Function;

/**
 * Makes something of rows: the same of the same row, and with no effect elsewhere.
 *
 * @param <R> what it makes
 */
public interface RowMapper<R> extends Function<Row, R> {

    /**
     * Whether nobody can change what it makes, nor anything in that. One that was made may then be given to many, by a layer
     * that keeps it; such a mapper is the same object each time that the same is asked for.
     */
    boolean isShareable();
}
