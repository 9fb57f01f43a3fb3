package io.taskmover.storage.cache;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.ToLongBiFunction;
import org.jspecify.annotations.Nullable;

/**
 * A cache in memory that drives out what was used longest ago, exactly: each value that is set or found is the latest one
 * from then on. Bounded by the number of its entries, or by what they weigh.
 *
 * <p>Values are found without a lock; only to note that one is the latest, if it is not that already, takes one, briefly.
 */
public final class LruCache<K, V> implements CacheLevel<K, V> {
    private final long bound;
    private final ToLongBiFunction<? super K, ? super V> weigher;
    private final boolean weighs;
    private final Duration defaultTtl;
    private final LongSupplier ticker;

    private final ConcurrentHashMap<K, Node<K, V>> nodes = new ConcurrentHashMap<>();
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private @Nullable EvictionListener<K, V> listener;

    /** Guards what follows, the links of nodes, and every change of {@link #nodes}. */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable Node<K, V> latest;
    private @Nullable Node<K, V> oldest;
    private long weight;
    private long evictions;

    private static final class Node<K, V> {
        private final K key;
        private final V value;
        private final long weight;
        private final boolean ends;
        /** By the ticker; means nothing unless it {@link #ends}. */
        private final long end;

        private @Nullable Node<K, V> newer;
        private @Nullable Node<K, V> older;
        /** Whether it was replaced or removed. */
        private boolean gone;

        Node(K key, V value, long weight, boolean ends, long end) {
            this.key = key;
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
    public LruCache(long maxEntries, Duration defaultTtl) {
        this(maxEntries, (key, value) -> 1, false, defaultTtl, System::nanoTime);
    }

    /**
     * A cache of entries that together weigh at most so much. What weighs more alone is not kept.
     *
     * @param weigher what an entry weighs, in bytes; the same each time, and at least 0
     * @param defaultTtl how long values live that are set without saying so
     * @param ticker nanoseconds from any moment on, as of {@link System#nanoTime}
     */
    public LruCache(
            long maxBytes, ToLongBiFunction<? super K, ? super V> weigher, Duration defaultTtl, LongSupplier ticker) {
        this(maxBytes, weigher, true, defaultTtl, ticker);
    }

    private LruCache(
            long bound,
            ToLongBiFunction<? super K, ? super V> weigher,
            boolean weighs,
            Duration defaultTtl,
            LongSupplier ticker) {
        if (bound < 1) {
            throw new IllegalArgumentException("A cache holds at least 1, not " + bound);
        }
        this.bound = bound;
        this.weigher = weigher;
        this.weighs = weighs;
        this.defaultTtl = TimeToLive.requirePositive(defaultTtl);
        this.ticker = ticker;
    }

    @Override
    public @Nullable CacheEntry<V> entry(K key) {
        Node<K, V> node = use(key);
        return node == null ? null : node.entry(ticker);
    }

    @Override
    public @Nullable V get(K key) {
        Node<K, V> node = use(key);
        return node == null ? null : node.value;
    }

    /** Finds a value, which is the latest from then on. */
    private @Nullable Node<K, V> use(K key) {
        Node<K, V> node = nodes.get(key);
        while (node != null) {
            if (node.isOver(ticker)) {
                forget(node);
                break;
            }
            // the latest one is there: it would not be the latest any more if it had gone
            if (node == latest || touch(node)) {
                hits.increment();
                return node;
            }
            node = nodes.get(key);
        }
        misses.increment();
        return null;
    }

    /** Makes a node the latest. False if it has gone meanwhile. */
    private boolean touch(Node<K, V> node) {
        lock.lock();
        try {
            if (node.gone) {
                return false;
            }
            if (node != latest) {
                unlink(node);
                link(node);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void forget(Node<K, V> node) {
        lock.lock();
        try {
            if (!node.gone) {
                remove(node);
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void set(K key, V value) {
        set(key, value, defaultTtl);
    }

    @Override
    public void set(K key, V value, Duration ttl) {
        boolean ends = !TimeToLive.isEndless(TimeToLive.requirePositive(ttl));
        long weighed = weigher.applyAsLong(key, value);
        if (weighed < 0) {
            throw new IllegalArgumentException(
                    "The entry of key '" + key + "' weighs " + weighed + ", less than nothing");
        }
        Node<K, V> node = new Node<>(key, value, weighed, ends, ends ? ticker.getAsLong() + ttl.toNanos() : 0);
        lock.lock();
        try {
            Node<K, V> former = nodes.get(key);
            if (former != null) {
                unlink(former);
                former.gone = true;
                weight -= former.weight;
            }
            nodes.put(key, node);
            weight += weighed;
            link(node);
            if (weighed > bound) {
                evict(node);
            }
            for (Node<K, V> last = oldest; weight > bound && last != null; last = oldest) {
                evict(last);
            }
        } finally {
            lock.unlock();
        }
    }

    /** The listener first: who finds the key gone is to find what that did. */
    private void evict(Node<K, V> node) {
        evictions++;
        if (listener != null && !node.isOver(ticker)) {
            listener.evicted(node.key, node.entry(ticker));
        }
        remove(node);
    }

    private void remove(Node<K, V> node) {
        nodes.remove(node.key);
        unlink(node);
        node.gone = true;
        weight -= node.weight;
    }

    private void link(Node<K, V> node) {
        Node<K, V> second = latest;
        node.older = second;
        node.newer = null;
        if (second == null) {
            oldest = node;
        } else {
            second.newer = node;
        }
        latest = node;
    }

    private void unlink(Node<K, V> node) {
        Node<K, V> newer = node.newer;
        Node<K, V> older = node.older;
        if (newer == null) {
            latest = older;
        } else {
            newer.older = older;
        }
        if (older == null) {
            oldest = newer;
        } else {
            older.newer = newer;
        }
    }

    @Override
    public boolean delete(K key) {
        lock.lock();
        try {
            Node<K, V> node = nodes.get(key);
            if (node == null) {
                return false;
            }
            remove(node);
            return !node.isOver(ticker);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void clear() {
        lock.lock();
        try {
            for (Node<K, V> node = oldest; node != null; node = oldest) {
                remove(node);
            }
        } finally {
            lock.unlock();
        }
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
        lock.lock();
        try {
            return new CacheStatistics(
                    hits.sum(), misses.sum(), evictions, 0, Duration.ZERO, nodes.size(), weighs ? weight : 0);
        } finally {
            lock.unlock();
        }
    }
}
