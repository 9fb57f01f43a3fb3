package io.taskmover.storage.schema;

import java.util.List;

/**
 * An index of a table.
 *
 * @param name unique in the store; {@link #of} derives one
 * @param columns the indexed columns in order, at least one
 * @param unique whether two rows may not have the same values; rows with a null among them are exempt, as in SQL
 */
public record Index(String name, List<String> columns, boolean unique) {
    public Index {
        columns = List.copyOf(columns);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("Index '" + name + "' has no columns");
        }
    }

    /** An index named {@code ix_<table>_<columns>}, or {@code ux_…} if it is unique. */
    public static Index of(String table, boolean unique, String... columns) {
        return new Index((unique ? "ux_" : "ix_") + table + "_" + String.join("_", columns), List.of(columns), unique);
    }
}
