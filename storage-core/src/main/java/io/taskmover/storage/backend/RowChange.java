package io.taskmover.storage.backend;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/**
 * One row as a commit found it and left it.
 *
 * @param before null for an insert
 * @param after null for a delete
 */
public record RowChange(
        String table,
        Object id,
        @Nullable Row before,
        @Nullable Row after) {}
