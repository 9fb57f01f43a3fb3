package io.taskmover.storage.engine;

import org.jspecify.annotations.Nullable;

/**
 * A place between two entries of an {@link OrderedTree}: before or after every entry whose key starts with some parts,
 * or just before one entry.
 */
final class Cut {
    private static final @Nullable Object[] NO_PARTS = {};
    /** Before everything. */
    static final Cut START = new Cut(NO_PARTS, false, null, null);
    /** After everything. */
    static final Cut END = new Cut(NO_PARTS, true, null, null);

    final @Nullable Object[] parts;
    final boolean after;
    final @Nullable Object key;
    /** The entry's slot, or null if this is a place by parts. */
    final @Nullable RowSlot slot;

    private Cut(@Nullable Object[] parts, boolean after, @Nullable Object key, @Nullable RowSlot slot) {
        this.parts = parts;
        this.after = after;
        this.key = key;
        this.slot = slot;
    }

    static Cut before(@Nullable Object... parts) {
        return new Cut(parts, false, null, null);
    }

    static Cut after(@Nullable Object... parts) {
        return new Cut(parts, true, null, null);
    }

    static Cut beforeEntry(@Nullable Object key, RowSlot slot) {
        return new Cut(NO_PARTS, false, key, slot);
    }
}
