package io.taskmover.storage.cache;

import io.taskmover.storage.engine.Interleavings;
import java.util.HashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An {@link AdaptiveCache} that has room for all is a map; what goes for want of room is its own matter. */
@Param(name = "key", gen = IntGen.class, conf = "0:4")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class AdaptiveCacheLincheckTest {
    private final AdaptiveCache<Integer, Integer> cache = new AdaptiveCache<>(1_000, CacheLevel.FOREVER);

    @Operation
    public @Nullable Integer get(@Param(name = "key") int key) {
        return cache.get(key);
    }

    @Operation
    public void set(@Param(name = "key") int key, @Param(name = "value") int value) {
        cache.set(key, value);
    }

    @Operation
    public boolean delete(@Param(name = "key") int key) {
        return cache.delete(key);
    }

    /** What it is to be like. */
    public static final class Model {
        private final Map<Integer, Integer> map = new HashMap<>();

        public @Nullable Integer get(int key) {
            return map.get(key);
        }

        public void set(int key, int value) {
            map.put(key, value);
        }

        public boolean delete(int key) {
            return map.remove(key) != null;
        }
    }

    @Test
    void isAMap() {
        Interleavings.random().sequentialSpecification(Model.class).check(AdaptiveCacheLincheckTest.class);
    }
}
