package io.taskmover.storage.cache;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Two levels as one cache: a small quick one in front of a larger slow one.
 *
 * <p>What is set or loaded goes into both. What is found in the second level only, and often enough, goes up into the first;
 * what the first drives out goes down into the second, which may have dropped it. Of those who miss the same key at the same
 * time one loads it, for all of them. A load that is overtaken by a change of its key is given to those who asked before
 * that, and is not kept.
 *
 * <pre>{@code
 * try (FileCache<String, Page> second = new FileCache<>(
 *         directory, 64 << 20, CacheSerializer.ofStrings(), CacheSerializer.ofEntities(entity))) {
 *     MultiLevelCache<String, Page> pages = new MultiLevelCache<>(
 *             new LruCache<>(1_000, Duration.ofMinutes(5)), second, MultiLevelCache.Settings.DEFAULT, new SplittableRandom());
 *     Page page = pages.get(url, this::fetch);
 * }
 * }</pre>
 */
public final class MultiLevelCache<K, V> implements CacheLevel<K, V> {
    private static final int STRIPES = 64;
    /** Of how many keys it is known how often they were found in the second level. */
    private static final int COUNTED_KEYS = 4_096;

    private final CacheLevel<K, V> first;
    private final CacheLevel<K, V> second;
    private final Settings settings;
    private final RandomGenerator random;

    private final Loads<K, V> loads = new Loads<>(STRIPES);
    private final LruCache<K, AtomicInteger> uses = new LruCache<>(COUNTED_KEYS, FOREVER);

    private final LongAdder misses = new LongAdder();

    /**
     * How two levels work together.
     *
     * @param ttl how long values live that are set or loaded without saying so
     * @param promoteAfter how often a value is found in the second level before it goes up into the first, at least 1
     * @param jitter the share of their time that values may live less, at random, so that what was set together does not
     *     go together; from 0 to less than 1
     */
    public record Settings(Duration ttl, int promoteAfter, double jitter) {
        /** No end but for want of room, and up at the second use. */
        public static final Settings DEFAULT = new Settings(FOREVER, 2, 0);

        public Settings {
            if (promoteAfter < 1 || !(jitter >= 0 && jitter < 1)) {
                throw new IllegalArgumentException("promoteAfter is at least 1 and jitter from 0 to less than 1, not "
                        + promoteAfter + " and " + jitter);
            }
        }
    }

    /** Takes over both levels: nobody else is to change them. */
    public MultiLevelCache(CacheLevel<K, V> first, CacheLevel<K, V> second, Settings settings, RandomGenerator random) {
        this.first = first;
        this.second = second;
        this.settings = settings;
        this.random = random;
        // who changes a key does so in the first level first, which waits for this: what comes down late is overwritten
        first.onEviction(second::takeBack);
    }

    @Override
    public @Nullable CacheEntry<V> entry(K key) {
        CacheEntry<V> found = find(key);
        if (found == null) {
            misses.increment();
        }
        return found;
    }

    private @Nullable CacheEntry<V> find(K key) {
        CacheEntry<V> found = first.entry(key);
        if (found != null) {
            return found;
        }
        if (!isUsedOften(key)) {
            return second.entry(key);
        }
        return loads.locked(key, () -> {
            CacheEntry<V> below = second.entry(key);
            if (below != null && !below.remaining().isZero()) {
                first.set(key, below.value(), below.remaining());
            }
            return below;
        });
    }

    private boolean isUsedOften(K key) {
        AtomicInteger count = uses.get(key);
        if (count == null) {
            count = new AtomicInteger();
            uses.set(key, count);
        }
        return count.incrementAndGet() >= settings.promoteAfter();
    }

    /**
     * The value; if there is none it is loaded, once for all who ask meanwhile, and kept for as long as the settings say.
     *
     * @param loader gives null for no value, which is not kept
     * @throws RuntimeException if loading failed, also for those who waited for it
     * @throws IllegalStateException if the loader asks for the key that it loads
     */
    public @Nullable V get(K key, Function<? super K, ? extends @Nullable V> loader) {
        CacheEntry<V> found = find(key);
        if (found != null) {
            return found.value();
        }
        misses.increment();
        return loads.get(
                key,
                () -> {
                    CacheEntry<V> meanwhile = find(key);
                    return meanwhile == null ? null : meanwhile.value();
                },
                () -> loader.apply(key),
                value -> put(key, value, settings.ttl()));
    }

    @Override
    public void set(K key, V value) {
        set(key, value, settings.ttl());
    }

    @Override
    public void set(K key, V value, Duration ttl) {
        loads.change(key, () -> {
            put(key, value, ttl);
            return value;
        });
    }

    /** Into the first level first: see the constructor. */
    private void put(K key, V value, Duration ttl) {
        Duration jittered = jittered(ttl);
        first.set(key, value, jittered);
        second.set(key, value, jittered);
    }

    private Duration jittered(Duration ttl) {
        if (settings.jitter() == 0 || ttl.equals(FOREVER)) {
            return ttl;
        }
        // a year more or less of a thousand is nothing that a program lives to see
        long nanos = ttl.toSeconds() >= Long.MAX_VALUE / 1_000_000_000 ? Long.MAX_VALUE : ttl.toNanos();
        return Duration.ofNanos(Math.max(1, nanos - (long) (nanos * settings.jitter() * random.nextDouble())));
    }

    @Override
    public boolean delete(K key) {
        return loads.change(key, () -> {
            boolean above = first.delete(key);
            return second.delete(key) || above;
        });
    }

    @Override
    public void clear() {
        loads.changeAll(() -> {
            first.clear();
            second.clear();
        });
    }

    /** Of what the second level drives out: only that is gone. */
    @Override
    public void onEviction(EvictionListener<K, V> listener) {
        second.onEviction(listener);
    }

    /** Of both levels together: an entry that is in both counts once, in the second. */
    @Override
    public CacheStatistics statistics() {
        CacheStatistics above = first.statistics();
        CacheStatistics below = second.statistics();
        return new CacheStatistics(
                above.hits() + below.hits(),
                misses.sum(),
                below.evictions(),
                loads.count(),
                loads.time(),
                below.entries(),
                below.bytes());
    }

    /** Of the first level alone. */
    public CacheStatistics firstStatistics() {
        return first.statistics();
    }

    /** Of the second level alone. */
    public CacheStatistics secondStatistics() {
        return second.statistics();
    }
}
