package io.taskmover.storage.engine;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Everything that one commit changed.
 *
 * @param sequence the commit's place in the order of commits, from 1, without gaps
 * @param origin who made it; not kept by a log
 * @param tables tables created, changed or dropped, in order, to be applied before the rows; a changed schema turns
 *     rows that exist into rows of the new one: added columns get their default, removed ones go
 * @param rows at most one element for each row
 * @param step what it is to a transaction over several stores; null if it is of none
 */
public record CommitRecord(
        long sequence,
        CommitOrigin origin,
        List<TableChange> tables,
        List<RowChange> rows,
        @Nullable BranchStep step) {
    public CommitRecord {
        tables = List.copyOf(tables);
        rows = List.copyOf(rows);
    }

    /** A commit of the application. */
    public CommitRecord(long sequence, List<TableChange> tables, List<RowChange> rows) {
        this(sequence, CommitOrigin.APPLICATION, tables, rows, null);
    }

    /** The same without what the rows were before, or may become: for who keeps it, and needs only what they are now. */
    public CommitRecord withoutBefore() {
        return new CommitRecord(
                sequence,
                origin,
                tables,
                rows.stream()
                        .map(row -> new RowChange(row.table(), row.id(), null, row.after(), false))
                        .toList(),
                step instanceof BranchStep.Prepared prepared
                        ? new BranchStep.Prepared(prepared.transaction(), List.of())
                        : step);
    }

    /** @param schema the table as it is from this commit on; null if it is dropped */
    public record TableChange(String table, @Nullable TableSchema schema) {}
}
