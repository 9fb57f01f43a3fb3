package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/** What becomes of a row. Is asked again about the rows of a batch that could not be committed, so it has no effect elsewhere. */
@FunctionalInterface
public interface RowTransformation {

    /**
     * @param row a whole row of the table
     * @return a row of the same columns, key and version; the same one to leave it as it is, null to delete it
     */
    @Nullable
    Row apply(Row row);
}
