package io.taskmover.storage.benchmarks;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.cache.CacheLevel;
import io.taskmover.storage.cache.LruCache;
import io.taskmover.storage.config.CacheSettings;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.schema.Row;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.ToLongFunction;

/** Reads that a cache answers, beside the least that they can cost; everything fits in. */
final class Caches {
    static final String CAFFEINE = "Caffeine, get";
    static final String CAFFEINE_AND_BUILDING = "Caffeine, get and building";
    static final String CACHED = "TaskMover, cached";
    static final String CACHED_MUTABLE = "TaskMover, cached, mutable";
    static final String UNCACHED = "TaskMover, not cached";
    static final String LRU = "LruCache";
    static final String LINKED_HASH_MAP = "LinkedHashMap, synchronized";
    static final int THREADS = 8;

    /** How many keys are read between two looks at the clock. */
    private static final int AT_ONCE = 1_000;

    private final int rows;
    private final long slice;
    private final Results results;
    private final String[] ids;
    private final String[] owners;

    /** A job as an entity that can be changed. */
    public static final class Draft {
        public String id = "";
        public String title = "";
        public String owner = "";
        public Job.State state = Job.State.OPEN;
        public int priority;
        public double estimate;
        public boolean archived;
        public Instant created = Instant.EPOCH;
        public LocalDate due = LocalDate.EPOCH;
        public String note = "";
    }

    /** @param sliceMillis how long each is warmed up, twice, and measured */
    Caches(int rows, long sliceMillis, Results results) {
        this.rows = rows;
        this.slice = sliceMillis * 1_000_000;
        this.results = results;
        SplittableRandom random = new SplittableRandom(1);
        this.ids = random.ints(1 << 16, 0, rows).mapToObj(Job::idOf).toArray(String[]::new);
        this.owners = random.ints(1 << 12, 0, rows)
                .mapToObj(row -> Job.make(row, rows).owner())
                .toArray(String[]::new);
    }

    void run() throws Exception {
        finds();
        levels();
        queries();
    }

    private StorageConfig.Builder cached(String url) {
        return StorageConfig.builder(url).cache(CacheSettings.DEFAULT.withRows(2L * rows));
    }

    private void finds() throws Exception {
        Cache<String, Job> bare = Caffeine.newBuilder().maximumSize(2L * rows).build();
        Cache<String, Row> ofRows = Caffeine.newBuilder().maximumSize(2L * rows).build();
        Entity<Draft, String> draft = Entity.of(Draft.class, String.class).table("job");
        try (Storage storage = Storage.open(cached("memory:").build())) {
            Repository<Job, String> jobs = storage.repository(Job.class, String.class);
            Repository<Draft, String> drafts = storage.repository(draft);
            jobs.saveAll(Job.all(rows));
            for (Job job : jobs.findAll()) {
                bare.put(job.id(), job);
                ofRows.put(job.id(), storage.backend().find("job", job.id()).orElseThrow());
            }
            measure(
                    Measure.CACHED_FIND,
                    CAFFEINE,
                    ids,
                    1,
                    id -> bare.getIfPresent(id).priority());
            measure(
                    Measure.CACHED_FIND,
                    CACHED,
                    ids,
                    1,
                    id -> jobs.findById(id).orElseThrow().priority());
            measure(
                    Measure.CACHED_FIND,
                    CAFFEINE_AND_BUILDING,
                    ids,
                    1,
                    id -> draft.fromRow(ofRows.getIfPresent(id)).priority);
            measure(
                    Measure.CACHED_FIND,
                    CACHED_MUTABLE,
                    ids,
                    1,
                    id -> drafts.findById(id).orElseThrow().priority);
        }
    }

    /** Nine of ten times a value is asked for, else set. */
    private void levels() throws Exception {
        int bound = rows / 2;
        LruCache<String, Long> lru = new LruCache<>(bound, CacheLevel.FOREVER);
        Map<String, Long> map = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
                return size() > bound;
            }
        });
        measure(Measure.LEVEL, LRU, ids, THREADS, id -> {
            if (id.hashCode() % 10 == 0) {
                lru.set(id, 1L);
            }
            return lru.get(id) == null ? 0 : 1;
        });
        measure(Measure.LEVEL, LINKED_HASH_MAP, ids, THREADS, id -> {
            if (id.hashCode() % 10 == 0) {
                map.put(id, 1L);
            }
            return map.get(id) == null ? 0 : 1;
        });
    }

    private void queries() throws Exception {
        Path directory = Disk.newDirectory();
        String url = "sqlite:" + directory.resolve("jobs.db");
        Entity<Job, String> entity = Entity.of(Job.class, String.class).index(Job::owner);
        try (Storage with = Storage.open(cached(url).build());
                Storage without = Storage.open(url)) {
            Repository<Job, String> cached = with.repository(entity);
            Repository<Job, String> uncached = without.repository(entity);
            cached.saveAll(Job.all(rows));
            measure(Measure.CACHED_QUERY, CACHED, owners, 1, owner -> priorities(cached, owner));
            measure(Measure.CACHED_QUERY, UNCACHED, owners, 1, owner -> priorities(uncached, owner));
        }
    }

    private static long priorities(Repository<Job, String> jobs, String owner) {
        List<Job> found = jobs.find(where(field(Job::owner).eq(owner)));
        return found.stream().mapToLong(Job::priority).sum();
    }

    /** Reads keys in their order, again and again. The checksum is of one pass. */
    private void measure(String what, String who, String[] keys, int threads, ToLongFunction<String> read)
            throws Exception {
        long checksum = 0;
        for (String key : keys) {
            checksum += read.applyAsLong(key);
        }
        run(keys, threads, read);
        run(keys, threads, read);
        long start = System.nanoTime();
        long count = run(keys, threads, read);
        double seconds = (System.nanoTime() - start) / 1e9;
        results.add(what, rows, who, count / seconds, what.equals(Measure.LEVEL) ? 0 : checksum, 0);
    }

    private long run(String[] keys, int threads, ToLongFunction<String> read) throws Exception {
        LongAdder count = new LongAdder();
        LongAdder sum = new LongAdder();
        long end = System.nanoTime() + slice;
        OnThreads.all(threads, () -> {
            int next = (int) Thread.currentThread().getId() * AT_ONCE;
            long mine = 0;
            do {
                for (int i = 0; i < AT_ONCE; i++) {
                    mine += read.applyAsLong(keys[next++ & keys.length - 1]);
                }
                count.add(AT_ONCE);
            } while (System.nanoTime() - end < 0);
            sum.add(mine);
            return null;
        });
        if (sum.sum() == Long.MIN_VALUE) {
            throw new AssertionError("the sum keeps what is read from being left out");
        }
        return count.sum();
    }
}
