package io.taskmover.storage.engine;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A map in the order in which its keys came, which takes next to nothing while it has one entry: most transactions write to
 * one table, and there one row, and a map of the library would take as long as all else that they do. Not thread-safe.
 */
final class SmallMap<K, V> {
    private final int expected;
    private @Nullable K key;
    private @Nullable V value;
    /** All entries, once there were two; empty before. */
    private Map<K, V> many = Map.of();

    SmallMap() {
        this(2);
    }

    /** @param expected how many entries there will be, as far as it is known */
    SmallMap(int expected) {
        this.expected = expected;
    }

    boolean isEmpty() {
        return key == null && many.isEmpty();
    }

    int size() {
        return key == null ? many.size() : 1;
    }

    @Nullable
    V get(K wanted) {
        if (key != null) {
            return key.equals(wanted) ? value : null;
        }
        return many.isEmpty() ? null : many.get(wanted);
    }

    /** Returns what was there before; null for nothing. */
    @Nullable
    V put(K changed, V to) {
        V former = get(changed);
        if (many.isEmpty() && (key == null || former != null)) {
            key = changed;
            value = to;
            return former;
        }
        if (key != null && value != null) {
            many = new LinkedHashMap<>(expected + expected / 2 + 1);
            many.put(key, value);
            key = null;
            value = null;
        }
        many.put(changed, to);
        return former;
    }

    /** Returns what was there; null for nothing. */
    @Nullable
    V remove(K gone) {
        if (key == null) {
            return many.isEmpty() ? null : many.remove(gone);
        }
        V former = get(gone);
        if (former != null) {
            key = null;
            value = null;
        }
        return former;
    }

    Collection<V> values() {
        return value == null ? many.values() : List.of(value);
    }

    Collection<K> keys() {
        return key == null ? many.keySet() : List.of(key);
    }
}
