package io.taskmover.storage.config;

import java.time.Duration;

/**
 * What a store keeps in memory of what it has read. Each table has a cache of its own.
 *
 * @param rows how many rows of a table are kept, by their keys; at least 1
 * @param ttl how long they are, at most
 * @param resultRows how many rows the results of queries of a table may have that are kept, in all; 0 to keep no results
 * @param resultTtl how long results are kept, at most
 */
public record CacheSettings(long rows, Duration ttl, long resultRows, Duration resultTtl) {
    /** 10,000 rows and results of 50,000, for ten minutes: what other programs write is seen after that. */
    public static final CacheSettings DEFAULT =
            new CacheSettings(10_000, Duration.ofMinutes(10), 50_000, Duration.ofMinutes(10));

    public CacheSettings {
        if (rows < 1 || resultRows < 0) {
            throw new IllegalArgumentException(
                    "A cache keeps at least 1 row and 0 rows of results, not " + rows + " and " + resultRows);
        }
        if (ttl.isNegative() || ttl.isZero() || resultTtl.isNegative() || resultTtl.isZero()) {
            throw new IllegalArgumentException("Times to live are more than nothing, not " + ttl + " and " + resultTtl);
        }
    }

    public CacheSettings withRows(long most) {
        return new CacheSettings(most, ttl, resultRows, resultTtl);
    }

    public CacheSettings withTtl(Duration longest) {
        return new CacheSettings(rows, longest, resultRows, resultTtl);
    }

    public CacheSettings withResultRows(long most) {
        return new CacheSettings(rows, ttl, most, resultTtl);
    }

    public CacheSettings withResultTtl(Duration longest) {
        return new CacheSettings(rows, ttl, resultRows, longest);
    }
}
