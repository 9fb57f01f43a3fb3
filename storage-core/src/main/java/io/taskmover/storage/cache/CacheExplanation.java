package io.taskmover.storage.cache;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What the cache has of a query, and why.
 *
 * @param hit whether the query would be answered from the cache
 * @param reason why, in a sentence
 * @param age how long the result has been there; null if there is none
 */
public record CacheExplanation(
        boolean hit, String reason, @Nullable Duration age) {}
