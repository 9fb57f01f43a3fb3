package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import org.jspecify.annotations.Nullable;

/**
 * What one commit made of a row. Versions of a row are chained, newest first.
 *
 * <p>The row of a version that can be read back need not be in memory: the version is cold then. Only a version that is
 * the newest and the only one of its slot is ever made cold, by the {@link RowCache}; who replaces it makes it hot first.
 */
final class Version {
    final long sequence;
    /** Changed by the reclaimer alone, to leave out versions that no snapshot needs. */
    volatile @Nullable Version older;
    /**
     * Null if the commit deleted the row, or while it is cold. Changed by the cache alone. Not volatile, since finding a
     * row must not pay for the cache: one racy read gives null or the row, which is immutable through and through.
     */
    private @Nullable Row row;

    private final boolean deleted;
    /** Whether the row was used since the cache looked last; a race may lose that, which does no harm. */
    private boolean touched;
    /** Whether the row must stay in memory, since a commit is about to replace it. Guarded by the cache. */
    boolean pinned;

    /** @param row null if the commit deleted it */
    Version(long sequence, @Nullable Row row) {
        this(sequence, row, row == null);
    }

    private Version(long sequence, @Nullable Row row, boolean deleted) {
        this.sequence = sequence;
        this.row = row;
        this.deleted = deleted;
    }

    /** A version whose row is to be read when it is needed. */
    static Version cold(long sequence) {
        return new Version(sequence, null, false);
    }

    boolean deleted() {
        return deleted;
    }

    /** The row if it is in memory; null if it is deleted or cold. */
    @Nullable
    Row inMemory() {
        return row;
    }

    /** The same for someone who uses the row. */
    @Nullable
    Row use() {
        Row found = row;
        if (found != null && !touched) {
            touched = true;
        }
        return found;
    }

    /** Whether the row was used since this was asked last. */
    boolean wasTouched() {
        boolean was = touched;
        touched = false;
        return was;
    }

    /** Makes the version hot, or cold with null. For the cache. */
    void keep(@Nullable Row kept) {
        row = kept;
    }
}
