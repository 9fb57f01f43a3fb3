package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Decides which rows that can be read back stay in memory. A hit takes no lock and allocates nothing: it sets a bit. All
 * else happens under this object's lock, under which nobody reads or waits.
 *
 * <p>The queues are those of S3-FIFO (Yang et al., "FIFO queues are all you need for cache eviction", SOSP 2023): a row
 * begins in a probation queue of a tenth of the budget, and moves to the main queue if it is used before it gets to the
 * end there. In the main queue it stays as long as it is used once each round. So a scan of any length passes through the
 * probation queue and leaves in peace what is used often. A row that is read again soon after it was let go from
 * probation starts in the main queue.
 *
 * <p>A row that is no candidate stays in memory: one of a commit that is not stored yet, one that a commit is about to
 * replace, and all versions of a row that has several.
 */
final class RowCache {
    /** The place of a slot that is in no queue; lower numbers are stamps of when it left probation. */
    static final int NOWHERE = -1;

    private static final int STAMPS = (1 << 30) - 1;
    private static final int PROBATION_SHARE = 10;

    private final RowReader reader;
    private final long budget;
    private final LongAdder misses = new LongAdder();

    // guarded by this
    private final SlotQueue probation = new SlotQueue(0);
    private final SlotQueue main = new SlotQueue(1);
    private long probationBytes;
    private long mainBytes;
    private long evictions;
    private int stamp;
    private long stored;
    private final ArrayDeque<Unstored> unstored = new ArrayDeque<>();
    private final List<Change> changes = new ArrayList<>();

    private record Unstored(RowSlot slot, long sequence) {}

    private record Change(StoredRows rows, long sequence) {}

    /** @param budget bytes, above 0 */
    RowCache(RowReader reader, long budget) {
        if (budget <= 0) {
            throw new IllegalArgumentException("A memory budget must be above 0 bytes, not " + budget);
        }
        this.reader = reader;
        this.budget = budget;
    }

    /** Reads a row back; it is in memory only once it is {@link #admit}ted. */
    Row read(TableSchema schema, Object id) {
        misses.increment();
        return reader.read(schema, id);
    }

    /**
     * Takes a row that was read for a cold version.
     *
     * @return the version's row: another than that read if it came into memory meanwhile
     */
    Row admit(RowSlot slot, Version version, Row read) {
        long weight = RowWeight.of(read);
        synchronized (this) {
            Row meanwhile = version.inMemory();
            if (meanwhile != null) {
                return meanwhile;
            }
            if (weight <= budget) {
                version.keep(read);
                enqueue(slot, version, weight);
            }
            return read;
        }
    }

    /** The row of a version if it is in memory, also if it came there only just now. */
    synchronized @Nullable Row inMemory(Version version) {
        return version.inMemory();
    }

    /**
     * Keeps the newest version of a slot in memory until it is replaced or {@link #unpin}ned. Under the commit lock.
     *
     * @param row its row, to be taken if the version is cold
     */
    synchronized void pin(RowSlot slot, Row row) {
        Version version = slot.newest();
        Row kept = version.inMemory();
        if (kept == null) {
            version.keep(row);
        } else {
            dequeue(slot, RowWeight.of(kept));
        }
        slot.place = NOWHERE;
        version.pinned = true;
    }

    /** Undoes {@link #pin} of a commit that did not come to be; does nothing for what is not pinned. */
    synchronized void unpin(RowSlot slot) {
        Version version = slot.newest();
        if (version.pinned) {
            version.pinned = false;
            installed(slot);
        }
    }

    /** Notes a slot's new version. */
    synchronized void installed(RowSlot slot) {
        long sequence = slot.newest().sequence;
        if (sequence > stored) {
            unstored.add(new Unstored(slot, sequence));
        } else {
            consider(slot);
        }
    }

    /** Notes that a slot has one version less. */
    synchronized void reclaimed(RowSlot slot) {
        consider(slot);
    }

    /** Notes that all rows up to a commit can be read back. */
    synchronized void stored(long sequence) {
        if (sequence <= stored) {
            return;
        }
        stored = sequence;
        changes.removeIf(change -> {
            boolean done = change.sequence <= sequence;
            if (done) {
                change.rows.stored();
            }
            return done;
        });
        for (Unstored next = unstored.peek(); next != null && next.sequence <= sequence; next = unstored.peek()) {
            unstored.remove();
            consider(next.slot);
        }
    }

    /** Has rows told when a commit that changed their columns is stored. */
    synchronized void changed(StoredRows rows, long sequence) {
        if (sequence <= stored) {
            rows.stored();
        } else {
            changes.add(new Change(rows, sequence));
        }
    }

    /** Makes a slot's row a candidate, if it is one by now. */
    private void consider(RowSlot slot) {
        Version version = slot.newest();
        Row row = version.inMemory();
        if (row != null
                && version.sequence <= stored
                && version.older == null
                && !version.pinned
                && slot.place <= NOWHERE) {
            enqueue(slot, version, RowWeight.of(row));
        }
    }

    private void enqueue(RowSlot slot, Version version, long weight) {
        boolean again = leftLately(slot.place);
        version.wasTouched();
        if (again) {
            main.add(slot);
            mainBytes += weight;
        } else {
            probation.add(slot);
            probationBytes += weight;
        }
        while (probationBytes + mainBytes > budget) {
            if (probationBytes > budget / PROBATION_SHARE || main.size() == 0) {
                evictFromProbation();
            } else {
                evictFromMain();
            }
        }
    }

    private void dequeue(RowSlot slot, long weight) {
        if (probation.has(slot.place)) {
            probation.remove(slot);
            probationBytes -= weight;
        } else if (main.has(slot.place)) {
            main.remove(slot);
            mainBytes -= weight;
        }
    }

    /** Lets the first row go, or moves it to the main queue if it was used. */
    private void evictFromProbation() {
        RowSlot slot = first(probation);
        Version version = slot.newest();
        long weight = weight(version);
        probationBytes -= weight;
        if (version.wasTouched()) {
            main.add(slot);
            mainBytes += weight;
        } else {
            stamp = (stamp + 1) & STAMPS;
            slot.place = NOWHERE - 1 - stamp;
            version.keep(null);
            evictions++;
        }
    }

    /** Whether a slot left probation so lately that fewer have left after it than there are rows here. */
    private boolean leftLately(int place) {
        return place < NOWHERE && ((stamp - (NOWHERE - 1 - place)) & STAMPS) < main.size() + probation.size();
    }

    /** Lets go of the first row that was not used since the last round. */
    private void evictFromMain() {
        // a limit, since rows may be used again as fast as this goes round
        for (int chances = main.size(); ; chances--) {
            RowSlot slot = first(main);
            Version version = slot.newest();
            if (version.wasTouched() && chances > 0) {
                main.add(slot);
            } else {
                mainBytes -= weight(version);
                slot.place = NOWHERE;
                version.keep(null);
                evictions++;
                return;
            }
        }
    }

    private static RowSlot first(SlotQueue queue) {
        RowSlot slot = queue.poll();
        if (slot == null) {
            throw new AssertionError("rows weigh something, but there are none");
        }
        return slot;
    }

    private static long weight(Version version) {
        Row row = version.inMemory();
        if (row == null) {
            throw new AssertionError("a cold row in the cache");
        }
        return RowWeight.of(row);
    }

    synchronized CacheStatistics statistics() {
        return new CacheStatistics(
                (long) probation.size() + main.size(), probationBytes + mainBytes, budget, misses.sum(), evictions);
    }
}
