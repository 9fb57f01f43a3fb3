package io.taskmover.storage.cache;

import java.time.Duration;

/**
 * What a cache counted.
 *
 * @param hits how often a value was there when it was asked for
 * @param misses how often none was
 * @param evictions how many values were driven out for want of room
 * @param loads how often a value was loaded, or was tried to be
 * @param loadTime how long that took in all
 * @param entries how many values there are, those included whose time is over and that nobody has asked for since
 * @param bytes what they weigh; 0 where only entries are counted
 */
public record CacheStatistics(
        long hits, long misses, long evictions, long loads, Duration loadTime, long entries, long bytes) {

    static final CacheStatistics NONE = new CacheStatistics(0, 0, 0, 0, Duration.ZERO, 0, 0);

    /** What was counted of a cache that is empty by now. */
    CacheStatistics withoutContent() {
        return new CacheStatistics(hits, misses, evictions, loads, loadTime, 0, 0);
    }

    /** The sum of both; times too. */
    CacheStatistics plus(CacheStatistics other) {
        return new CacheStatistics(
                hits + other.hits,
                misses + other.misses,
                evictions + other.evictions,
                loads + other.loads,
                loadTime.plus(other.loadTime),
                entries + other.entries,
                bytes + other.bytes);
    }

    /** The share of hits; 0 if nothing was asked for. */
    public double hitRate() {
        return hits == 0 ? 0 : (double) hits / (hits + misses);
    }
}
