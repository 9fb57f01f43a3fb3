package io.taskmover.storage.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A hash table of elements that know their keys, for one writer and any number of readers, who take no lock.
 *
 * <p>Open addressing with linear probing. A concurrent map has a node of 32 bytes for each element, and visits them all
 * whenever it grows, which was a tenth of loading a table. Here the hashes lie in an array of their own: only an element
 * of the right hash is looked at, and growing looks at none. The writer stores an element after its hash, and with
 * release; a reader loads them the other way round. What was removed leaves a mark, since a reader may be on its way
 * across it; marks are left out when the table is rebuilt.
 *
 * <p>Keys of one hash, which somebody may choose on purpose, would make probing long: an element that finds no place near
 * its own goes to a map that copes with that.
 */
final class KeyTable<E extends KeyTable.Element> {
    private static final int SMALLEST = 16;
    private static final int LARGEST = 1 << 30;
    /** More than a random table that is two thirds full ever has in a row. */
    private static final int MAX_PROBES = 256;

    private static final VarHandle ELEMENTS = MethodHandles.arrayElementVarHandle(Element[].class);
    private static final Element REMOVED = new Element() {
        @Override
        @Nullable
        Object key() {
            return null;
        }
    };

    /** What is in a table. Its key never changes. A class, since a cast to an interface takes longer. */
    abstract static class Element {
        @Nullable
        abstract Object key();
    }

    /** What readers see; a larger one takes its place. */
    private static final class Places {
        final int[] hashes;
        final @Nullable Element[] elements;
        /** Elements that found no place, by key; null as long as there are none. */
        volatile @Nullable ConcurrentHashMap<Key, Element> crowded;

        Places(int capacity) {
            this.hashes = new int[capacity];
            this.elements = new @Nullable Element[capacity];
        }

        @Nullable
        Element at(int place) {
            return (Element) ELEMENTS.getAcquire(elements, place);
        }

        void set(int place, @Nullable Element element) {
            ELEMENTS.setRelease(elements, place, element);
        }
    }

    /** A key in the map of those that found no place. */
    private record Key(@Nullable Object key, int hash, KeyOrder order) implements Comparable<Key> {
        @Override
        public boolean equals(@Nullable Object other) {
            return other instanceof Key same && order.same(key, same.key);
        }

        @Override
        public int hashCode() {
            return hash;
        }

        @Override
        public int compareTo(Key other) {
            try {
                return order.compare(key, other.key);
            } catch (ClassCastException e) {
                return 0; // a key of another type, which is not there: the map looks for it on both sides
            }
        }
    }

    private final KeyOrder order;
    private volatile Places places = new Places(SMALLEST);

    // the writer's
    private int size;
    /** Places that are not empty: elements, those of the map excepted, and marks. */
    private int used;

    /** @param order that {@link KeyOrder#hashes} its keys */
    KeyTable(KeyOrder order) {
        this.order = order;
    }

    private int hash(@Nullable Object key) {
        // the low bits choose the place: ids that follow one another must not stand in one long row
        int h = order.hash(key) * 0x9E3779B9;
        return h ^ (h >>> 16);
    }

    /** The element of a key; null if there is none. */
    @Nullable
    E get(@Nullable Object key) {
        Places now = places;
        int hash = hash(key);
        int mask = now.hashes.length - 1;
        int place = hash & mask;
        for (int i = 0; i < MAX_PROBES; i++) {
            Element element = now.at(place);
            if (element == null) {
                return null;
            }
            if (now.hashes[place] == hash && element != REMOVED && order.same(element.key(), key)) {
                return own(element);
            }
            place = (place + 1) & mask;
        }
        ConcurrentHashMap<Key, Element> crowded = now.crowded;
        Element element = crowded == null ? null : crowded.get(new Key(key, hash, order));
        return element == null ? null : own(element);
    }

    @SuppressWarnings("unchecked") // only add() puts elements in
    private E own(Element element) {
        return (E) element;
    }

    /** Adds an element unless its key has one: returns that, or null if this was added. For the writer. */
    @Nullable
    E add(E added) {
        reserve(1);
        Places now = places;
        Object key = added.key();
        int hash = hash(key);
        int mask = now.hashes.length - 1;
        int place = hash & mask;
        int free = -1;
        for (int i = 0; i < MAX_PROBES; i++) {
            Element element = now.at(place);
            if (element == null || element == REMOVED) {
                free = free < 0 ? place : free;
            } else if (now.hashes[place] == hash && order.same(element.key(), key)) {
                return own(element);
            }
            if (element == null) {
                set(now, free, hash, added);
                size++;
                return null;
            }
            place = (place + 1) & mask;
        }
        ConcurrentHashMap<Key, Element> crowded = now.crowded;
        Element there = crowded == null ? null : crowded.get(new Key(key, hash, order));
        if (there != null) {
            return own(there);
        }
        if (free < 0) {
            crowd(now, hash, added);
        } else {
            set(now, free, hash, added);
        }
        size++;
        return null;
    }

    /** Makes room for more elements at once. For the writer. */
    void reserve(int more) {
        if ((used + (long) more) * 3 > places.hashes.length * 2L) {
            rebuild(size + (long) more);
        }
    }

    private void set(Places into, int place, int hash, Element element) {
        used += into.at(place) == null ? 1 : 0;
        into.hashes[place] = hash;
        into.set(place, element);
    }

    private void crowd(Places into, int hash, Element element) {
        ConcurrentHashMap<Key, Element> crowded = into.crowded;
        if (crowded == null) {
            crowded = new ConcurrentHashMap<>();
            into.crowded = crowded;
        }
        crowded.put(new Key(element.key(), hash, order), element);
    }

    /** Puts an element into a table where nothing was removed. */
    private void move(Element element, int hash, Places into) {
        int mask = into.hashes.length - 1;
        int place = hash & mask;
        for (int i = 0; i < MAX_PROBES; i++) {
            if (into.at(place) == null) {
                set(into, place, hash, element);
                return;
            }
            place = (place + 1) & mask;
        }
        crowd(into, hash, element);
    }

    /** Moves the elements to places of which a third is taken once there are so many, or a little more. */
    private void rebuild(long expected) {
        Places from = places;
        int capacity = SMALLEST;
        while (capacity < expected * 3 && capacity < LARGEST) {
            capacity *= 2;
        }
        Places into = new Places(capacity);
        used = 0;
        for (int place = 0; place < from.hashes.length; place++) {
            Element element = from.at(place);
            if (element != null && element != REMOVED) {
                move(element, from.hashes[place], into);
            }
        }
        ConcurrentHashMap<Key, Element> crowded = from.crowded;
        if (crowded != null) {
            crowded.forEach((key, element) -> move(element, key.hash(), into));
        }
        places = into;
    }

    /** Removes an element if it is there. For the writer. */
    void remove(E removed) {
        Places now = places;
        int hash = hash(removed.key());
        int mask = now.hashes.length - 1;
        int place = hash & mask;
        for (int i = 0; i < MAX_PROBES; i++) {
            Element element = now.at(place);
            if (element == null) {
                return;
            }
            if (element == removed) {
                now.set(place, REMOVED);
                size--;
                return;
            }
            place = (place + 1) & mask;
        }
        ConcurrentHashMap<Key, Element> crowded = now.crowded;
        if (crowded != null && crowded.remove(new Key(removed.key(), hash, order), removed)) {
            size--;
        }
    }

    /** The number of elements. For the writer. */
    int size() {
        return size;
    }
}
