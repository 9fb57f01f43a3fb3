package io.taskmover.storage.benchmarks;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.mapping.Entity;

/**
 * Small transactions in memory: each reads a job and saves it with a priority that is one higher. Afterwards the
 * priorities must have risen by as many as there were.
 */
final class Transactions {
    /** A read and a write that are transactions of their own. */
    static final String CALLS = "two calls";

    static final String TRANSACTION = "a transaction";

    static final int THREADS = 8;

    private final int rows;
    private final long slice;
    private final Results results;

    /** @param sliceMillis how long each is warmed up, twice, and measured */
    Transactions(int rows, long sliceMillis, Results results) {
        this.rows = rows;
        this.slice = sliceMillis * 1_000_000;
        this.results = results;
    }

    void run() throws Exception {
        measure(Measure.READ_AND_WRITE, CALLS, 1, false);
        measure(Measure.READ_AND_WRITE, TRANSACTION, 1, true);
        measure(Measure.TRANSACTIONS, title(1), 1, true);
        measure(Measure.TRANSACTIONS, title(THREADS), THREADS, true);
    }

    static String title(int threads) {
        return threads + (threads == 1 ? " thread" : " threads");
    }

    private void measure(String what, String who, int threads, boolean together) throws Exception {
        try (Storage storage = Storage.open("memory:")) {
            Repository<Job, String> jobs =
                    storage.repository(Entity.of(Job.class, String.class).index(Job::owner));
            jobs.saveAll(Job.all(rows));
            long before = priorities(jobs);
            long count = raise(storage, jobs, threads, together) + raise(storage, jobs, threads, together);
            long start = System.nanoTime();
            long measured = raise(storage, jobs, threads, together);
            double seconds = (System.nanoTime() - start) / 1e9;
            if (priorities(jobs) != before + count + measured) {
                throw new IllegalStateException("Of " + (count + measured) + " raised priorities some are lost");
            }
            results.add(what, rows, who, measured / seconds, 0, 0);
        }
    }

    private static long priorities(Repository<Job, String> jobs) {
        return jobs.findAll().stream().mapToLong(Job::priority).sum();
    }

    /** Raises priorities for a slice of time, each thread those of its own jobs. Returns how many. */
    private long raise(Storage storage, Repository<Job, String> jobs, int threads, boolean together) throws Exception {
        return OnThreads.count(threads, rows, slice, (row, random) -> {
            String id = Job.idOf(row);
            if (together) {
                storage.transaction(tx -> raise(jobs, id));
            } else {
                raise(jobs, id);
            }
        });
    }

    private static void raise(Repository<Job, String> jobs, String id) {
        Job job = jobs.findById(id).orElseThrow();
        jobs.save(job.withPriority(job.priority() + 1));
    }
}
