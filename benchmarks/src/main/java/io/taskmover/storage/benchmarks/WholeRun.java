package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/** The life of one store, timed: load, close, reopen, find, query, scan, durable saves. */
final class WholeRun {
    /** That what was loaded can be read by who opens the store afterwards: a hundred of the rows are. */
    private static final String LOADED = "rows read back";

    private static final int BATCH = 1_000;
    /** As many rows as loads on disk are warmed up with at most: some write a file for each. */
    private static final int WARM_UP_ROWS = 10_000;

    static final int THREADS = 8;
    private static final long FIND_EACH_NANOS = 10_000_000_000L;

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
        Path directory = Disk.newDirectory();
        try {
            Contender store = contender.create();
            store.open(directory);
            if (contender.inMemory()) {
                loadMemory(store);
                measure(store);
                store.close();
            } else {
                loadDisk(store);
                if (!contender.isOnServer()) {
                    results.add(Measure.DISK, rows, contender.title(), (double) Disk.bytes(directory) / rows);
                }
                Contender again = reopen(directory);
                if (!contender.onlyLoads()) {
                    measure(again);
                }
                again.close();
            }
        } finally {
            Disk.deleteAtEnd(directory);
        }
    }

    private void loadMemory(Contender store) throws Exception {
        List<Job> jobs = Job.all(rows);
        warmUp(jobs);
        long heapBefore = usedHeap();
        long start = System.nanoTime();
        loadInBatches(store, jobs);
        double seconds = seconds(start);
        results.add(Measure.LOAD, rows, contender.title(), rows / seconds, checksumOfSome(store), 0);
        // the jobs themselves are counted in neither: they are held by this method before and after
        results.add(Measure.HEAP, rows, contender.title(), (double) (usedHeap() - heapBefore) / jobs.size());
    }

    /**
     * Loads stores that are thrown away, for as long as any other operation is warmed up: the first load of a JVM is
     * over before most of it is compiled. The very first is measured too, as what a program sees that loads once.
     */
    private void warmUp(List<Job> jobs) throws Exception {
        long end = System.nanoTime() + slice;
        do {
            Path directory = Disk.newDirectory();
            Contender store = contender.create();
            store.open(directory);
            long start = System.nanoTime();
            loadInBatches(store, jobs);
            if (results.median(Measure.FIRST_LOAD, jobs.size(), contender.title())
                    .isEmpty()) {
                results.add(Measure.FIRST_LOAD, jobs.size(), contender.title(), jobs.size() / seconds(start));
            }
            store.close();
            Disk.deleteAtEnd(directory);
        } while (System.nanoTime() < end);
    }

    /** Loads, until all is acknowledged, and then closes the store, which returns when all is in its place. */
    private void loadDisk(Contender store) throws Exception {
        List<Job> jobs = Job.all(rows);
        warmUp(jobs.subList(0, Math.min(rows, WARM_UP_ROWS)));
        OptionalLong flushes = Disk.flushes();
        long start = System.nanoTime();
        loadInBatches(store, jobs);
        double acknowledged = seconds(start);
        long flushed = since(flushes);
        store.close();
        double inPlace = seconds(start);
        long flushedInPlace = since(flushes);
        if (!contender.onlyLoads()) {
            results.add(Measure.LOAD, rows, contender.title(), rows / acknowledged, 0, flushed);
        }
        results.add(Measure.LOAD_IN_PLACE, rows, contender.title(), rows / inPlace, 0, flushedInPlace);
    }

    private static void loadInBatches(Contender store, List<Job> jobs) throws Exception {
        for (int i = 0; i < jobs.size(); i += BATCH) {
            store.load(jobs.subList(i, Math.min(jobs.size(), i + BATCH)));
        }
    }

    private long checksumOfSome(Contender store) throws Exception {
        long checksum = 0;
        for (int i = 0; i < rows; i += Math.max(1, rows / 100)) {
            checksum += store.find(Job.idOf(i)).checksum();
        }
        return checksum;
    }

    /** Opens the store again, beside reading every file of it where it is one of JSON files. */
    private Contender reopen(Path directory) throws Exception {
        if (contender.isJsonStore()) {
            parseEveryFile(directory);
        }
        Contender store = contender.create();
        long start = System.nanoTime();
        store.open(directory);
        long checksum = store.find(Job.idOf(rows / 2)).checksum();
        double seconds = seconds(start);
        if (!contender.onlyLoads()) {
            results.add(Measure.REOPEN, rows, contender.title(), seconds, checksum, 0);
        }
        results.add(LOADED, rows, contender.title(), rows, checksumOfSome(store), 0);
        return store;
    }

    private void parseEveryFile(Path directory) throws IOException {
        long start = System.nanoTime();
        Map<String, Job> jobs = EveryFile.read(directory);
        double seconds = seconds(start);
        if (jobs.size() != rows) {
            throw new IllegalStateException(
                    "The files of " + contender + " hold " + jobs.size() + " jobs instead of " + rows);
        }
        long checksum = jobs.get(Job.idOf(rows / 2)).checksum();
        results.add(Measure.REOPEN, rows, EveryFile.of(contender), seconds, checksum, 0);
    }

    private void measure(Contender store) throws Exception {
        findEach(store);
        repeat(
                Measure.FIND,
                random -> store.find(Job.idOf(random.nextInt(rows))).checksum());
        repeat(Measure.QUERY, random -> checksum(store.byOwner(Job.ownerOf(random.nextInt(Job.owners(rows))))));
        repeat(Measure.SCAN, random -> checksum(store.scan(8)));
        Operation save = random -> {
            int number = random.nextInt(rows);
            store.save(Job.make(number, rows).withPriority(random.nextInt(10)));
            return number;
        };
        repeat(Measure.save(1), save);
        repeatOnThreads(Measure.save(THREADS), save);
        repeatOnThreads(
                Measure.mixed(THREADS),
                random -> random.nextInt(10) == 0
                        ? save.run(random)
                        : store.find(Job.idOf(random.nextInt(rows))).checksum());
    }

    /** Finds every row once, as long as that does not take too long: then whoever keeps rows in memory has them there. */
    private void findEach(Contender store) throws Exception {
        long end = System.nanoTime() + FIND_EACH_NANOS;
        for (int i = 0; i < rows && System.nanoTime() < end; i++) {
            store.find(Job.idOf(i));
        }
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
        double seconds = seconds(start);
        long flushed = since(flushes);
        // the same few operations for all contenders, whatever their speed
        SplittableRandom random = new SplittableRandom(3);
        long checksum = 0;
        for (int i = 0; i < 3; i++) {
            checksum += operation.run(random);
        }
        results.add(what, rows, contender.title(), count / seconds, checksum, flushed);
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
            double seconds = seconds(start);
            results.add(what, rows, contender.title(), count / seconds, 0, since(flushes));
        } finally {
            pool.shutdown();
        }
    }

    private static double seconds(long start) {
        return (System.nanoTime() - start) / 1e9;
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
