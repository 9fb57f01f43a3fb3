package io.taskmover.storage.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A cache of a bounded size. What it holds may go at any time; what it gives is what was set last. Thread-safe; keys and
 * values are not null, and are not to be changed.
 *
 * @param <K> keys, with {@code equals} and {@code hashCode}
 */
public interface CacheLevel<K, V> {
    /** A time to live that does not end. */
    Duration FOREVER = Duration.ofSeconds(Long.MAX_VALUE);

    /** The value and how long it has to live; null if there is none, or its time is over. */
    @Nullable
    CacheEntry<V> entry(K key);

    /** The value; null if there is none, or its time is over. */
    default @Nullable V get(K key) {
        CacheEntry<V> entry = entry(key);
        return entry == null ? null : entry.value();
    }

    /** Sets a value that lives as long as this level's do, unless it is driven out before. */
    void set(K key, V value);

    /** Sets a value that lives so long, unless it is driven out before; {@link #FOREVER} for no end. */
    void set(K key, V value, Duration ttl);

    /**
     * Sets a value that a level above has driven out, and that this one may still have: to be overridden where writing what is
     * there already is dear. Does nothing if its time is over.
     */
    default void takeBack(K key, CacheEntry<V> entry) {
        if (!entry.remaining().isZero()) {
            set(key, entry.value(), entry.remaining());
        }
    }

    /** Removes a value. Returns whether there was one whose time was not over. */
    boolean delete(K key);

    /** Removes everything. */
    void clear();

    /**
     * Lets {@code listener} know of what is driven out for want of room, and not of what is removed, replaced or over. Set
     * once, before the level is used.
     */
    void onEviction(EvictionListener<K, V> listener);

    /** Counted since it was made. Counts that change meanwhile need not fit to each other. */
    CacheStatistics statistics();
}
