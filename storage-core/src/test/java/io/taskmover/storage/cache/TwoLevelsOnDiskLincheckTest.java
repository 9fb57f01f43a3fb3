package io.taskmover.storage.cache;

import io.taskmover.storage.engine.Interleavings;
import java.util.SplittableRandom;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The same as {@link MultiLevelCacheLincheckTest}, with a second level on disk. */
@Param(name = "key", gen = IntGen.class, conf = "0:4")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class TwoLevelsOnDiskLincheckTest {
    private final MultiLevelCache<Long, Long> cache = new MultiLevelCache<>(
            new LruCache<>(2, CacheLevel.FOREVER),
            InMemoryDisk.cache(),
            MultiLevelCache.Settings.DEFAULT,
            new SplittableRandom(1));

    private static @Nullable Integer whole(@Nullable Long value) {
        return value == null ? null : value.intValue();
    }

    @Operation
    public @Nullable Integer get(@Param(name = "key") int key) {
        return whole(cache.get((long) key));
    }

    @Operation
    public @Nullable Integer load(@Param(name = "key") int key) {
        return whole(cache.get((long) key, asked -> 100 + asked));
    }

    @Operation
    public void set(@Param(name = "key") int key, @Param(name = "value") int value) {
        cache.set((long) key, (long) value);
    }

    @Operation
    public void delete(@Param(name = "key") int key) {
        cache.delete((long) key);
    }

    @Test
    void areOneMap() {
        Interleavings.random()
                .sequentialSpecification(MultiLevelCacheLincheckTest.Model.class)
                .check(TwoLevelsOnDiskLincheckTest.class);
    }
}
