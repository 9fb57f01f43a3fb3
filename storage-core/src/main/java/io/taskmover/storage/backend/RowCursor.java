package io.taskmover.storage.backend;

import io.taskmover.storage.schema.Row;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of a selection, one after the other. To be closed; ends with its transaction. Not thread-safe. */
public interface RowCursor extends AutoCloseable {

    /** The next row, or null after the last. */
    @Nullable
    Row next();

    /**
     * Gives each row that is left to {@code action}, which does not use the cursor or end its transaction. Faster than
     * calling {@link #next} for many rows: the transaction's timeout need not be looked at for each.
     */
    default void forEachRemaining(Consumer<? super Row> action) {
        for (Row row = next(); row != null; row = next()) {
            action.accept(row);
        }
    }

    /** Frees what the cursor holds. Closing twice does nothing. */
    @Override
    void close();
}
