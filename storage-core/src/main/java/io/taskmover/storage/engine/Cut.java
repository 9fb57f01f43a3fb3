package io.taskmover.storage.engine;

import org.jspecify.annotations.Nullable;

/**
 * A place between two keys of an {@link OrderedTree}: before or after every key that starts with some parts, or just
 * before one key.
 */
final class Cut {
    private static final @Nullable Object[] NO_PARTS = {};
    /** Before everything. */
    static final Cut START = before(NO_PARTS);
    /** After everything. */
    static final Cut END = after(NO_PARTS);

    private final @Nullable Object[] parts;
    private final boolean after;
    /** Whether {@link #key} counts, and not the parts. */
    private final boolean atKey;

    private final @Nullable Object key;

    private Cut(@Nullable Object[] parts, boolean after, boolean atKey, @Nullable Object key) {
        this.parts = parts;
        this.after = after;
        this.atKey = atKey;
        this.key = key;
    }

    static Cut before(@Nullable Object... parts) {
        return new Cut(parts, false, false, null);
    }

    static Cut after(@Nullable Object... parts) {
        return new Cut(parts, true, false, null);
    }

    /** The parts with which all keys between two places start, and all keys that do are; null if that is not so. */
    static @Nullable Object @Nullable [] partsBetween(Cut from, Cut to) {
        return from.parts == to.parts && !from.after && to.after ? from.parts : null;
    }

    static Cut beforeKey(@Nullable Object key) {
        return new Cut(NO_PARTS, false, true, key);
    }

    /** Whether a key is before this place. */
    boolean isAfter(KeyOrder order, @Nullable Object other) {
        if (atKey) {
            return order.compare(other, key) < 0;
        }
        int c = order.comparePrefix(other, parts);
        return c < 0 || (c == 0 && after);
    }

    /** The child of a node where the keys after this place begin. */
    int childOf(TreeNode node, KeyOrder order) {
        // the key of a separator is itself the first that may stand right of it
        return atKey ? node.childFor(order, key) : node.countBefore(order, this);
    }
}
