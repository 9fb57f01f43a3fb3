package io.taskmover.storage.file;

import java.util.Arrays;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the lines of one segment, in arrays, for there are many. Grows while it is made; not changed after
 * that, but for the units, which only the writing thread uses.
 */
final class Lines {
    /** The {@link #start} of a row whose line is gone. */
    static final int LOST = -1;

    private @Nullable Object[] keys;
    private int[] starts;
    private int[] lengths;
    private int[] crcs;
    private long[] units;
    private int size;

    Lines(int capacity) {
        keys = new @Nullable Object[capacity];
        starts = new int[capacity];
        lengths = new int[capacity];
        crcs = new int[capacity];
        units = new long[capacity];
    }

    /**
     * Adds a line at the end.
     *
     * @param key null if none can be read in it
     * @param length in bytes, without the line's end
     * @param crc the CRC32C of those bytes
     * @param unit of a row: the offset of its unit in the manifest, 0 if it has none. Of another line: its number
     */
    void add(@Nullable Object key, int start, int length, int crc, long unit) {
        if (size == keys.length) {
            resize(Math.max(16, size * 2));
        }
        keys[size] = key;
        starts[size] = start;
        lengths[size] = length;
        crcs[size] = crc;
        units[size] = unit;
        size++;
    }

    /** Adds a line of another. */
    void add(Lines from, int i) {
        add(from.keys[i], from.starts[i], from.lengths[i], from.crcs[i], from.units[i]);
    }

    private void resize(int capacity) {
        keys = Arrays.copyOf(keys, capacity);
        starts = Arrays.copyOf(starts, capacity);
        lengths = Arrays.copyOf(lengths, capacity);
        crcs = Arrays.copyOf(crcs, capacity);
        units = Arrays.copyOf(units, capacity);
    }

    /** Lets go of what it has too much of. */
    Lines trimmed() {
        if (size < keys.length) {
            resize(size);
        }
        return this;
    }

    int size() {
        return size;
    }

    @Nullable
    Object keyOrNull(int i) {
        return keys[i];
    }

    Object key(int i) {
        return Objects.requireNonNull(keys[i]);
    }

    int start(int i) {
        return starts[i];
    }

    int length(int i) {
        return lengths[i];
    }

    int crc(int i) {
        return crcs[i];
    }

    long unit(int i) {
        return units[i];
    }

    void setUnit(int i, long unit) {
        units[i] = unit;
    }

    boolean isLost(int i) {
        return starts[i] == LOST;
    }

    /** Whether a line has these bytes' length and checksum. */
    boolean matches(int i, int length, int crc) {
        return lengths[i] == length && crcs[i] == crc;
    }

    /** The position of a key among lines in key order; negative if it is not there. */
    int find(Object key, Comparator<Object> order) {
        return Arrays.binarySearch(keys, 0, size, key, order);
    }

    /** The same lines in key order. */
    Lines sorted(Comparator<Object> order) {
        boolean sorted = true;
        for (int i = 1; i < size && sorted; i++) {
            sorted = order.compare(key(i - 1), key(i)) < 0;
        }
        if (sorted) {
            return this;
        }
        Integer[] positions = new Integer[size];
        Arrays.setAll(positions, i -> i);
        Arrays.sort(positions, (a, b) -> order.compare(key(a), key(b)));
        Lines result = new Lines(size);
        for (int i : positions) {
            result.add(this, i);
        }
        return result;
    }
}
