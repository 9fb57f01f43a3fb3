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

/** A {@link FileCache} that has room for all is a map, whatever threads do at the same time. */
@Param(name = "key", gen = IntGen.class, conf = "0:4")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class FileCacheLincheckTest {
    private final FileCache<Long, Long> cache = InMemoryDisk.cache();

    @Operation
    public @Nullable Long get(@Param(name = "key") int key) {
        return cache.get((long) key);
    }

    @Operation
    public void set(@Param(name = "key") int key, @Param(name = "value") int value) {
        cache.set((long) key, (long) value);
    }

    @Operation
    public boolean delete(@Param(name = "key") int key) {
        return cache.delete((long) key);
    }

    @Operation
    public void clear() {
        cache.clear();
    }

    /** What it is to be like. */
    public static final class Model {
        private final Map<Integer, Long> map = new HashMap<>();

        public @Nullable Long get(int key) {
            return map.get(key);
        }

        public void set(int key, int value) {
            map.put(key, (long) value);
        }

        public boolean delete(int key) {
            return map.remove(key) != null;
        }

        public void clear() {
            map.clear();
        }
    }

    @Test
    void isAMap() {
        Interleavings.random().sequentialSpecification(Model.class).check(FileCacheLincheckTest.class);
    }
}
