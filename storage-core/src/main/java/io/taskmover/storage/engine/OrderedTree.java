package io.taskmover.storage.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An ordered set of entries (key, slot) for one writer and any number of readers, who take no lock: a B+ tree whose
 * leaves and separators never change. A write replaces one leaf in its parent's array of children; only a split or an
 * emptied node copies the parent too. So a reader meets either the leaf before a write or the one after it.
 *
 * <p>A reader goes on to the next leaf by searching for the separator on its way, so that leaves need no links and a
 * scan stays correct while leaves split beside it: entries never cross a separator. Leaves have arrays of their exact
 * size and are dropped when empty; they are not merged before that.
 */
final class OrderedTree {
    private static final int MAX = 64;
    private static final int MAX_DEPTH = 32;
    private static final VarHandle CHILDREN = MethodHandles.arrayElementVarHandle(Node[].class);

    private final KeyOrder order;
    private final @Nullable KeyOrder idOrder;
    private volatile Node root = new Node(new @Nullable Object[0], new RowSlot[0], null);

    // the writer's way from the root to a leaf, kept to save garbage
    private final @Nullable Node[] path = new @Nullable Node[MAX_DEPTH];
    private final int[] childOnPath = new int[MAX_DEPTH];
    private int depth;

    /** @param idOrder tells entries of one key apart by their slots' ids; null if there is one entry for each key */
    OrderedTree(KeyOrder order, @Nullable KeyOrder idOrder) {
        this.order = order;
        this.idOrder = idOrder;
    }

    KeyOrder order() {
        return order;
    }

    /** Adds an entry unless it is there. Returns whether it was added. For the writer. */
    boolean add(@Nullable Object key, RowSlot slot) {
        Node leaf = descend(key, slot);
        int at = leaf.lowerBound(this, key, slot);
        if (at < leaf.slots.length && compare(leaf.keys[at], leaf.slots[at], key, slot) == 0) {
            return false;
        }
        if (leaf.slots.length < MAX) {
            replace(depth, leaf.insert(at, key, slot));
            return true;
        }
        // ascending keys are common: then the full leaf stays full instead of half empty for ever
        int middle = at == MAX ? MAX : MAX / 2;
        Node left = leaf.slice(0, middle);
        Node right = leaf.slice(middle, MAX);
        if (at >= middle) {
            right = right.insert(at - middle, key, slot);
        } else {
            left = left.insert(at, key, slot);
        }
        split(left, right, right.keys[0], right.slots[0]);
        return true;
    }

    /** Removes an entry if it is there. Returns whether it was. For the writer. */
    boolean remove(@Nullable Object key, RowSlot slot) {
        Node leaf = descend(key, slot);
        int at = leaf.lowerBound(this, key, slot);
        if (at == leaf.slots.length || compare(leaf.keys[at], leaf.slots[at], key, slot) != 0) {
            return false;
        }
        if (leaf.slots.length > 1 || depth == 0) {
            replace(depth, leaf.delete(at));
        } else {
            dropChild();
        }
        return true;
    }

    /** Whether an entry is there. */
    boolean contains(@Nullable Object key, RowSlot slot) {
        Node node = root;
        while (node.children != null) {
            node = node.child(node.childFor(this, key, slot));
        }
        int at = node.lowerBound(this, key, slot);
        return at < node.slots.length && compare(node.keys[at], node.slots[at], key, slot) == 0;
    }

    /** Walks down to the leaf where an entry belongs and remembers the way. */
    private Node descend(@Nullable Object key, RowSlot slot) {
        depth = 0;
        Node node = root;
        while (node.children != null) {
            int child = node.childFor(this, key, slot);
            path[depth] = node;
            childOnPath[depth++] = child;
            node = node.child(child);
        }
        return node;
    }

    private Node onPath(int level) {
        Node node = path[level];
        if (node == null) {
            throw new AssertionError("no node at level " + level);
        }
        return node;
    }

    private void replace(int level, Node node) {
        if (level == 0) {
            root = node;
        } else {
            onPath(level - 1).setChild(childOnPath[level - 1], node);
        }
    }

    /** Puts two nodes where the path ends in one. */
    private void split(Node left, Node right, @Nullable Object key, RowSlot slot) {
        int level = depth;
        while (true) {
            if (level == 0) {
                root = new Node(new @Nullable Object[] {key}, new RowSlot[] {slot}, new Node[] {left, right});
                return;
            }
            Node parent = onPath(level - 1);
            int child = childOnPath[level - 1];
            Node grown = parent.insertChild(child, left, right, key, slot);
            if (grown.slots.length < MAX) {
                replace(level - 1, grown);
                return;
            }
            // as with leaves, a node that grows at its end is left full
            int middle = child == MAX - 1 ? MAX - 2 : MAX / 2;
            left = grown.sliceChildren(0, middle);
            right = grown.sliceChildren(middle + 1, grown.slots.length);
            key = grown.keys[middle];
            slot = grown.slots[middle];
            level--;
        }
    }

    /** Drops the empty leaf at the end of the path and every node that becomes empty by that. */
    private void dropChild() {
        int level = depth - 1;
        while (level > 0 && onPath(level).slots.length == 0) {
            level--;
        }
        Node parent = onPath(level);
        if (parent.slots.length == 0) {
            root = new Node(new @Nullable Object[0], new RowSlot[0], null);
            return;
        }
        Node shrunk = parent.deleteChild(childOnPath[level]);
        replace(level, level == 0 && shrunk.slots.length == 0 ? shrunk.child(0) : shrunk);
    }

    private int compare(@Nullable Object key, RowSlot slot, @Nullable Object otherKey, RowSlot otherSlot) {
        int c = order.compare(key, otherKey);
        return c == 0 && idOrder != null ? idOrder.compare(slot.id, otherSlot.id) : c;
    }

    private boolean isBefore(@Nullable Object key, RowSlot slot, Cut cut) {
        if (cut.slot != null) {
            return compare(key, slot, cut.key, cut.slot) < 0;
        }
        int c = order.comparePrefix(key, cut.parts);
        return c < 0 || (c == 0 && cut.after);
    }

    /** The entries between two places, first to last. */
    Cursor ascending(Cut from, Cut to) {
        return new Cursor(from, to, false);
    }

    /** The entries between two places, last to first. */
    Cursor descending(Cut from, Cut to) {
        return new Cursor(from, to, true);
    }

    /** Entries one after the other. What the writer does meanwhile may be met or not. */
    final class Cursor {
        private final Cut from;
        private final Cut to;
        private final boolean descending;
        private Node leaf;
        /** The next entry to return, and the one at which to leave the leaf. */
        private int next;

        private int end;
        /** Where the search goes on after this leaf; null after the last. */
        private @Nullable Cut resume;

        private @Nullable Object key;
        private @Nullable RowSlot slot;

        Cursor(Cut from, Cut to, boolean descending) {
            this.from = from;
            this.to = to;
            this.descending = descending;
            this.leaf = root;
            this.resume = descending ? to : from;
        }

        /** Goes to the next entry, if there is one. */
        boolean advance() {
            while (next == end) {
                Cut target = resume;
                if (target == null) {
                    slot = null;
                    return false;
                }
                if (descending) {
                    seekDown(target);
                } else {
                    seekUp(target);
                }
            }
            int at = descending ? --next : next++;
            key = leaf.keys[at];
            slot = leaf.slots[at];
            return true;
        }

        @Nullable
        Object key() {
            return key;
        }

        RowSlot slot() {
            if (slot == null) {
                throw new IllegalStateException("not at an entry");
            }
            return slot;
        }

        private void seekUp(Cut target) {
            Node node = root;
            Cut fence = null;
            while (node.children != null) {
                // a fence is itself the first entry that may stand right of it
                int child = target.slot == null
                        ? node.countBefore(OrderedTree.this, target)
                        : node.childFor(OrderedTree.this, target.key, target.slot);
                if (child < node.slots.length) {
                    fence = Cut.beforeEntry(node.keys[child], node.slots[child]);
                }
                node = node.child(child);
            }
            leaf = node;
            next = node.countBefore(OrderedTree.this, target);
            int size = node.slots.length;
            if (size == 0 || isBefore(node.keys[size - 1], node.slots[size - 1], to)) {
                end = size;
                resume = fence;
            } else {
                end = Math.max(next, node.countBefore(OrderedTree.this, to));
                resume = null;
            }
        }

        private void seekDown(Cut target) {
            Node node = root;
            Cut fence = null;
            while (node.children != null) {
                int child = node.countBefore(OrderedTree.this, target);
                if (child > 0) {
                    fence = Cut.beforeEntry(node.keys[child - 1], node.slots[child - 1]);
                }
                node = node.child(child);
            }
            leaf = node;
            next = node.countBefore(OrderedTree.this, target);
            if (node.slots.length == 0 || !isBefore(node.keys[0], node.slots[0], from)) {
                end = 0;
                resume = fence;
            } else {
                end = Math.min(next, node.countBefore(OrderedTree.this, from));
                resume = null;
            }
        }
    }

    /**
     * A leaf, whose keys and slots are entries; or, with children, a node in whose child {@code i + 1} every entry is at
     * or after separator {@code i}.
     */
    private static final class Node {
        final @Nullable Object[] keys;
        final RowSlot[] slots;
        final Node @Nullable [] children;

        Node(@Nullable Object[] keys, RowSlot[] slots, Node @Nullable [] children) {
            this.keys = keys;
            this.slots = slots;
            this.children = children;
        }

        Node child(int i) {
            return (Node) CHILDREN.getAcquire(children, i);
        }

        void setChild(int i, Node child) {
            CHILDREN.setRelease(children, i, child);
        }

        private Node[] childArray() {
            if (children == null) {
                throw new AssertionError("a leaf has no children");
            }
            return children;
        }

        /** The position of the first entry at or after this one. */
        int lowerBound(OrderedTree tree, @Nullable Object key, RowSlot slot) {
            int low = 0;
            int high = slots.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (tree.compare(keys[middle], slots[middle], key, slot) < 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        /** The child in which an entry belongs: after every separator at or before it. */
        int childFor(OrderedTree tree, @Nullable Object key, RowSlot slot) {
            int low = 0;
            int high = slots.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (tree.compare(keys[middle], slots[middle], key, slot) <= 0) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        int countBefore(OrderedTree tree, Cut cut) {
            int low = 0;
            int high = slots.length;
            while (low < high) {
                int middle = (low + high) >>> 1;
                if (tree.isBefore(keys[middle], slots[middle], cut)) {
                    low = middle + 1;
                } else {
                    high = middle;
                }
            }
            return low;
        }

        Node insert(int at, @Nullable Object key, RowSlot slot) {
            return new Node(insertedKey(at, key), insertedSlot(at, slot), null);
        }

        Node delete(int at) {
            return new Node(deleted(keys, at), deleted(slots, at), null);
        }

        Node slice(int from, int to) {
            return new Node(Arrays.copyOfRange(keys, from, to), Arrays.copyOfRange(slots, from, to), null);
        }

        Node insertChild(int at, Node left, Node right, @Nullable Object key, RowSlot slot) {
            Node[] old = childArray();
            Node[] more = insert(old, new Node[old.length + 1], at + 1, right);
            more[at] = left;
            return new Node(insertedKey(at, key), insertedSlot(at, slot), more);
        }

        Node deleteChild(int at) {
            int separator = Math.max(0, at - 1);
            return new Node(deleted(keys, separator), deleted(slots, separator), deleted(childArray(), at));
        }

        /** The node of the separators from {@code from} to {@code to} and the children around them. */
        Node sliceChildren(int from, int to) {
            return new Node(
                    Arrays.copyOfRange(keys, from, to),
                    Arrays.copyOfRange(slots, from, to),
                    Arrays.copyOfRange(childArray(), from, to + 1));
        }

        private @Nullable Object[] insertedKey(int at, @Nullable Object key) {
            return insert(keys, new @Nullable Object[keys.length + 1], at, key);
        }

        private RowSlot[] insertedSlot(int at, RowSlot slot) {
            return insert(slots, new RowSlot[slots.length + 1], at, slot);
        }

        private static <T> T[] insert(T[] array, T[] into, int at, @Nullable T element) {
            System.arraycopy(array, 0, into, 0, at);
            into[at] = element;
            System.arraycopy(array, at, into, at + 1, array.length - at);
            return into;
        }

        private static <T> T[] deleted(T[] array, int at) {
            T[] fewer = Arrays.copyOf(array, array.length - 1);
            System.arraycopy(array, at + 1, fewer, at, array.length - at - 1);
            return fewer;
        }
    }
}
