package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class AdaptiveCacheTest extends CacheLevelContract {
    @Override
    CacheLevel<String, String> ofWeight(long bound, Duration ttl, LongSupplier ticker) {
        return new AdaptiveCache<>(bound, (key, value) -> value.length(), ttl, ticker);
    }

    /** Where an LRU cache would hold none of them any more. */
    @Test
    void whatIsUsedOftenStaysWhenMuchIsUsedOnce() {
        AdaptiveCache<String, String> cache = new AdaptiveCache<>(100, CacheLevel.FOREVER);
        for (int round = 0; round < 20; round++) {
            for (int i = 0; i < 50; i++) {
                if (cache.get("often" + i) == null) {
                    cache.set("often" + i, "x");
                }
            }
        }
        for (int i = 0; i < 1_000; i++) {
            cache.set("once" + i, "x");
        }
        assertThat(cache.statistics().entries()).isLessThanOrEqualTo(100);
        int stayed = 0;
        for (int i = 0; i < 50; i++) {
            stayed += cache.get("often" + i) == null ? 0 : 1;
        }
        assertThat(stayed).isGreaterThan(25);
    }
}
