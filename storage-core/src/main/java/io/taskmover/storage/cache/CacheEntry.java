package io.taskmover.storage.cache;

import java.time.Duration;

/**
 * A value in a cache.
 *
 * @param remaining how long it has to live; {@link CacheLevel#FOREVER} if that has no end
 */
public record CacheEntry<V>(V value, Duration remaining) {}
