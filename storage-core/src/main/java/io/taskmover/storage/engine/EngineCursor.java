package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.schema.Row;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The rows of a selection, as long as its transaction lasts. */
final class EngineCursor implements RowCursor {
    /** How many rows to give away between two looks at the clock. */
    private static final int ROWS_PER_CHECK = 64;

    private final EngineTransaction transaction;
    private @Nullable RowSource rows;
    private @Nullable Snapshot held;

    /** @param held a snapshot that this cursor holds itself; null if the transaction's lasts as long */
    EngineCursor(EngineTransaction transaction, RowSource rows, @Nullable Snapshot held) {
        this.transaction = transaction;
        this.rows = rows;
        this.held = held;
    }

    @Override
    public @Nullable Row next() {
        transaction.requireUsable();
        return rows == null ? null : rows.next();
    }

    @Override
    public void forEachRemaining(Consumer<? super Row> action) {
        int untilCheck = 0;
        for (Row row = next(); row != null; row = nextUnchecked()) {
            action.accept(row);
            if (++untilCheck == ROWS_PER_CHECK) {
                untilCheck = 0;
                transaction.requireUsable();
            }
        }
    }

    private @Nullable Row nextUnchecked() {
        transaction.requireActive();
        return rows == null ? null : rows.next();
    }

    @Override
    public void close() {
        rows = null;
        Snapshot snapshot = held;
        if (snapshot != null) {
            held = null;
            transaction.closed(this, snapshot);
        }
    }
}
