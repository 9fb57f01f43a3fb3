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

    /** An LRU cache of this size would never hit: between two uses of a key there are more others than it holds. */
    @Test
    void whatIsUsedOftenStaysWhenMuchIsUsedOnce() {
        AdaptiveCache<String, String> cache = new AdaptiveCache<>(100, CacheLevel.FOREVER);
        int hits = 0;
        for (int round = 0; round < 50; round++) {
            for (int i = 0; i < 50; i++) {
                if (cache.get("often" + i) == null) {
                    cache.set("often" + i, "x");
                } else {
                    hits++;
                }
            }
            for (int i = 0; i < 200; i++) {
                cache.set("once" + round + " " + i, "x");
            }
            // uses are noted a little later, and not all of them where there are many: this waits for that
            assertThat(cache.statistics().entries()).isLessThanOrEqualTo(100);
        }
        assertThat(hits).isGreaterThan(1_000);
    }
}
