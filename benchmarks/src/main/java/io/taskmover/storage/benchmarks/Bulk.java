package io.taskmover.storage.benchmarks;

import java.nio.file.Path;
import java.util.List;

/** Much at once, of contenders on relational databases: one call that saves many rows, and one pass over more. */
final class Bulk {
    static final int SAVED_ROWS = 100_000;
    static final int SCANNED_ROWS = 1_000_000;

    private static final int BATCH = 10_000;

    private final Contenders contender;
    private final Results results;

    Bulk(Contenders contender, Results results) {
        this.contender = contender;
        this.results = results;
    }

    /** Saves twice, each time into a new store; the first is to warm up. */
    void saveAll() throws Exception {
        List<Job> jobs = Job.all(SAVED_ROWS);
        saveAll(jobs);
        double seconds = saveAll(jobs);
        results.add(Measure.SAVE_ALL, SAVED_ROWS, contender.title(), SAVED_ROWS / seconds);
    }

    private double saveAll(List<Job> jobs) throws Exception {
        Path directory = Disk.newDirectory();
        try (Contender store = contender.create()) {
            store.open(directory);
            long start = System.nanoTime();
            store.load(jobs);
            double seconds = (System.nanoTime() - start) / 1e9;
            requireAll(store, jobs);
            return seconds;
        } finally {
            Disk.deleteAtEnd(directory);
        }
    }

    private void requireAll(Contender store, List<Job> jobs) throws Exception {
        for (int i = 0; i < jobs.size(); i += jobs.size() / 100) {
            Job found = store.find(Job.idOf(i));
            if (!found.equals(jobs.get(i))) {
                throw new IllegalStateException(contender + " has stored " + found + " for " + jobs.get(i));
            }
        }
    }

    void scan() throws Exception {
        Path directory = Disk.newDirectory();
        try {
            try (Contender store = contender.create()) {
                store.open(directory);
                for (int i = 0; i < SCANNED_ROWS; i += BATCH) {
                    store.load(Job.range(i, i + BATCH, SCANNED_ROWS));
                }
            }
            Scan.Outcome outcome = Scan.inSmallHeap(contender, directory);
            results.add(
                    Measure.SCAN_ALL,
                    SCANNED_ROWS,
                    contender.title(),
                    SCANNED_ROWS / outcome.seconds(),
                    outcome.checksum(),
                    0);
            results.add(Measure.SCAN_HEAP, SCANNED_ROWS, contender.title(), outcome.peak() / (double) (1 << 20));
        } finally {
            Disk.deleteAtEnd(directory);
        }
    }
}
