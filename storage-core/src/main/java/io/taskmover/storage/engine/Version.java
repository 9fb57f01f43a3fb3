package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/** What one commit made of a row. Versions of a row are chained, newest first. */
final class Version {
    final long sequence;
    private final @Nullable Row row;
    /** Changed by the reclaimer alone, to leave out versions that no snapshot needs. */
    volatile @Nullable Version older;

    Version(long sequence, @Nullable Row row) {
        this.sequence = sequence;
        this.row = row;
    }

    /** The row; null if the commit deleted it. */
    @Nullable
    Row row() {
        return row;
    }
}
