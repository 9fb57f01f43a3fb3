package io.taskmover.storage.engine;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one key in an index, as a value in the leaves of an {@link OrderedTree}: a {@link RowSlot} while there is
 * one, an array of them while there are few, and then a tree of them by id. So a key with many rows stands in the index
 * once, and one row more copies no more than a small array.
 *
 * <p>An array that grew is {@link Unsorted} until somebody reads it: to compare ids, which lie all over the heap, is
 * most of the work of an insert, and the reader needs those rows anyway. Arrays never change.
 */
final class SlotGroup {
    /** The most slots of an array. */
    private static final int MAX = 64;

    private SlotGroup() {}

    /** Slots in no order. */
    private static final class Unsorted {
        final RowSlot[] slots;

        Unsorted(RowSlot[] slots) {
            this.slots = slots;
        }
    }

    /** A group with one slot more: the same if it is a tree; null if the slot is in it. */
    static @Nullable Object add(Object group, RowSlot slot, KeyOrder idOrder) {
        if (group instanceof OrderedTree tree) {
            return tree.add(slot.id, slot) ? tree : null;
        }
        if (group == slot) {
            return null;
        }
        if (group instanceof RowSlot single) {
            return new Unsorted(new RowSlot[] {single, slot});
        }
        RowSlot[] slots = slots(group);
        if (indexOf(slots, slot) >= 0) {
            return null;
        }
        RowSlot[] more = Arrays.copyOf(slots, slots.length + 1);
        more[slots.length] = slot;
        return more.length <= MAX ? new Unsorted(more) : tree(more, idOrder);
    }

    private static OrderedTree tree(RowSlot[] slots, KeyOrder idOrder) {
        TreeEntry[] entries = new TreeEntry[slots.length];
        for (int i = 0; i < slots.length; i++) {
            entries[i] = new TreeEntry(slots[i].id, slots[i]);
        }
        OrderedTree tree = new OrderedTree(idOrder, null);
        tree.addAll(entries);
        return tree;
    }

    /** A group without a slot: the same if that is not in it, or it is a tree; null if it was the last. */
    static @Nullable Object remove(Object group, RowSlot slot) {
        if (group instanceof OrderedTree tree) {
            tree.remove(slot.id, slot);
            return tree.isEmpty() ? null : tree;
        }
        if (group instanceof RowSlot) {
            return group == slot ? null : group;
        }
        RowSlot[] slots = slots(group);
        int at = indexOf(slots, slot);
        if (at < 0) {
            return group;
        }
        if (slots.length == 2) {
            return slots[1 - at];
        }
        RowSlot[] fewer = Arrays.copyOf(slots, slots.length - 1);
        System.arraycopy(slots, at + 1, fewer, at, slots.length - at - 1);
        return group instanceof Unsorted ? new Unsorted(fewer) : fewer;
    }

    static boolean contains(Object group, RowSlot slot) {
        if (group instanceof OrderedTree tree) {
            return tree.contains(slot.id, slot);
        }
        return group instanceof RowSlot ? group == slot : indexOf(slots(group), slot) >= 0;
    }

    /** The group in a leaf for a reader, the slots of an array sorted by id, once for all readers. */
    static Object sorted(TreeNode leaf, int at, KeyOrder idOrder) {
        Object group = leaf.value(at);
        if (!(group instanceof Unsorted unsorted)) {
            return group;
        }
        RowSlot[] slots = unsorted.slots.clone();
        Arrays.sort(slots, (a, b) -> idOrder.compare(a.id, b.id));
        leaf.replace(at, group, slots);
        return slots;
    }

    private static RowSlot[] slots(Object group) {
        return group instanceof Unsorted unsorted ? unsorted.slots : (RowSlot[]) group;
    }

    /** By identity: an id has one slot as long as an index has entries for it. */
    private static int indexOf(RowSlot[] slots, RowSlot slot) {
        for (int i = slots.length - 1; i >= 0; i--) {
            if (slots[i] == slot) {
                return i;
            }
        }
        return -1;
    }
}
