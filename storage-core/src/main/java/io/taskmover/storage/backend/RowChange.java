package io.taskmover.storage.backend;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/**
 * One row as a commit found it and left it.
 *
 * @param before null for an insert, and if it is not known
 * @param after null for a delete
 * @param beforeKnown false if the commit replaced a row whose former values nobody knows any more, since someone changed
 *     them where they are stored: a commit of {@link CommitOrigin#EXTERNAL}. It must be taken for one that may have
 *     changed any value
 */
public record RowChange(
        String table,
        Object id,
        @Nullable Row before,
        @Nullable Row after,
        boolean beforeKnown) {

    /** A change whose former row is known. */
    public RowChange(String table, Object id, @Nullable Row before, @Nullable Row after) {
        this(table, id, before, after, true);
    }
}
