package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The life of one store, timed: load, find, query, scan, durable saves, close, reopen. */
final class WholeRun {
    private static final int BATCH = 1_000;
    private static final int THREADS = 8;

    /** How long each repeated operation is warmed up and then measured, in nanoseconds. */
    private final long slice;

    private final Contenders contender;
    private final int rows;
    private final Results results;

    WholeRun(Contenders contender, int rows, long sliceMillis, Results results) {
        this.contender = contender;
        this.rows = rows;
        this.slice = sliceMillis * 1_000_000;
        this.results = results;
    }

    /** Something done over and over; returns a checksum of what it read. */
    private interface Operation {
        long run(SplittableRandom random) throws Exception;
    }

    void run() throws Exception {
        Path directory = Files.createTempDirectory("bench");
        try {
            List<Job> jobs = new ArrayList<>(rows);
            for (int i = 0; i < rows; i++) {
                jobs.add(Job.make(i, rows));
            }
            Contender store = contender.create();
            store.open(directory);
            load(store, jobs);
            jobs.clear();
            if (contender.inMemory()) {
                measure(store);
                store.close();
            } else {
                store.close();
                results.add("bytes on disk per row", rows, contender, -(double) Disk.bytes(directory) / rows, 0, 0);
                reopen(directory);
                Contender again = contender.create();
                again.open(directory);
                measure(again);
                again.close();
            }
        } finally {
            Disk.delete(directory);
        }
    }

    private void load(Contender store, List<Job> jobs) throws Exception {
        long heapBefore = contender.inMemory() ? usedHeap() : 0;
        OptionalLong flushes = Disk.flushes();
        long start = System.nanoTime();
        for (int i = 0; i < jobs.size(); i += BATCH) {
            store.load(jobs.subList(i, Math.min(jobs.size(), i + BATCH)));
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        long flushed = since(flushes);
        long checksum = 0;
        for (int i = 0; i < rows; i += Math.max(1, rows / 100)) {
            checksum += store.find(Job.idOf(i)).checksum();
        }
        results.add("load, rows/s", rows, contender, rows / seconds, checksum, flushed);
        if (contender.inMemory()) {
            // the jobs themselves are counted in neither: they are held by the caller before and after
            results.add("heap per row, bytes", rows, contender, -(double) (usedHeap() - heapBefore) / rows, 0, 0);
        }
    }

    private void reopen(Path directory) throws Exception {
        Contender store = contender.create();
        long start = System.nanoTime();
        store.open(directory);
        long checksum = store.find(Job.idOf(rows / 2)).checksum();
        double seconds = (System.nanoTime() - start) / 1e9;
        store.close();
        results.add("reopen and first find, 1/s", rows, contender, 1 / seconds, checksum, 0);
    }

    private void measure(Contender store) throws Exception {
        repeat(
                "findById, 1/s",
                random -> store.find(Job.idOf(random.nextInt(rows))).checksum());
        repeat("indexed query, 1/s", random -> checksum(store.byOwner(Job.ownerOf(random.nextInt(Job.owners(rows))))));
        repeat("filtered scan, 1/s", random -> checksum(store.scan(8)));
        Operation save = random -> {
            int number = random.nextInt(rows);
            store.save(Job.make(number, rows).withPriority(random.nextInt(10)));
            return number;
        };
        repeat("save, 1 thread, 1/s", save);
        repeatOnThreads("save, 8 threads, 1/s", save);
    }

    private static long checksum(List<Job> jobs) {
        long sum = 0;
        for (Job job : jobs) {
            sum += job.checksum(); // a sum: the order of rows is not asked for
        }
        return sum;
    }

    private void repeat(String what, Operation operation) throws Exception {
        times(operation, 1, slice);
        OptionalLong flushes = Disk.flushes();
        long start = System.nanoTime();
        long count = times(operation, 2, slice);
        double seconds = (System.nanoTime() - start) / 1e9;
        long flushed = since(flushes);
        // the same few operations for all contenders, whatever their speed
        SplittableRandom random = new SplittableRandom(3);
        long checksum = 0;
        for (int i = 0; i < 3; i++) {
            checksum += operation.run(random);
        }
        results.add(what, rows, contender, count / seconds, checksum, flushed);
    }

    /** Runs for a time; at least once. Returns how often. */
    private static long times(Operation operation, long seed, long nanos) throws Exception {
        SplittableRandom random = new SplittableRandom(seed);
        long end = System.nanoTime() + nanos;
        long count = 0;
        long sum = 0;
        do {
            sum += operation.run(random);
            count++;
        } while (System.nanoTime() < end);
        if (sum == Long.MIN_VALUE) {
            System.out.println(); // keeps the sum, and with it the work, alive
        }
        return count;
    }

    private void repeatOnThreads(String what, Operation operation) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            AtomicInteger seed = new AtomicInteger(10);
            OptionalLong flushes = Disk.flushes();
            long start = System.nanoTime();
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                counts.add(pool.submit(() -> times(operation, seed.incrementAndGet(), slice)));
            }
            long count = 0;
            for (Future<Long> each : counts) {
                count += each.get();
            }
            double seconds = (System.nanoTime() - start) / 1e9;
            results.add(what, rows, contender, count / seconds, 0, since(flushes));
        } finally {
            pool.shutdown();
        }
    }

    private static long since(OptionalLong before) throws IOException {
        return before.isPresent() ? Disk.flushes().orElse(0) - before.getAsLong() : -1;
    }

    private static long usedHeap() {
        Runtime runtime = Runtime.getRuntime();
        long used = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            used = Math.min(used, runtime.totalMemory() - runtime.freeMemory());
        }
        return used;
    }
}
