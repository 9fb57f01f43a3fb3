package io.taskmover.storage.cache;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The loads that are under way for a cache: of those who miss the same key at the same time one loads it, for all of them.
 * A load that is overtaken by a change of its key is given to those who asked before that, and is not kept.
 *
 * <p>What changes the cache does so within {@link #change} or {@link #changeAll}. Thread-safe.
 */
final class Loads<K, V> {
    private final ConcurrentHashMap<K, Flight<V>> flights = new ConcurrentHashMap<>();
    /** One after the other are changes of a key, and what keeps the value that was loaded for it. */
    private final ReentrantLock[] stripes;

    private final LongAdder loads = new LongAdder();
    private final LongAdder nanos = new LongAdder();

    /** A load under way. */
    private static final class Flight<V> {
        private final Thread thread = Thread.currentThread();
        private final CompletableFuture<@Nullable V> value = new CompletableFuture<>();
    }

    /** @param stripes how many changes of different keys can be made at once, a power of two */
    Loads(int stripes) {
        this.stripes = new ReentrantLock[stripes];
        for (int i = 0; i < stripes; i++) {
            this.stripes[i] = new ReentrantLock();
        }
    }

    private ReentrantLock stripe(Object key) {
        int hash = key.hashCode();
        return stripes[(hash ^ hash >>> 16) & stripes.length - 1];
    }

    /** Runs what belongs to a key alone, while nothing changes that key. */
    <R extends @Nullable Object> R locked(K key, Supplier<R> work) {
        ReentrantLock lock = stripe(key);
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    /** Changes what the cache has of a key. A load of it that is under way is overtaken. */
    <R extends @Nullable Object> R change(K key, Supplier<R> change) {
        return locked(key, () -> {
            flights.remove(key);
            return change.get();
        });
    }

    /** Changes any of what the cache has. All loads that are under way are overtaken. */
    void changeAll(Runnable change) {
        for (ReentrantLock stripe : stripes) {
            stripe.lock();
        }
        try {
            flights.clear();
            change.run();
        } finally {
            for (ReentrantLock stripe : stripes) {
                stripe.unlock();
            }
        }
    }

    /**
     * The value of a key that was not found: what another load of it gives, or a new one.
     *
     * @param again looks whether it was loaded since it was not found; null if not
     * @param loader gives null for no value, which is not kept
     * @param keep puts the value into the cache; nothing changes the key meanwhile
     * @throws RuntimeException if loading failed, also for those who waited for it
     * @throws IllegalStateException if the loader asks for the key that it loads
     */
    @Nullable
    V get(K key, Supplier<@Nullable V> again, Supplier<@Nullable V> loader, Consumer<V> keep) {
        Flight<V> mine = new Flight<>();
        Flight<V> other = flights.putIfAbsent(key, mine);
        if (other != null) {
            return await(key, other);
        }
        try {
            @Nullable V found = again.get();
            @Nullable V value = found != null ? found : load(key, loader, keep, mine);
            mine.value.complete(value);
            return value;
        } catch (Throwable e) {
            mine.value.completeExceptionally(e);
            throw e;
        } finally {
            flights.remove(key, mine);
        }
    }

    private static <V> @Nullable V await(Object key, Flight<V> other) {
        if (other.thread == Thread.currentThread()) {
            throw new IllegalStateException("The loader of key '" + key + "' asks for that key itself");
        }
        try {
            return other.value.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e;
        }
    }

    private @Nullable V load(K key, Supplier<@Nullable V> loader, Consumer<V> keep, Flight<V> mine) {
        long start = System.nanoTime();
        @Nullable V value;
        try {
            value = loader.get();
        } finally {
            loads.increment();
            nanos.add(System.nanoTime() - start);
        }
        if (value != null) {
            ReentrantLock lock = stripe(key);
            lock.lock();
            try {
                if (flights.get(key) == mine) {
                    keep.accept(value);
                }
            } finally {
                lock.unlock();
            }
        }
        return value;
    }

    /** How many there were, those that failed included. */
    long count() {
        return loads.sum();
    }

    /** How long they took in all. */
    Duration time() {
        return Duration.ofNanos(nanos.sum());
    }
}
