package io.taskmover.storage.file;

import io.taskmover.storage.engine.RowReader;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import org.jspecify.annotations.Nullable;

/**
 * Rows of a store that is open for writing. One whose file someone has just changed cannot be read until that is taken
 * over: whoever asks for it is told to try again.
 */
final class LiveRows implements RowReader {
    private final RowFiles rows;
    private volatile @Nullable EditWatch watch;

    LiveRows(RowFiles rows) {
        this.rows = rows;
    }

    /** Whom to tell of changed files. */
    void tell(EditWatch watching) {
        watch = watching;
    }

    @Override
    public Row read(TableSchema schema, Object id) {
        try {
            return rows.read(schema, id);
        } catch (CorruptionException e) {
            EditWatch watching = watch;
            if (watching == null
                    || !(e.getCause() instanceof ChangedFileException changed)
                    || !watching.expects(changed.file())) {
                throw e;
            }
            throw new ConflictException(
                    "Row '" + id + "' of table '" + schema.name() + "' is being changed by someone else, in "
                            + changed.file() + "; run the transaction again in a moment",
                    schema.name(),
                    id,
                    null,
                    null);
        }
    }
}
