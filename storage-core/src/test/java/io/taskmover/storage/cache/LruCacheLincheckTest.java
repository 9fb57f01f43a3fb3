package io.taskmover.storage.cache;

import io.taskmover.storage.engine.Interleavings;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An {@link LruCache} is a map in the order of access, of which the eldest goes, whatever threads do at the same time. */
@Param(name = "key", gen = IntGen.class, conf = "0:4")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class LruCacheLincheckTest {
    private static final int BOUND = 3;

    private final LruCache<Integer, Integer> cache = new LruCache<>(BOUND, CacheLevel.FOREVER);

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

    @Operation
    public void clear() {
        cache.clear();
    }

    /** What it is to be like. */
    public static final class Model {
        private final Map<Integer, Integer> map = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
                return size() > BOUND;
            }
        };

        public @Nullable Integer get(int key) {
            return map.get(key);
        }

        public void set(int key, int value) {
            map.put(key, value);
        }

        public boolean delete(int key) {
            return map.remove(key) != null;
        }

        public void clear() {
            map.clear();
        }
    }

    @Test
    void isAMapInTheOrderOfAccess() {
        Interleavings.random().sequentialSpecification(Model.class).check(LruCacheLincheckTest.class);
    }
}
