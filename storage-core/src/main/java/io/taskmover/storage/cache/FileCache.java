package io.taskmover.storage.cache;

import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A cache in a directory that is still there after a restart, also after the process was killed. Bounded by the bytes of its
 * files. What was written longest ago goes first; if it was used since, it is kept once more, as long as that is at most
 * half of what has to go.
 *
 * <p>What it gives is what was set last and not deleted, before a restart as after it, or nothing: never anything older. So it
 * begins empty when that cannot be told: after the power has failed, since nothing waits for the disk before {@link #close};
 * where the system does not tell whether it has been started since (all but Linux), unless it was closed; and when the clock
 * was set back. Values that are damaged on the disk are not there. What cannot be written, for want of room on the disk or
 * because that fails, is not there either, and is told to the log and not to the caller.
 *
 * <p>Times to live are kept in milliseconds, and go on while nobody has the cache open. A clock that is set back does not
 * prolong them.
 *
 * <p>One process at a time has it open. It takes 21 to 43 bytes of memory for an entry, and a file that is open for each
 * sixteenth of its size. On the disk an entry takes 32 bytes more than its key and value, rounded up to a multiple of 32; one
 * that would take more than about a quarter of all is not kept. It is to be opened with the serializers that it was written
 * with. Its format is in {@code docs/formats/file-cache.md}.
 *
 * @see <a href="https://doi.org/10.1145/3593856.3595887">Yang et al.: FIFO can be Better than LRU: the Power of Lazy
 *     Promotion and Quick Demotion</a>, on giving what was used a second chance
 */
public final class FileCache<K, V> implements CacheLevel<K, V>, AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger("io.taskmover.storage.cache");

    private final CacheSerializer<K> keys;
    private final CacheSerializer<V> values;
    private final Duration defaultTtl;
    private final CacheTime time;
    private final CacheFolder folder;
    private final CacheLog log;

    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();
    private final AtomicBoolean unreadable = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private @Nullable EvictionListener<K, V> listener;

    /**
     * A cache whose values live until they are driven out.
     *
     * @throws StorageIoException if the directory cannot be used, or holds files and is no cache's
     * @throws LockedException if this process has it open, or another one
     */
    public FileCache(Path directory, long maxBytes, CacheSerializer<K> keys, CacheSerializer<V> values) {
        this(directory, maxBytes, keys, values, FOREVER);
    }

    /**
     * A cache.
     *
     * @param directory its own; made if it is missing
     * @param maxBytes of all files of entries, from 16 KiB to 1 TiB
     * @param defaultTtl how long values live that are set without saying so
     * @throws StorageIoException if the directory cannot be used, or holds files and is no cache's
     * @throws LockedException if this process has it open, or another one
     */
    public FileCache(
            Path directory, long maxBytes, CacheSerializer<K> keys, CacheSerializer<V> values, Duration defaultTtl) {
        this(directory, maxBytes, keys, values, defaultTtl, Clock.systemUTC(), System::nanoTime);
    }

    /**
     * A cache with a time of its own.
     *
     * @param clock tells the time between the runs of a program
     * @param ticker tells it meanwhile: nanoseconds from any moment on, as of {@link System#nanoTime}
     */
    public FileCache(
            Path directory,
            long maxBytes,
            CacheSerializer<K> keys,
            CacheSerializer<V> values,
            Duration defaultTtl,
            Clock clock,
            LongSupplier ticker) {
        this(directory, maxBytes, keys, values, defaultTtl, clock, ticker, CacheFolder.boot());
    }

    /** @param boot of the system; null if it is not known */
    FileCache(
            Path directory,
            long maxBytes,
            CacheSerializer<K> keys,
            CacheSerializer<V> values,
            Duration defaultTtl,
            Clock clock,
            LongSupplier ticker,
            @Nullable UUID boot) {
        if (maxBytes < CacheLog.MIN_BYTES || maxBytes > CacheLog.MAX_BYTES) {
            throw new IllegalArgumentException("A cache on disk takes from " + CacheLog.MIN_BYTES + " to "
                    + CacheLog.MAX_BYTES + " bytes, not " + maxBytes);
        }
        this.keys = keys;
        this.values = values;
        this.defaultTtl = TimeToLive.requirePositive(defaultTtl);
        this.time = new CacheTime(clock, ticker);
        try {
            this.folder = CacheFolder.open(directory, clock.instant());
            this.log = openLog(folder, maxBytes, time, boot);
        } catch (IOException e) {
            throw new StorageIoException(
                    "Cannot open the cache in " + directory + ": " + e + ". What is in it can be removed",
                    directory,
                    false,
                    e);
        }
    }

    private static CacheLog openLog(CacheFolder folder, long maxBytes, CacheTime time, @Nullable UUID boot)
            throws IOException {
        boolean open = false;
        try {
            CacheLog log = CacheLog.open(folder, maxBytes, time, boot);
            open = true;
            return log;
        } finally {
            if (!open) {
                folder.close();
            }
        }
    }

    @Override
    public @Nullable CacheEntry<V> entry(K key) {
        byte[] bytes = keys.toBytes(key);
        CacheRecord record = log.find(CacheRecord.hash(bytes), bytes);
        V value = record == null ? null : valueOf(record);
        if (record == null || value == null) {
            misses.increment();
            return null;
        }
        hits.increment();
        return new CacheEntry<>(value, remaining(record));
    }

    private Duration remaining(CacheRecord record) {
        return record.time() == Long.MAX_VALUE ? FOREVER : Duration.ofMillis(Math.max(0, record.time() - time.now()));
    }

    private @Nullable V valueOf(CacheRecord record) {
        try {
            return values.fromBytes(record.value());
        } catch (RuntimeException e) {
            if (!unreadable.getAndSet(true)) {
                LOG.warn(
                        "The cache in {} holds values that its serializer cannot read; they are loaded anew",
                        folder.directory(),
                        e);
            }
            return null;
        }
    }

    @Override
    public void set(K key, V value) {
        set(key, value, defaultTtl);
    }

    /** Writes nothing if it is there: who only reads two levels of which this is the second writes nothing. */
    @Override
    public void takeBack(K key, CacheEntry<V> entry) {
        if (!entry.remaining().isZero()) {
            set(key, entry.value(), entry.remaining(), true);
        }
    }

    @Override
    public void set(K key, V value, Duration ttl) {
        set(key, value, TimeToLive.requirePositive(ttl), false);
    }

    /** @param again whether it may be there already */
    private void set(K key, V value, Duration ttl, boolean again) {
        boolean ends = !TimeToLive.isEndless(ttl);
        byte[] bytes = keys.toBytes(key);
        long hash = CacheRecord.hash(bytes);
        CacheRecord record =
                CacheRecord.of(hash, bytes, values.toBytes(value), ends ? time.now() + ttl.toMillis() : Long.MAX_VALUE);
        if (again && record != null && log.has(hash, record)) {
            return;
        }
        EvictionListener<K, V> told = listener;
        Consumer<CacheRecord> evicted = told == null ? null : each -> tell(told, each);
        log.set(hash, record, evicted, () -> {
            if (told != null) {
                told.evicted(key, new CacheEntry<>(value, ends ? ttl : FOREVER));
            }
        });
    }

    private void tell(EvictionListener<K, V> told, CacheRecord record) {
        V value = valueOf(record);
        if (value != null) {
            told.evicted(keys.fromBytes(record.key()), new CacheEntry<>(value, remaining(record)));
        }
    }

    @Override
    public boolean delete(K key) {
        byte[] bytes = keys.toBytes(key);
        return log.delete(CacheRecord.hash(bytes), bytes);
    }

    @Override
    public void clear() {
        log.clear();
    }

    @Override
    public void onEviction(EvictionListener<K, V> told) {
        if (listener != null) {
            throw new IllegalStateException("Somebody is told already what this cache drives out");
        }
        listener = told;
    }

    /** Bytes are those of entries in files, without what was replaced since. */
    @Override
    public CacheStatistics statistics() {
        CacheLog.Counts counts = log.counts();
        return new CacheStatistics(
                hits.sum(), misses.sum(), counts.evictions(), 0, Duration.ZERO, counts.entries(), counts.bytes());
    }

    /** Makes everything durable, and releases the directory. What is not closed is kept too, unless the power fails. */
    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            log.close();
            try {
                folder.close();
            } catch (IOException e) {
                LOG.warn("Cannot close the lock file of the cache in {}", folder.directory(), e);
            }
        }
    }
}
