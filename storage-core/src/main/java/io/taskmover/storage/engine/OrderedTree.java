package io.taskmover.storage.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An ordered set of entries (key, slot) for one writer and any number of readers, who take no lock: a B+ tree whose
 * leaves have for each key a slot, or a {@link SlotGroup} if it has had several. The keys of a node never change: a
 * write changes a group, replaces a value in its leaf or one leaf in its parent; only a split or an emptied node copies
 * the parent too. So a reader meets either what was before a write or what is after it.
 *
 * <p>A reader goes on to the next leaf by searching for the separator on its way, so that leaves need no links and a
 * scan stays correct while leaves split beside it: keys never cross a separator. Leaves have arrays of their exact size
 * and are dropped when empty; they are not merged before that.
 */
final class OrderedTree {
    private static final int MAX_DEPTH = 32;

    private final KeyOrder order;
    private final @Nullable KeyOrder idOrder;
    /**
     * The groups that there are, by key, beside the tree: one slot more for a key, the most frequent of all writes, then
     * compares no keys, and who asks for the entries of one key need not go down the tree. Null if there are none, or if
     * keys cannot be hashed.
     */
    private final @Nullable KeyTable<SlotGroup> groups;

    private volatile TreeNode root = TreeNode.EMPTY;

    // the writer's way from the root to a leaf, kept to save garbage
    private final @Nullable TreeNode[] path = new @Nullable TreeNode[MAX_DEPTH];
    private final int[] childOnPath = new int[MAX_DEPTH];
    private int depth;

    /** @param idOrder tells entries of one key apart by their slots' ids; null if there is one entry for each key */
    OrderedTree(KeyOrder order, @Nullable KeyOrder idOrder) {
        this.order = order;
        this.idOrder = idOrder;
        this.groups = idOrder != null && order.hashes() ? new KeyTable<>(order) : null;
    }

    KeyOrder order() {
        return order;
    }

    boolean isEmpty() {
        return root.width() == 0;
    }

    /** The group of a key if it is known without a search of the tree. */
    private @Nullable SlotGroup group(@Nullable Object key) {
        return groups == null ? null : groups.get(key);
    }

    /** Adds an entry unless it is there. Returns whether it was added. For the writer. */
    boolean add(@Nullable Object key, RowSlot slot) {
        SlotGroup group = group(key);
        if (group != null && idOrder != null) {
            return group.add(slot, false, idOrder);
        }
        TreeNode leaf = descend(key);
        int found = leaf.search(order, key);
        if (found >= 0) {
            Object value = leaf.value(found);
            if (idOrder == null || value == slot) {
                return false;
            }
            if (value instanceof SlotGroup there) {
                return there.add(slot, false, idOrder);
            }
            leaf.set(found, newGroup(leaf.keys[found], (RowSlot) value, slot));
            return true;
        }
        int at = -found - 1;
        TreeNode more = leaf.insert(at, key, slot);
        if (more.width() <= TreeNode.MAX) {
            replace(depth, more);
            return true;
        }
        // ascending keys are common: then the full leaf stays full instead of half empty for ever
        int middle = at == TreeNode.MAX ? TreeNode.MAX : TreeNode.MAX / 2;
        TreeNode right = more.slice(middle, more.width());
        split(more.slice(0, middle), right, right.keys[0]);
        return true;
    }

    /**
     * Adds entries, those that are there excepted. Each leaf that gets some is looked for and copied once at most. For
     * the writer.
     *
     * @param all the array is changed. In a tree of one entry for each key, each is of another key
     * @param sorted whether they are in the order of their keys
     */
    void addAll(TreeEntry[] all, boolean sorted) {
        TreeEntry[] entries = withoutGroup(all);
        if (entries.length == 0) {
            return;
        }
        if (!sorted) {
            Arrays.sort(entries, (a, b) -> order.compare(a.key(), b.key()));
        }
        TreeNode former = root;
        TreeNode grown = new TreeMerge(this, entries, idOrder == null).into(former);
        boolean appended = grown.startsWith(former);
        while (grown.width() > TreeNode.MAX) {
            grown = grown.split(appended);
            appended = true;
        }
        root = grown;
    }

    /** Adds the entries whose key has a group, and returns the others. */
    private TreeEntry[] withoutGroup(TreeEntry[] entries) {
        if (groups == null || groups.size() == 0 || idOrder == null) {
            return entries;
        }
        int left = 0;
        for (TreeEntry entry : entries) {
            SlotGroup group = groups.get(entry.key());
            if (group == null) {
                entries[left++] = entry;
            } else {
                group.add(entry.slot(), entry.isNew(), idOrder);
            }
        }
        return left == entries.length ? entries : Arrays.copyOf(entries, left);
    }

    /** The value for a key that is in a leaf, with one slot more. */
    Object grown(@Nullable Object key, Object value, TreeEntry more) {
        if (idOrder == null || value == more.slot()) {
            return value;
        }
        if (value instanceof SlotGroup group) {
            group.add(more.slot(), more.isNew(), idOrder);
            return group;
        }
        return newGroup(key, (RowSlot) value, more.slot());
    }

    private SlotGroup newGroup(@Nullable Object key, RowSlot first, RowSlot second) {
        SlotGroup group = new SlotGroup(key, first, second);
        if (groups != null) {
            groups.add(group);
        }
        return group;
    }

    /** Removes an entry if it is there. Returns whether it was. For the writer. */
    boolean remove(@Nullable Object key, RowSlot slot) {
        SlotGroup known = group(key);
        if (known != null) {
            if (!known.remove(slot)) {
                return false;
            }
            if (!known.isEmpty()) {
                return true;
            }
        }
        TreeNode leaf = descend(key);
        int at = leaf.search(order, key);
        if (at < 0) {
            return false;
        }
        Object value = leaf.value(at);
        if (value instanceof SlotGroup group) {
            if (known == null && !group.remove(slot)) {
                return false;
            }
            if (!group.isEmpty()) {
                return true;
            }
            if (groups != null) {
                groups.remove(group);
            }
        } else if (idOrder != null && value != slot) {
            return false;
        }
        if (leaf.width() > 1 || depth == 0) {
            replace(depth, leaf.delete(at));
        } else {
            dropChild();
        }
        return true;
    }

    /** Whether an entry is there. */
    boolean contains(@Nullable Object key, RowSlot slot) {
        SlotGroup known = group(key);
        if (known != null) {
            return known.contains(slot);
        }
        TreeNode node = root;
        while (!node.leaf) {
            node = node.child(node.childFor(order, key));
        }
        int at = node.search(order, key);
        if (at < 0 || idOrder == null) {
            return at >= 0;
        }
        Object value = node.value(at);
        return value instanceof SlotGroup group ? group.contains(slot) : value == slot;
    }

    /** Walks down to the leaf where a key belongs and remembers the way. */
    private TreeNode descend(@Nullable Object key) {
        depth = 0;
        TreeNode node = root;
        while (!node.leaf) {
            int child = node.childFor(order, key);
            path[depth] = node;
            childOnPath[depth++] = child;
            node = node.child(child);
        }
        return node;
    }

    private TreeNode onPath(int level) {
        TreeNode node = path[level];
        if (node == null) {
            throw new AssertionError("no node at level " + level);
        }
        return node;
    }

    private void replace(int level, TreeNode node) {
        if (level == 0) {
            root = node;
        } else {
            onPath(level - 1).set(childOnPath[level - 1], node);
        }
    }

    /** Puts two nodes where the path ends in one. */
    private void split(TreeNode left, TreeNode right, @Nullable Object key) {
        int level = depth;
        while (true) {
            if (level == 0) {
                root = new TreeNode(new @Nullable Object[] {key}, new Object[] {left, right}, false);
                return;
            }
            TreeNode parent = onPath(level - 1);
            int child = childOnPath[level - 1];
            TreeNode grown = parent.insertChild(child, left, right, key);
            if (grown.width() <= TreeNode.MAX) {
                replace(level - 1, grown);
                return;
            }
            // as with leaves, a node that grows at its end is left full
            int middle = child == TreeNode.MAX - 1 ? TreeNode.MAX - 1 : TreeNode.MAX / 2;
            left = grown.slice(0, middle);
            right = grown.slice(middle, grown.width());
            key = grown.keys[middle - 1];
            level--;
        }
    }

    /** Drops the empty leaf at the end of the path and every node that becomes empty by that. */
    private void dropChild() {
        int level = depth - 1;
        while (level > 0 && onPath(level).width() == 1) {
            level--;
        }
        TreeNode parent = onPath(level);
        if (parent.width() == 1) {
            root = TreeNode.EMPTY;
            return;
        }
        TreeNode shrunk = parent.deleteChild(childOnPath[level]);
        replace(level, level == 0 && shrunk.width() == 1 ? shrunk.child(0) : shrunk);
    }

    /** The entries between two places, first to last. */
    Cursor ascending(Cut from, Cut to) {
        return cursor(from, to, false);
    }

    /** The entries between two places, last to first. */
    Cursor descending(Cut from, Cut to) {
        return cursor(from, to, true);
    }

    private Cursor cursor(Cut from, Cut to, boolean descending) {
        @Nullable Object[] parts = groups == null ? null : Cut.partsBetween(from, to);
        if (parts != null && parts.length == order.width()) {
            SlotGroup group = group(parts.length == 1 ? parts[0] : parts);
            if (group != null) {
                return new Cursor(group, descending);
            }
        }
        return new Cursor(from, to, descending);
    }

    /** Entries one after the other. What the writer does meanwhile may be met or not. */
    final class Cursor {
        private static final RowSlot[] NONE = {};

        private final Cut from;
        private final Cut to;
        private final boolean descending;
        private TreeNode leaf;
        /** The next key to return, and the one at which to leave the leaf. */
        private int next;

        private int end;
        /** Where the search goes on after this leaf; null after the last. */
        private @Nullable Cut resume;

        /** The current key's group: what is left of an array, or of a tree. */
        private RowSlot[] group = NONE;

        private int left;
        private @Nullable Cursor groupTree;

        private @Nullable Object key;
        private @Nullable RowSlot slot;

        Cursor(Cut from, Cut to, boolean descending) {
            this.from = from;
            this.to = to;
            this.descending = descending;
            this.leaf = root;
            this.resume = descending ? to : from;
        }

        /** The entries of one group. */
        Cursor(SlotGroup all, boolean descending) {
            this.from = Cut.START;
            this.to = Cut.END;
            this.descending = descending;
            this.leaf = TreeNode.EMPTY;
            this.key = all.key();
            enter(all);
        }

        private void enter(SlotGroup entered) {
            Object slots = idOrder == null ? null : entered.sorted(idOrder);
            if (slots instanceof OrderedTree tree) {
                groupTree = descending ? tree.descending(Cut.START, Cut.END) : tree.ascending(Cut.START, Cut.END);
            } else if (slots instanceof RowSlot[] array) {
                group = array;
                left = array.length;
            }
        }

        /** Goes to the next entry, if there is one. */
        boolean advance() {
            return advanceInGroup() || advanceKey();
        }

        private boolean advanceInGroup() {
            if (left > 0) {
                slot = group[descending ? left - 1 : group.length - left];
                left--;
                return true;
            }
            if (groupTree == null) {
                return false;
            }
            if (groupTree.advance()) {
                slot = groupTree.slot();
                return true;
            }
            groupTree = null;
            return false;
        }

        private boolean advanceKey() {
            while (true) {
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
                Object value = leaf.value(at);
                if (value instanceof RowSlot single) {
                    slot = single;
                    return true;
                }
                enter((SlotGroup) value);
                if (advanceInGroup()) {
                    return true;
                }
                // the writer may have emptied it
            }
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
            TreeNode node = root;
            Cut fence = null;
            while (!node.leaf) {
                int child = target.childOf(node, order);
                if (child < node.keys.length) {
                    fence = Cut.beforeKey(node.keys[child]);
                }
                node = node.child(child);
            }
            leaf = node;
            next = node.countBefore(order, target);
            int size = node.keys.length;
            if (size == 0 || to.isAfter(order, node.keys[size - 1])) {
                end = size;
                resume = fence;
            } else {
                end = Math.max(next, node.countBefore(order, to));
                resume = null;
            }
        }

        private void seekDown(Cut target) {
            TreeNode node = root;
            Cut fence = null;
            while (!node.leaf) {
                int child = node.countBefore(order, target);
                if (child > 0) {
                    fence = Cut.beforeKey(node.keys[child - 1]);
                }
                node = node.child(child);
            }
            leaf = node;
            next = node.countBefore(order, target);
            if (node.keys.length == 0 || !from.isAfter(order, node.keys[0])) {
                end = 0;
                resume = fence;
            } else {
                end = Math.min(next, node.countBefore(order, from));
                resume = null;
            }
        }
    }
}
