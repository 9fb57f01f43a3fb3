package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CyclicBarrier;

/**
 * What a durable save costs beside the least that it can cost: a bare loop that appends as many bytes as the journal
 * does and forces them. In turns, so that whatever else the disk has to do meets everyone.
 *
 * <p>Each thread saves rows of its own at random. When the store is opened again, each row has to be as its last
 * acknowledged save left it.
 */
final class DurableSaves {
    /** Appends and forces the record of one save at a time, in a file that grows. */
    static final String BARE = "append and force";
    /** Writes and forces the records of {@link #GROUP} saves at a time, in a file whose space is reserved. */
    static final String GROUPED = "8 records a force, reserved";
    /** As many threads, each with one record, and one of them forces for all: what group commit can come to at most. */
    static final String TOGETHER = "8 threads that wait for a force, reserved";
    /** How many threads save together. */
    static final int GROUP = 8;

    /** How much of a journal there was at most while a store saved for long. */
    private static final String JOURNAL = "journal at most, MiB";
    /** How long a store that saved for long then takes to be closed with every file in place. */
    private static final String CLOSE = "close afterwards, s";

    private static final String JOURNAL_DIRECTORY = "store/.storage/journal";
    private static final int BATCH = 1_000;

    private final int rows;
    private final long slice;
    private final Results results;
    private final List<Job> jobs;
    private final int recordBytes;

    /** @param sliceMillis how long saves are warmed up, and how long they are measured where not for long */
    DurableSaves(int rows, long sliceMillis, Results results) throws Exception {
        this.rows = rows;
        this.slice = sliceMillis * 1_000_000;
        this.results = results;
        this.jobs = Job.all(rows);
        this.recordBytes = recordBytes();
        System.out.println("A save takes " + recordBytes + " bytes of the journal; a bare log writes as many.");
    }

    /** Measures saves within the bound of what a journal may hold. */
    void brief(List<Contenders> contenders, int threads) throws Exception {
        String what = Measure.durableSave(threads);
        bare(what, threads, slice);
        for (Contenders contender : contenders) {
            store(contender, what, threads, slice, false);
        }
    }

    /** Measures saves that go on until the files have to keep pace. */
    void sustained(List<Contenders> contenders, int threads, int seconds) throws Exception {
        String what = Measure.sustainedSave(threads);
        long nanos = seconds * 1_000_000_000L;
        bare(what, threads, nanos);
        for (Contenders contender : contenders) {
            store(contender, what, threads, nanos, true);
        }
    }

    private void bare(String what, int threads, long nanos) throws Exception {
        boolean grouped = threads > 1;
        Path directory = Disk.newDirectory();
        try (BareLog log = new BareLog(directory.resolve("log"), recordBytes * threads, grouped)) {
            append(log, slice);
            OptionalLong flushes = Disk.flushes();
            long start = System.nanoTime();
            long count = append(log, nanos) * threads;
            add(what, grouped ? GROUPED : BARE, count, start, flushes);
            if (grouped) {
                new Meeting(log).run(threads, slice);
                OptionalLong before = Disk.flushes();
                long begin = System.nanoTime();
                long met = new Meeting(log).run(threads, nanos);
                add(what, TOGETHER, met, begin, before);
            }
        } finally {
            Disk.deleteAtEnd(directory);
        }
    }

    /** Threads that each have something to append, and wait for each other before one of them does it for all. */
    private static final class Meeting {
        private final BareLog log;
        private volatile boolean over;
        /** Raised by one thread at a time; the barrier is between them. */
        private long rounds;

        Meeting(BareLog log) {
            this.log = log;
        }

        /** Returns how often one of the threads had something appended. */
        long run(int threads, long nanos) throws Exception {
            long end = System.nanoTime() + nanos;
            CyclicBarrier barrier = new CyclicBarrier(threads, () -> appendForAll(end));
            OnThreads.all(threads, () -> {
                while (!over) {
                    barrier.await();
                }
                return over;
            });
            return rounds * threads;
        }

        private void appendForAll(long end) {
            try {
                log.append();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            rounds++;
            over = System.nanoTime() >= end;
        }
    }

    private static long append(BareLog log, long nanos) throws IOException {
        long end = System.nanoTime() + nanos;
        long count = 0;
        do {
            log.append();
            count++;
        } while (System.nanoTime() < end);
        return count;
    }

    private void store(Contenders contender, String what, int threads, long nanos, boolean sustained) throws Exception {
        Path directory = Disk.newDirectory();
        int[] priorities = new int[rows];
        Arrays.setAll(priorities, i -> jobs.get(i).priority());
        try {
            load(contender, directory);
            if (sustained) {
                try (JournalWatch watch = new JournalWatch(directory.resolve(JOURNAL_DIRECTORY))) {
                    double seconds = save(contender, directory, what, priorities, threads, nanos);
                    results.add(what + ": " + JOURNAL, rows, contender.title(), watch.mostBytes() / (double) (1 << 20));
                    results.add(what + ": " + CLOSE, rows, contender.title(), seconds);
                }
            } else {
                save(contender, directory, what, priorities, threads, nanos);
            }
            requireSaved(contender, directory, priorities);
        } finally {
            Disk.deleteAtEnd(directory);
        }
    }

    private void load(Contenders contender, Path directory) throws Exception {
        try (Contender store = contender.create()) {
            store.open(directory);
            for (int i = 0; i < rows; i += BATCH) {
                store.load(jobs.subList(i, Math.min(rows, i + BATCH)));
            }
        }
    }

    /** Returns how many seconds the store then took to close. */
    private double save(Contenders contender, Path directory, String what, int[] priorities, int threads, long nanos)
            throws Exception {
        long closing;
        try (Contender store = contender.create()) {
            store.open(directory);
            saveOnThreads(store, priorities, threads, slice);
            OptionalLong flushes = Disk.flushes();
            long start = System.nanoTime();
            long count = saveOnThreads(store, priorities, threads, nanos);
            add(what, contender.title(), count, start, flushes);
            closing = System.nanoTime();
        }
        return (System.nanoTime() - closing) / 1e9;
    }

    private void add(String what, String who, long count, long start, OptionalLong flushes) {
        double seconds = (System.nanoTime() - start) / 1e9;
        long flushed = flushes.isPresent() ? Disk.flushes().orElse(0) - flushes.getAsLong() : -1;
        results.add(what, rows, who, count / seconds, 0, flushed);
    }

    /** Saves for a time. Returns how often. */
    private long saveOnThreads(Contender store, int[] priorities, int threads, long nanos) throws Exception {
        return OnThreads.count(threads, rows, nanos, (row, random) -> {
            int priority = random.nextInt(10);
            store.save(jobs.get(row).withPriority(priority));
            priorities[row] = priority;
        });
    }

    private void requireSaved(Contenders contender, Path directory, int[] priorities) throws Exception {
        try (Contender store = contender.create()) {
            store.open(directory);
            for (int i = 0; i < rows; i++) {
                Job found = store.find(Job.idOf(i));
                if (!found.equals(jobs.get(i).withPriority(priorities[i]))) {
                    throw new IllegalStateException(
                            contender + " has lost a save: " + found + ", saved last with priority " + priorities[i]);
                }
            }
        }
    }

    /** How many bytes of the journal a save takes. */
    private int recordBytes() throws Exception {
        Path directory = Disk.newDirectory();
        try (Contender store = Contenders.FILE.create()) {
            store.open(directory);
            store.save(jobs.get(0));
            long before = journalBytes(directory);
            int saves = 100;
            for (int i = 1; i <= saves; i++) {
                store.save(jobs.get(i));
            }
            long bytes = journalBytes(directory) - before;
            if (bytes <= 0) {
                throw new IllegalStateException("The journal was trimmed while it was measured");
            }
            return (int) (bytes / saves);
        } finally {
            Disk.deleteAtEnd(directory);
        }
    }

    /** The bytes of the journal up to the last that is not zero: what follows is reserved. */
    private static long journalBytes(Path directory) throws IOException {
        long bytes = 0;
        try (var segments = Files.newDirectoryStream(directory.resolve(JOURNAL_DIRECTORY))) {
            for (Path segment : segments) {
                byte[] content = Files.readAllBytes(segment);
                int end = content.length;
                while (end > 0 && content[end - 1] == 0) {
                    end--;
                }
                bytes += end;
            }
        }
        return bytes;
    }
}
