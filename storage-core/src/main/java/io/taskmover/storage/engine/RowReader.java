package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;

/**
 * Reads rows back from where the {@link CommitLog} put them, for an engine that does not keep all of them in memory.
 *
 * <p>The engine asks only for rows that it knows are there and that no commit beyond {@link Engine#stored} has changed.
 * It may ask while such a commit comes, and stores what it made of the row: then it has kept the former row itself, and
 * ignores what the reader returns or throws. So a reader needs no lock against those who store, but must end: with the
 * row, or another one of the table, or an exception.
 *
 * <p>Called by many threads at once, sometimes under the commit lock: must not use the engine.
 */
public interface RowReader {
    /**
     * The row as the latest stored commit left it.
     *
     * <p>{@code schema} says which columns the row is to have; its indexes mean nothing here. Mostly it is the table's as
     * of the latest stored commit. After a change of columns it is the former one until {@link Engine#stored} tells that
     * the change is stored, and perhaps for a moment longer; what is on the disk may lie in the later form by then.
     * Columns are matched by name: what has no column is left out, and a column that is not there, or is there with a
     * value of another type, is null (or its default) as long as the former schema is asked for. Asked for the schema of
     * the latest stored commit, the reader gives the row just as that commit left it: a column that a commit added has
     * its default, even where rows were not rewritten for that.
     *
     * @param schema the table and the columns of the row to return, which has {@code schema.rowType()}
     * @param id the primary key of a row that exists
     * @return never null
     * @throws io.taskmover.storage.error.StorageException if the row cannot be read; a
     *     {@link io.taskmover.storage.error.CorruptionException} if it is not there, or not as it was written
     */
    Row read(TableSchema schema, Object id);
}
