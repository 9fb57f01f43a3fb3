package io.taskmover.storage.migration;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;

/** What stands on a column, so that it cannot go. */
final class ColumnUse {
    private ColumnUse() {}

    /**
     * @param deed what is not possible then, as in "cannot be dropped"
     * @throws SchemaException if there is no such column, or the key, the version or an index uses it
     */
    static void requireNone(TableSchema schema, String column, String deed) {
        schema.column(column);
        String refusal = "Column '" + column + "' of table '" + schema.name() + "' " + deed + ": ";
        if (schema.primaryKey().contains(column)) {
            throw new SchemaException(refusal + "it is part of the primary key");
        }
        if (schema.versionColumn().filter(column::equals).isPresent()) {
            throw new SchemaException(refusal + "it counts the versions of the rows");
        }
        for (Index index : schema.indexes()) {
            if (index.columns().contains(column)) {
                throw new SchemaException(
                        refusal + "the index '" + index.name() + "' uses it; drop that before, in a change of its own");
            }
        }
    }
}
