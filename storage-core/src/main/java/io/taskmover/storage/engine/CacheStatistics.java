package io.taskmover.storage.engine;

/**
 * How an engine with a memory budget fares. Rows that cannot be read back yet, or that were replaced and are still seen
 * by a snapshot, are in memory too and not counted here.
 *
 * @param rows the rows that are in memory and could be let go
 * @param bytes what they take of the heap, by estimate; never above {@code budget}
 * @param budget the most bytes that they may take
 * @param misses how often a row had to be read since the engine was opened
 * @param evictions how often a row was let go to make room
 */
public record CacheStatistics(long rows, long bytes, long budget, long misses, long evictions) {}
