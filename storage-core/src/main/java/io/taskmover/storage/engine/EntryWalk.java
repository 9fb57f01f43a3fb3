package io.taskmover.storage.engine;

import io.taskmover.storage.engine.AccessPath.Direction;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Walks through the entries of an access path, in its direction. */
final class EntryWalk {
    private final OrderedTree tree;
    private final List<KeyRange> ranges;
    private final Direction direction;
    private int visited;
    private OrderedTree.@Nullable Cursor cursor;
    /** The part of the current range that is still to come, when walking key by key. */
    private @Nullable KeyRange rest;

    EntryWalk(AccessPath path) {
        this.tree = path.tree();
        this.ranges = path.ranges();
        this.direction = path.direction();
    }

    boolean advance() {
        while (cursor == null || !cursor.advance()) {
            cursor = nextCursor();
            if (cursor == null) {
                return false;
            }
        }
        return true;
    }

    @Nullable
    Object key() {
        return current().key();
    }

    RowSlot slot() {
        return current().slot();
    }

    private OrderedTree.Cursor current() {
        if (cursor == null) {
            throw new IllegalStateException("not at an entry");
        }
        return cursor;
    }

    private OrderedTree.@Nullable Cursor nextCursor() {
        if (direction != Direction.DESCENDING_BY_KEY) {
            KeyRange range = nextRange();
            if (range == null) {
                return null;
            }
            return direction == Direction.ASCENDING
                    ? tree.ascending(range.from(), range.to())
                    : tree.descending(range.from(), range.to());
        }
        while (true) {
            KeyRange range = rest == null ? nextRange() : rest;
            if (range == null) {
                return null;
            }
            OrderedTree.Cursor last = tree.descending(range.from(), range.to());
            if (last.advance()) {
                @Nullable Object[] parts = tree.order().parts(last.key());
                rest = new KeyRange(range.from(), Cut.before(parts));
                return tree.ascending(Cut.before(parts), Cut.after(parts));
            }
            rest = null;
        }
    }

    private @Nullable KeyRange nextRange() {
        if (visited == ranges.size()) {
            return null;
        }
        int at = direction == Direction.ASCENDING ? visited : ranges.size() - 1 - visited;
        visited++;
        return ranges.get(at);
    }
}
