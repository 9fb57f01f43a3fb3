package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Writers and readers over one store. Each row has one writer, who counts it up and notes when each commit began and when it
 * had returned. A reader notes the same of its read: what it is given must have been there at a moment in between. A value
 * is there at the latest when its commit has returned, and at the earliest when it began; so it may be read from the
 * beginning of its own commit to the end of the next one.
 */
final class StalenessHunt {
    private static final int ROWS = 24;
    private static final int WRITERS = 2;
    private static final int READERS = 4;
    private static final int GROUPS = 4;
    /** More commits of one row than that are not made. */
    private static final int MOST_COMMITS = 2_000_000;

    private final Repository<Counted, Integer> counters;
    private final Storage storage;
    private final Duration time;
    private final List<History> histories = new ArrayList<>();
    private final AtomicLong reads = new AtomicLong();
    private final Queue<String> stale = new ConcurrentLinkedQueue<>();

    /** A row, in the group that its count says. */
    record Counted(int id, int circle, long count) {
        static Counted of(int id, long count) {
            return new Counted(id, (int) (count % GROUPS), count);
        }
    }

    /** When the commits of one row began and ended: blocks are made as they are needed. */
    private static final class History {
        private static final int BLOCK = 1 << 14;
        private static final long NOT_YET = 0;
        private final AtomicLongArray[] begun = new AtomicLongArray[MOST_COMMITS / BLOCK];
        private final AtomicLongArray[] ended = new AtomicLongArray[MOST_COMMITS / BLOCK];
        private volatile int blocks;

        private void begin(long count) {
            int block = (int) (count / BLOCK);
            if (block == blocks) {
                begun[block] = new AtomicLongArray(BLOCK);
                ended[block] = new AtomicLongArray(BLOCK);
                blocks = block + 1;
            }
            begun[block].set((int) (count % BLOCK), System.nanoTime());
        }

        private void end(long count) {
            ended[(int) (count / BLOCK)].set((int) (count % BLOCK), System.nanoTime());
        }

        private long at(AtomicLongArray[] times, long count) {
            int block = (int) (count / BLOCK);
            return block < blocks ? times[block].get((int) (count % BLOCK)) : NOT_YET;
        }

        /** Whether a count was there at some moment from {@code from} to {@code to}. */
        boolean wasThere(long count, long from, long to) {
            long begin = at(begun, count);
            long next = at(ended, count + 1);
            return begin != NOT_YET && begin <= to && (next == NOT_YET || next >= from);
        }

        /** Whether the row was out of a group at some moment from {@code from} to {@code to}. */
        boolean wasOutOf(int group, long from, long to, long latest) {
            for (long count = latest; count >= 0; count--) {
                if (count % GROUPS != group && wasThere(count, from, to)) {
                    return true;
                }
                long end = at(ended, count);
                if (end != NOT_YET && end < from) {
                    return false; // what was before that had gone
                }
            }
            return true; // it was not there yet
        }
    }

    StalenessHunt(Storage storage, Duration time) {
        this.storage = storage;
        this.counters = storage.repository(Counted.class, Integer.class);
        this.time = time;
    }

    void run() throws Exception {
        for (int row = 0; row < ROWS; row++) {
            History history = new History();
            history.begin(0);
            counters.save(Counted.of(row, 0));
            history.end(0);
            histories.add(history);
        }
        AtomicLongArray latest = new AtomicLongArray(ROWS);
        long end = System.nanoTime() + time.toNanos();
        Concurrently.run(
                WRITERS + READERS,
                time.plus(Concurrently.PATIENCE),
                thread -> thread < WRITERS ? writer(thread, latest, end) : reader(thread, latest, end));
    }

    private Callable<Void> writer(int thread, AtomicLongArray latest, long end) {
        Random random = new Random(thread);
        return () -> {
            while (System.nanoTime() - end < 0) {
                int row = random.nextInt(ROWS / WRITERS) * WRITERS + thread;
                long count = latest.get(row) + 1;
                if (count == MOST_COMMITS) {
                    break;
                }
                latest.set(row, count);
                histories.get(row).begin(count);
                write(random, Counted.of(row, count));
                histories.get(row).end(count);
            }
            return null;
        };
    }

    private void write(Random random, Counted next) {
        switch (random.nextInt(4)) {
            case 0 -> storage.transactions().transaction(tx -> counters.save(next));
            case 1 -> {
                try {
                    storage.transaction(tx -> {
                        counters.save(new Counted(next.id(), next.circle(), -1));
                        throw new IllegalStateException("never to be seen");
                    });
                } catch (IllegalStateException e) {
                    counters.update(next);
                }
            }
            default -> counters.save(next);
        }
    }

    private Callable<Void> reader(int thread, AtomicLongArray latest, long end) {
        Random random = new Random(thread);
        return () -> {
            while (System.nanoTime() - end < 0) {
                if (random.nextInt(4) == 0) {
                    readGroup(random.nextInt(GROUPS), latest);
                } else {
                    readRow(random.nextInt(ROWS));
                }
                reads.incrementAndGet();
            }
            return null;
        };
    }

    private void readRow(int row) {
        long from = System.nanoTime();
        Optional<Counted> found = counters.findById(row);
        long to = System.nanoTime();
        if (found.isEmpty() || !histories.get(row).wasThere(found.get().count(), from, to)) {
            stale.add("row " + row + " was read as " + found);
        }
    }

    private void readGroup(int group, AtomicLongArray latest) {
        long from = System.nanoTime();
        List<Counted> found = counters.find(where(field(Counted::circle).eq(group)));
        long to = System.nanoTime();
        Set<Integer> missing = new HashSet<>();
        for (int row = 0; row < ROWS; row++) {
            missing.add(row);
        }
        for (Counted counted : found) {
            missing.remove(counted.id());
            if (counted.circle() != group || !histories.get(counted.id()).wasThere(counted.count(), from, to)) {
                stale.add("group " + group + " was read with " + counted);
            }
        }
        for (int row : missing) {
            if (!histories.get(row).wasOutOf(group, from, to, latest.get(row))) {
                stale.add("group " + group + " was read without row " + row);
            }
        }
    }

    /** What was read that was not there while it was. */
    Queue<String> stale() {
        return stale;
    }

    long reads() {
        return reads.get();
    }
}
