package io.taskmover.storage.sql;

import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a statement without rows results in: how many it changed, as the only row. */
final class CountCursor implements RowCursor {
    private static final RowType TYPE = RowType.of(List.of(Column.of("count", DataType.INTEGER)));

    private final SqlTransaction transaction;
    private @Nullable Row row;

    CountCursor(SqlTransaction transaction, long changed) {
        this.transaction = transaction;
        this.row = Row.of(TYPE, changed);
    }

    @Override
    public @Nullable Row next() {
        transaction.requireUsable();
        Row next = row;
        row = null;
        return next;
    }

    @Override
    public void close() {
        row = null;
    }
}
