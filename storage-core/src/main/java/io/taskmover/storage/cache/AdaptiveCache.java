package io.taskmover.storage.cache;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.RemovalCause;
import java.time.Duration;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache in memory that keeps what is used often, and lets what is used once pass: W-TinyLFU, as Caffeine has it. Under
 * most loads it has more hits than an {@link LruCache} of the same size, and threads are not in each other's way. What it
 * drives out, and when, is its own matter; it does so on a thread of the common pool, and holds a little more until then.
 *
 * @see <a href="https://arxiv.org/abs/1512.00727">Einziger, Friedman and Manes: TinyLFU, A Highly Efficient Cache Admission
 *     Policy</a>
 */
public final class AdaptiveCache<K, V> implements CacheLevel<K, V> {
    private final Cache<K, Timed<V>> entries;
    private final ToLongBiFunction<? super K, ? super V> weigher;
    private final boolean weighs;
    private final Duration defaultTtl;
    private final LongSupplier ticker;
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final LongAdder evictions = new LongAdder();
    private volatile @Nullable EvictionListener<K, V> listener;

    /** A value and when its time is over. */
    private static final class Timed<V> {
        private final V value;
        private final int weight;
        private final boolean ends;
        /** By the ticker; means nothing unless it {@link #ends}. */
        private final long end;

        Timed(V value, int weight, boolean ends, long end) {
            this.value = value;
            this.weight = weight;
            this.ends = ends;
            this.end = end;
        }

        boolean isOver(LongSupplier ticker) {
            return ends && ticker.getAsLong() - end >= 0;
        }

        CacheEntry<V> entry(LongSupplier ticker) {
            return new CacheEntry<>(value, ends ? Duration.ofNanos(Math.max(0, end - ticker.getAsLong())) : FOREVER);
        }
    }

    /**
     * A cache of at most so many entries.
     *
     * @param defaultTtl how long values live that are set without saying so
     */
    public AdaptiveCache(long maxEntries, Duration defaultTtl) {
        this(maxEntries, (key, value) -> 1, false, defaultTtl, System::nanoTime);
    }

    /**
     * A cache of entries that together weigh at most so much. What weighs more alone is not kept.
     *
     * @param weigher what an entry weighs, at least 0 and at most {@link Integer#MAX_VALUE}
     * @param defaultTtl how long values live that are set without saying so
     * @param ticker nanoseconds from any moment on, as of {@link System#nanoTime}
     */
    public AdaptiveCache(
            long maxWeight, ToLongBiFunction<? super K, ? super V> weigher, Duration defaultTtl, LongSupplier ticker) {
        this(maxWeight, weigher, true, defaultTtl, ticker);
    }

    private AdaptiveCache(
            long bound,
            ToLongBiFunction<? super K, ? super V> weigher,
            boolean weighs,
            Duration defaultTtl,
            LongSupplier ticker) {
        if (bound < 1) {
            throw new IllegalArgumentException("A cache holds at least 1, not " + bound);
        }
        this.weigher = weigher;
        this.weighs = weighs;
        this.defaultTtl = TimeToLive.requirePositive(defaultTtl);
        this.ticker = ticker;
        this.entries = Caffeine.newBuilder()
                .maximumWeight(bound)
                .weigher((K key, Timed<V> timed) -> timed.weight)
                .evictionListener(
                        (@Nullable K key, @Nullable Timed<V> timed, RemovalCause cause) -> evicted(key, timed))
                .build();
    }

    private void evicted(@Nullable K key, @Nullable Timed<V> timed) {
        evictions.increment();
        EvictionListener<K, V> told = listener;
        if (told != null && key != null && timed != null && !timed.isOver(ticker)) {
            told.evicted(key, timed.entry(ticker));
        }
    }

    @Override
    public @Nullable CacheEntry<V> entry(K key) {
        Timed<V> timed = use(key);
        return timed == null ? null : timed.entry(ticker);
    }

    @Override
    public @Nullable V get(K key) {
        Timed<V> timed = use(key);
        return timed == null ? null : timed.value;
    }

    /** The value, without that counting as a use. */
    @Nullable
    V peek(K key) {
        Timed<V> timed = entries.policy().getIfPresentQuietly(key);
        return timed == null || timed.isOver(ticker) ? null : timed.value;
    }

    private @Nullable Timed<V> use(K key) {
        Timed<V> timed = entries.getIfPresent(key);
        if (timed != null && timed.isOver(ticker)) {
            entries.asMap().remove(key, timed);
            timed = null;
        }
        (timed == null ? misses : hits).increment();
        return timed;
    }

    @Override
    public void set(K key, V value) {
        set(key, value, defaultTtl);
    }

    @Override
    public void set(K key, V value, Duration ttl) {
        long weight = weigher.applyAsLong(key, value);
        if (weight < 0 || weight > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("The entry of key '" + key + "' weighs " + weight + "; from 0 to "
                    + Integer.MAX_VALUE + " is allowed");
        }
        boolean ends = !TimeToLive.isEndless(TimeToLive.requirePositive(ttl));
        entries.put(key, new Timed<>(value, (int) weight, ends, ends ? ticker.getAsLong() + ttl.toNanos() : 0));
    }

    @Override
    public boolean delete(K key) {
        Timed<V> removed = entries.asMap().remove(key);
        return removed != null && !removed.isOver(ticker);
    }

    @Override
    public void clear() {
        entries.asMap().clear();
    }

    @Override
    public void onEviction(EvictionListener<K, V> told) {
        if (listener != null) {
            throw new IllegalStateException("Somebody is told already what this cache drives out");
        }
        listener = told;
    }

    @Override
    public CacheStatistics statistics() {
        entries.cleanUp();
        long weight = entries.policy().eviction().orElseThrow().weightedSize().orElse(0);
        return new CacheStatistics(
                hits.sum(),
                misses.sum(),
                evictions.sum(),
                0,
                Duration.ZERO,
                entries.estimatedSize(),
                weighs ? weight : 0);
    }
}
