package io.taskmover.storage.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A node of an {@link OrderedTree}: a leaf, which has a value for each key; or one above, in whose child {@code i + 1}
 * every key is at or after separator {@code i}. Keys never change; a value or child can be replaced.
 */
final class TreeNode {
    /** The most values or children of a node. */
    static final int MAX = 64;

    static final TreeNode EMPTY = new TreeNode(new @Nullable Object[0], new Object[0], true);

    private static final VarHandle VALUES = MethodHandles.arrayElementVarHandle(Object[].class);

    final @Nullable Object[] keys;
    final boolean leaf;
    private final Object[] values;

    TreeNode(@Nullable Object[] keys, Object[] values, boolean leaf) {
        this.keys = keys;
        this.values = values;
        this.leaf = leaf;
    }

    /** How many values or children it has; more than {@link #MAX} only until it is {@link #split}. */
    int width() {
        return values.length;
    }

    TreeNode child(int i) {
        return (TreeNode) value(i);
    }

    Object value(int i) {
        return VALUES.getAcquire(values, i);
    }

    /** Replaces a value or a child. */
    void set(int i, Object value) {
        VALUES.setRelease(values, i, value);
    }

    /** Where a key is, or minus one minus where it belongs, as binary search has it. */
    int search(KeyOrder order, @Nullable Object key) {
        return search(order, key, 0, keys.length);
    }

    /** The same, where the position is known to be from {@code low} to {@code high}. */
    int search(KeyOrder order, @Nullable Object key, int low, int high) {
        while (low < high) {
            int middle = (low + high) >>> 1;
            int c = order.compare(keys[middle], key);
            if (c == 0) {
                return middle;
            }
            if (c < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return -low - 1;
    }

    /** The child in which a key belongs: after every separator at or before it. */
    int childFor(KeyOrder order, @Nullable Object key) {
        int found = search(order, key);
        return found < 0 ? -found - 1 : found + 1;
    }

    /** How many keys are before a place. */
    int countBefore(KeyOrder order, Cut cut) {
        int low = 0;
        int high = keys.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (cut.isAfter(order, keys[middle])) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    /** This leaf with one more key. */
    TreeNode insert(int at, @Nullable Object key, Object value) {
        return new TreeNode(inserted(keys, at, key), inserted(values, at, value), true);
    }

    /** This leaf without one of its keys. */
    TreeNode delete(int at) {
        return new TreeNode(deleted(keys, at), deleted(values, at), true);
    }

    /** This node with two children in the place of one, and the separator between them. */
    TreeNode insertChild(int at, TreeNode left, TreeNode right, @Nullable Object key) {
        Object[] more = inserted(values, at + 1, right);
        more[at] = left;
        return new TreeNode(inserted(keys, at, key), more, false);
    }

    /** This node without one of its children. */
    TreeNode deleteChild(int at) {
        return new TreeNode(deleted(keys, Math.max(0, at - 1)), deleted(values, at), false);
    }

    /** A node of some of the values or children, and the keys that go with them. */
    TreeNode slice(int from, int to) {
        return new TreeNode(
                Arrays.copyOfRange(keys, from, leaf ? to : to - 1), Arrays.copyOfRange(values, from, to), leaf);
    }

    /** Whether all that this node has more than another stands after what that has. */
    boolean startsWith(TreeNode other) {
        int last = other.keys.length - 1;
        return last < 0 || keys[last] == other.keys[last];
    }

    /**
     * A node over the parts that this one is to be cut into.
     *
     * @param ascending whether the next keys are likely to come last: then all parts but the last are left full
     */
    TreeNode split(boolean ascending) {
        int parts = (width() + MAX - 1) / MAX;
        @Nullable Object[] separators = new @Nullable Object[parts - 1];
        Object[] nodes = new Object[parts];
        int from = 0;
        for (int part = 0; part < parts; part++) {
            int to = ascending ? Math.min(width(), from + MAX) : (int) ((part + 1L) * width() / parts);
            nodes[part] = slice(from, to);
            if (part > 0) {
                // a leaf's first key, or the separator that stood between two parts
                separators[part - 1] = keys[leaf ? from : from - 1];
            }
            from = to;
        }
        return new TreeNode(separators, nodes, false);
    }

    /**
     * This node with some of its children each replaced by those of another node.
     *
     * @param over for each child the node whose children take its place; null where it stays
     */
    TreeNode splice(@Nullable TreeNode[] over) {
        int more = 0;
        for (TreeNode node : over) {
            more += node == null ? 0 : node.keys.length;
        }
        @Nullable Object[] newKeys = new @Nullable Object[keys.length + more];
        Object[] nodes = new Object[values.length + more];
        int at = 0;
        for (int i = 0; i < values.length; i++) {
            TreeNode node = over[i];
            if (node == null) {
                nodes[at] = values[i];
            } else {
                int count = node.keys.length;
                System.arraycopy(node.keys, 0, newKeys, at, count);
                System.arraycopy(node.values, 0, nodes, at, count + 1);
                at += count;
            }
            if (i < keys.length) {
                newKeys[at] = keys[i];
            }
            at++;
        }
        return new TreeNode(newKeys, nodes, false);
    }

    /** Copies keys and values of a leaf. */
    void copy(int from, int to, @Nullable Object[] intoKeys, Object[] intoValues, int at) {
        System.arraycopy(keys, from, intoKeys, at, to - from);
        System.arraycopy(values, from, intoValues, at, to - from);
    }

    private static <T> T[] inserted(T[] array, int at, @Nullable T element) {
        T[] more = Arrays.copyOf(array, array.length + 1);
        System.arraycopy(array, at, more, at + 1, array.length - at);
        more[at] = element;
        return more;
    }

    private static <T> T[] deleted(T[] array, int at) {
        T[] fewer = Arrays.copyOf(array, array.length - 1);
        System.arraycopy(array, at + 1, fewer, at, array.length - at - 1);
        return fewer;
    }
}
