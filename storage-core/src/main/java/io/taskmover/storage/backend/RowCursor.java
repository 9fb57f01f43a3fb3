package io.taskmover.storage.backend;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/** The rows of a selection, one after the other. To be closed; ends with its transaction. Not thread-safe. */
public interface RowCursor extends AutoCloseable {

    /** The next row, or null after the last. */
    @Nullable
    Row next();

    /** Frees what the cursor holds. Closing twice does nothing. */
    @Override
    void close();
}
