package io.taskmover.storage.cache;

/** Is told what a level drives out. */
@FunctionalInterface
public interface EvictionListener<K, V> {

    /**
     * An entry goes for want of room. Whoever finds the key gone from the level does so after this has returned. Not to use
     * that level.
     */
    void evicted(K key, CacheEntry<V> entry);
}
