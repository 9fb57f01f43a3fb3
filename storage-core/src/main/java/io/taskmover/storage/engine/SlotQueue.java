package io.taskmover.storage.engine;

import org.jspecify.annotations.Nullable;

/**
 * Slots first in, first out, in a circular array; one in the middle can be taken out by its place, which leaves a hole.
 * Each slot is told its place whenever that changes. Not thread-safe.
 */
final class SlotQueue {
    private static final int SMALLEST = 64;

    private final int tag;
    private @Nullable RowSlot[] ring = new @Nullable RowSlot[SMALLEST];
    /** Where the first slot, or a hole, is. */
    private int head;
    /** How many elements of the array from the head on are in use, holes included. */
    private int used;

    private int size;

    /** @param tag 0 or 1, to tell the places of two queues apart */
    SlotQueue(int tag) {
        this.tag = tag;
    }

    /** The number of slots. */
    int size() {
        return size;
    }

    /** Whether a slot's place is in this queue. */
    boolean has(int place) {
        return place >= 0 && (place & 1) == tag;
    }

    void add(RowSlot slot) {
        if (used == ring.length) {
            // only holes gone if that gives room for as many more, so that this is rare
            rebuild(size > ring.length / 2 ? ring.length * 2 : ring.length);
        }
        put((head + used) & (ring.length - 1), slot);
        used++;
        size++;
    }

    /** Takes the first slot; null if there is none. Its place is for the caller to change. */
    @Nullable
    RowSlot poll() {
        while (used > 0) {
            RowSlot slot = ring[head];
            ring[head] = null;
            head = (head + 1) & (ring.length - 1);
            used--;
            if (slot != null) {
                size--;
                return slot;
            }
        }
        return null;
    }

    /** Takes a slot out that is here. Its place is for the caller to change. */
    void remove(RowSlot slot) {
        ring[slot.place >> 1] = null;
        size--;
    }

    private void rebuild(int capacity) {
        @Nullable RowSlot[] old = ring;
        int oldHead = head;
        ring = new @Nullable RowSlot[capacity];
        head = 0;
        int at = 0;
        for (int i = 0; i < used; i++) {
            RowSlot slot = old[(oldHead + i) & (old.length - 1)];
            if (slot != null) {
                put(at++, slot);
            }
        }
        used = at;
    }

    private void put(int at, RowSlot slot) {
        ring[at] = slot;
        slot.place = at << 1 | tag;
    }
}
