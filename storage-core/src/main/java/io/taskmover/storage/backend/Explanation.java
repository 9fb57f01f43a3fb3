package io.taskmover.storage.backend;

import org.jspecify.annotations.Nullable;

/**
 * How a selection is run.
 *
 * @param index the index that narrows it: an index's name, {@link #PRIMARY_KEY}, or null for a full scan
 * @param detail for people, one or more lines, in which no values of the condition are
 */
public record Explanation(@Nullable String index, String detail) {
    /** The name under which the primary key appears. */
    public static final String PRIMARY_KEY = "primary key";

    /** Whether every row of the table is looked at. */
    public boolean fullScan() {
        return index == null;
    }

    @Override
    public String toString() {
        return detail;
    }
}
