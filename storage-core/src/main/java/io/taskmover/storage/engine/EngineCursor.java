package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/** The rows of a selection, as long as its transaction lasts. */
final class EngineCursor implements RowCursor {
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
    public void close() {
        rows = null;
        Snapshot snapshot = held;
        if (snapshot != null) {
            held = null;
            transaction.closed(this, snapshot);
        }
    }
}
