package io.taskmover.storage.cache;

import io.taskmover.storage.engine.Interleavings;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Two levels are one map while values go up and down between them and are loaded. Whether something was there that is
 * deleted is not asked: a load that is overtaken by that is given to who asked before, and was never there.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:4")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class MultiLevelCacheLincheckTest {
    private final MultiLevelCache<Integer, Integer> cache = new MultiLevelCache<>(
            new LruCache<>(2, CacheLevel.FOREVER),
            new LruCache<>(1_000, Duration.ofDays(1)),
            MultiLevelCache.Settings.DEFAULT,
            new SplittableRandom(1));

    private static int loaded(int key) {
        return 100 + key;
    }

    @Operation
    public @Nullable Integer get(@Param(name = "key") int key) {
        return cache.get(key);
    }

    @Operation
    public @Nullable Integer load(@Param(name = "key") int key) {
        return cache.get(key, MultiLevelCacheLincheckTest::loaded);
    }

    @Operation
    public void set(@Param(name = "key") int key, @Param(name = "value") int value) {
        cache.set(key, value);
    }

    @Operation
    public void delete(@Param(name = "key") int key) {
        cache.delete(key);
    }

    /** What it is to be like. */
    public static final class Model {
        private final Map<Integer, Integer> map = new HashMap<>();

        public @Nullable Integer get(int key) {
            return map.get(key);
        }

        public @Nullable Integer load(int key) {
            return map.computeIfAbsent(key, MultiLevelCacheLincheckTest::loaded);
        }

        public void set(int key, int value) {
            map.put(key, value);
        }

        public void delete(int key) {
            map.remove(key);
        }
    }

    @Test
    void areOneMap() {
        Interleavings.random().sequentialSpecification(Model.class).check(MultiLevelCacheLincheckTest.class);
    }
}
