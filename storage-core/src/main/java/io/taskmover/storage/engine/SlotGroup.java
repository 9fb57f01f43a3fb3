package io.taskmover.storage.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one key in an index, as a value in the leaves of an {@link OrderedTree}: in an array while they are few, and
 * then in a tree by id. A key with one slot has that in its leaf instead, until there is a second one; its group then lasts
 * until it is empty. So a key with many rows stands in the index once, and one row more copies little.
 *
 * <p>The order of an array is made when somebody reads it: to compare ids, which lie all over the heap, would be most of the
 * work of an insert, and the reader needs those rows anyway. The writer puts a slot behind those of the latest
 * {@link Growing}, which nobody looks at yet, and then publishes another one that counts it; a reader publishes a sorted
 * array, which nobody appends to. Both by compare-and-set, so that neither loses what the other did.
 */
final class SlotGroup extends KeyTable.Element {
    /** The most slots of an array. */
    private static final int MAX = 64;

    private static final VarHandle CONTENT;

    static {
        try {
            CONTENT = MethodHandles.lookup().findVarHandle(SlotGroup.class, "content", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final @Nullable Object key;
    /** A {@link Growing}, a sorted array of slots, or an {@link OrderedTree} of them. */
    private volatile Object content;

    /** Slots in no order: the first {@code size} of an array. */
    private static final class Growing {
        final @Nullable RowSlot[] slots;
        final int size;

        Growing(@Nullable RowSlot[] slots, int size) {
            this.slots = slots;
            this.size = size;
        }
    }

    /** A group of two different slots. */
    SlotGroup(@Nullable Object key, RowSlot first, RowSlot second) {
        this.key = key;
        this.content = new Growing(new @Nullable RowSlot[] {first, second}, 2);
    }

    @Override
    @Nullable
    Object key() {
        return key;
    }

    /**
     * Adds a slot unless it is there. Returns whether it was added. For the writer.
     *
     * @param isNew whether the slot is known not to be there, having been made just now
     */
    boolean add(RowSlot slot, boolean isNew, KeyOrder idOrder) {
        while (true) {
            Object now = content;
            if (now instanceof OrderedTree tree) {
                return tree.add(slot.id, slot);
            }
            @Nullable RowSlot[] slots = slots(now);
            int size = size(now);
            if (!isNew && indexOf(slots, size, slot) >= 0) {
                return false;
            }
            if (size == MAX) {
                // nobody needs the array to stay as it is: what a reader makes of it meanwhile has the same slots
                content = tree(slots, slot, idOrder);
                return true;
            }
            if (size == slots.length) {
                slots = Arrays.copyOf(slots, Math.min(MAX, size + (size >> 1) + 1));
            }
            slots[size] = slot;
            if (CONTENT.compareAndSet(this, now, new Growing(slots, size + 1))) {
                return true;
            }
        }
    }

    private static OrderedTree tree(@Nullable RowSlot[] slots, RowSlot added, KeyOrder idOrder) {
        TreeEntry[] entries = new TreeEntry[MAX + 1];
        for (int i = 0; i < MAX; i++) {
            RowSlot slot = at(slots, i);
            entries[i] = new TreeEntry(slot.id, slot, false);
        }
        entries[MAX] = new TreeEntry(added.id, added, false);
        OrderedTree tree = new OrderedTree(idOrder, null);
        tree.addAll(entries, false);
        return tree;
    }

    /** Removes a slot if it is there. Returns whether it was. For the writer. */
    boolean remove(RowSlot slot) {
        while (true) {
            Object now = content;
            if (now instanceof OrderedTree tree) {
                return tree.remove(slot.id, slot);
            }
            @Nullable RowSlot[] slots = slots(now);
            int size = size(now);
            int at = indexOf(slots, size, slot);
            if (at < 0) {
                return false;
            }
            RowSlot[] fewer = new RowSlot[size - 1];
            System.arraycopy(slots, 0, fewer, 0, at);
            System.arraycopy(slots, at + 1, fewer, at, size - at - 1);
            if (CONTENT.compareAndSet(this, now, now instanceof Growing ? new Growing(fewer, size - 1) : fewer)) {
                return true;
            }
        }
    }

    boolean contains(RowSlot slot) {
        Object now = content;
        return now instanceof OrderedTree tree
                ? tree.contains(slot.id, slot)
                : indexOf(slots(now), size(now), slot) >= 0;
    }

    /** Whether no slot is left. For the writer. */
    boolean isEmpty() {
        Object now = content;
        return now instanceof OrderedTree tree ? tree.isEmpty() : size(now) == 0;
    }

    /** The slots in the order of their ids: an array that never changes, or a tree. */
    Object sorted(KeyOrder idOrder) {
        Object now = content;
        if (!(now instanceof Growing growing)) {
            return now;
        }
        RowSlot[] slots = new RowSlot[growing.size];
        System.arraycopy(growing.slots, 0, slots, 0, slots.length);
        Arrays.sort(slots, (a, b) -> idOrder.compare(a.id, b.id));
        CONTENT.compareAndSet(this, now, slots);
        return slots;
    }

    private static @Nullable RowSlot[] slots(Object array) {
        return array instanceof Growing growing ? growing.slots : (@Nullable RowSlot[]) array;
    }

    private static int size(Object array) {
        return array instanceof Growing growing ? growing.size : ((RowSlot[]) array).length;
    }

    private static RowSlot at(@Nullable RowSlot[] slots, int i) {
        RowSlot slot = slots[i];
        if (slot == null) {
            throw new AssertionError("no slot at " + i);
        }
        return slot;
    }

    /** By identity: an id has one slot as long as an index has entries for it. */
    private static int indexOf(@Nullable RowSlot[] slots, int size, RowSlot slot) {
        for (int i = size - 1; i >= 0; i--) {
            if (slots[i] == slot) {
                return i;
            }
        }
        return -1;
    }
}
