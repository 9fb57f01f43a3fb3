package io.taskmover.storage.benchmarks;

import io.taskmover.storage.cache.CacheSerializer;
import io.taskmover.storage.cache.FileCache;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import org.ehcache.Cache;
import org.ehcache.PersistentCacheManager;
import org.ehcache.config.builders.CacheConfigurationBuilder;
import org.ehcache.config.builders.CacheManagerBuilder;
import org.ehcache.config.builders.ResourcePoolsBuilder;
import org.ehcache.config.units.EntryUnit;
import org.ehcache.config.units.MemoryUnit;

/**
 * A cache on disk beside Ehcache's disk tier: the same keys, values and bound in bytes, and room for all. Neither waits for
 * the disk. Ehcache's cannot be without a tier in memory in front; that one holds a single entry.
 */
final class DiskCaches {
    static final String FILE_CACHE = "FileCache";
    static final String EHCACHE = "Ehcache, disk tier";
    static final int THREADS = 8;

    private static final int MEGABYTES = 256;
    private static final int VALUES = 1_024;
    /** How many keys are used between two looks at the clock. */
    private static final int AT_ONCE = 100;

    private final int rows;
    private final long slice;
    private final Results results;
    private final String[] keys;
    /** Jobs as text, each of them different. */
    private final byte[][] values = new byte[VALUES][];

    private interface Store {
        byte[] get(String key);

        void put(String key, byte[] value);
    }

    /** @param sliceMillis how long each is warmed up and measured */
    DiskCaches(int rows, long sliceMillis, Results results) {
        this.rows = rows;
        this.slice = sliceMillis * 1_000_000;
        this.results = results;
        this.keys = new SplittableRandom(1)
                .ints(1 << 16, 0, rows)
                .mapToObj(Job::idOf)
                .toArray(String[]::new);
        for (int i = 0; i < VALUES; i++) {
            values[i] = Job.make(i, rows).toString().getBytes(StandardCharsets.UTF_8);
        }
    }

    void run() throws Exception {
        Path directory = Disk.newDirectory();
        Disk.deleteAtEnd(directory);
        try (FileCache<String, byte[]> ours = new FileCache<>(
                        directory.resolve("filecache"),
                        (long) MEGABYTES << 20,
                        CacheSerializer.ofStrings(),
                        CacheSerializer.ofBytes());
                PersistentCacheManager manager = ehcache(directory.resolve("ehcache"))) {
            Cache<String, byte[]> theirs = manager.getCache("jobs", String.class, byte[].class);
            Store fileCache = new Store() {
                @Override
                public byte[] get(String key) {
                    return ours.get(key);
                }

                @Override
                public void put(String key, byte[] value) {
                    ours.set(key, value);
                }
            };
            Store ehcache = new Store() {
                @Override
                public byte[] get(String key) {
                    return theirs.get(key);
                }

                @Override
                public void put(String key, byte[] value) {
                    theirs.put(key, value);
                }
            };
            for (int threads : new int[] {1, THREADS}) {
                measure(FILE_CACHE, fileCache, threads);
                measure(EHCACHE, ehcache, threads);
            }
        }
    }

    private static PersistentCacheManager ehcache(Path directory) {
        return CacheManagerBuilder.newCacheManagerBuilder()
                .with(CacheManagerBuilder.persistence(directory.toFile()))
                .withCache(
                        "jobs",
                        CacheConfigurationBuilder.newCacheConfigurationBuilder(
                                String.class,
                                byte[].class,
                                ResourcePoolsBuilder.newResourcePoolsBuilder()
                                        .heap(1, EntryUnit.ENTRIES)
                                        .disk(MEGABYTES, MemoryUnit.MB, true)))
                .build(true);
    }

    private void measure(String who, Store store, int threads) throws Exception {
        for (int row = 0; row < rows; row++) {
            store.put(Job.idOf(row), values[row % VALUES]);
        }
        long checksum = 0;
        for (int row = 0; row < rows; row++) {
            checksum = 31 * checksum + Arrays.hashCode(store.get(Job.idOf(row)));
        }
        timed(store, threads, false);
        double gets = timed(store, threads, false);
        timed(store, threads, true);
        double puts = timed(store, threads, true);
        results.add(Measure.diskGet(threads), rows, who, gets, checksum, 0);
        results.add(Measure.diskPut(threads), rows, who, puts);
    }

    /** Gets or puts one key after the other; returns how many in a second. */
    private double timed(Store store, int threads, boolean puts) throws Exception {
        LongAdder count = new LongAdder();
        LongAdder bytes = new LongAdder();
        long start = System.nanoTime();
        long end = start + slice;
        OnThreads.all(threads, () -> {
            int next = (int) Thread.currentThread().getId() * AT_ONCE;
            long mine = 0;
            do {
                for (int i = 0; i < AT_ONCE; i++) {
                    String key = keys[next & keys.length - 1];
                    if (puts) {
                        store.put(key, values[next * 7 & VALUES - 1]);
                    } else {
                        mine += store.get(key).length;
                    }
                    next++;
                }
                count.add(AT_ONCE);
            } while (System.nanoTime() - end < 0);
            bytes.add(mine);
            return null;
        });
        if (bytes.sum() < 0) {
            throw new AssertionError("the sum keeps what is read from being left out");
        }
        return count.sum() / ((System.nanoTime() - start) / 1e9);
    }
}
