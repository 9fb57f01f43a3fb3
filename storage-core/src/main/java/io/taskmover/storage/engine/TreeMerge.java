package io.taskmover.storage.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Adds sorted entries to the nodes of an {@link OrderedTree}. As with single entries, the keys of a leaf never change but
 * the leaf is replaced, and what readers meet on their way is complete at each moment: a leaf that overflows stays where
 * it is until its parent is replaced by one that has its parts.
 */
final class TreeMerge {
    private final OrderedTree tree;
    private final KeyOrder order;
    private final TreeEntry[] entries;
    private final boolean distinct;

    /**
     * @param entries sorted
     * @param distinct whether no two have one key
     */
    TreeMerge(OrderedTree tree, TreeEntry[] entries, boolean distinct) {
        this.tree = tree;
        this.order = tree.order();
        this.entries = entries;
        this.distinct = distinct;
    }

    /** What is to take a root's place: the root itself if it stays. It may be too wide. */
    TreeNode into(TreeNode root) {
        return into(root, 0, entries.length);
    }

    private TreeNode into(TreeNode node, int from, int to) {
        return node.leaf ? intoLeaf(node, from, to) : intoChildren(node, from, to);
    }

    private TreeNode intoChildren(TreeNode node, int from, int to) {
        @Nullable TreeNode[] over = null;
        int child = 0;
        int next = from;
        while (next < to) {
            int found = search(node, child, entries[next].key(), to - from);
            child = found < 0 ? -found - 1 : found + 1;
            int end = child == node.keys.length ? to : firstFrom(node.keys[child], next + 1, to);
            TreeNode before = node.child(child);
            TreeNode after = into(before, next, end);
            if (after.width() > TreeNode.MAX) {
                if (over == null) {
                    over = new @Nullable TreeNode[node.width()];
                }
                over[child] = after.split(after.startsWith(before));
            } else if (after != before) {
                node.set(child, after);
            }
            next = end;
            child++;
        }
        return over == null ? node : node.splice(over);
    }

    private TreeNode intoLeaf(TreeNode leaf, int from, int to) {
        int size = leaf.width();
        @Nullable Object[] keys = null;
        Object[] values = null;
        int taken = 0;
        int filled = 0;
        for (int i = from; i < to; i++) {
            TreeEntry entry = entries[i];
            if (!distinct
                    && filled > 0
                    && keys != null
                    && values != null
                    && order.compare(keys[filled - 1], entry.key()) == 0) {
                values[filled - 1] = tree.grown(entry.key(), values[filled - 1], entry);
                continue;
            }
            int found = search(leaf, taken, entry.key(), to - from);
            if (found >= 0) {
                Object value = leaf.value(found);
                Object grown = tree.grown(leaf.keys[found], value, entry);
                if (grown != value) {
                    leaf.set(found, grown);
                }
                continue;
            }
            if (keys == null || values == null) {
                keys = new @Nullable Object[size + to - i];
                values = new Object[keys.length];
            }
            int at = -found - 1;
            leaf.copy(taken, at, keys, values, filled);
            filled += at - taken;
            taken = at;
            keys[filled] = entry.key();
            values[filled++] = entry.slot();
        }
        if (keys == null || values == null) {
            return leaf;
        }
        leaf.copy(taken, size, keys, values, filled);
        filled += size - taken;
        return filled == keys.length
                ? new TreeNode(keys, values, true)
                : new TreeNode(Arrays.copyOf(keys, filled), Arrays.copyOf(values, filled), true);
    }

    /**
     * {@link TreeNode#search} from a position on.
     *
     * @param count how many entries are looked for in this node: if many, the next is close
     */
    private int search(TreeNode node, int low, @Nullable Object key, int count) {
        int high = node.keys.length;
        if (count > TreeNode.MAX / 8) {
            for (int step = 1; low + step <= high; step *= 2) {
                int probe = low + step - 1;
                int c = order.compare(node.keys[probe], key);
                if (c == 0) {
                    return probe;
                }
                if (c > 0) {
                    high = probe;
                    break;
                }
                low = probe + 1;
            }
        }
        return node.search(order, key, low, high);
    }

    /** The first of the entries from {@code low} to {@code to} that is not before a separator; {@code to} if none is. */
    private int firstFrom(@Nullable Object separator, int low, int to) {
        int high = to;
        for (int step = 1; low + step <= high; step *= 2) {
            int probe = low + step - 1;
            if (order.compare(entries[probe].key(), separator) >= 0) {
                high = probe;
                break;
            }
            low = probe + 1;
        }
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (order.compare(entries[middle].key(), separator) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
