package io.taskmover.storage.benchmarks;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.query.Query;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * What versions of rows cost: a save with them beside one without, and what is read as of a moment, since when
 * {@link #CHANGED} rows have changed, beside what is read now. Afterwards there has to be a version for every save.
 */
final class Versions {
    static final String SAVE = "save, versions kept or not, 1/s";
    static final String FIND = "findById, as of then or now, 1/s";
    static final String QUERY = "indexed query, as of then or now, 1/s";

    /** How many rows have changed since the moment that is looked at. */
    private static final int CHANGED = 10;

    /** The stores that are measured, by name. */
    static final List<String> STORES = List.of("memory", "file", "lines", "sqlite");

    private final int rows;
    private final long slice;
    private final Results results;
    private final List<Job> all;

    /** @param sliceMillis how long each is warmed up, and measured */
    Versions(int rows, long sliceMillis, Results results) {
        this.rows = rows;
        this.slice = sliceMillis * 1_000_000;
        this.results = results;
        this.all = Job.all(rows);
    }

    /** Under which name a store appears that keeps versions, or that is looked at as of a moment. */
    static String then(String store) {
        return store + " with versions";
    }

    static String now(String store) {
        return store + " without";
    }

    private static String url(String store, Path directory) {
        return switch (store) {
            case "memory" -> "memory:";
            case "file" -> "file:" + directory + "/store";
            case "lines" -> "file:" + directory + "/store?layout=lines";
            case "sqlite" -> "sqlite:" + directory + "/jobs.db";
            default -> throw new IllegalArgumentException(store);
        };
    }

    void run() throws Exception {
        for (String store : STORES) {
            measure(store);
        }
    }

    private void measure(String store) throws Exception {
        Path with = Disk.newDirectory();
        Path without = Disk.newDirectory();
        try (Storage versioned = open(url(store, with), true);
                Storage plain = open(url(store, without), false)) {
            Repository<Job, String> versions = jobs(versioned);
            Repository<Job, String> none = jobs(plain);
            long saved = saves(versions, slice);
            saves(none, slice);
            saved += measured(SAVE, then(store), nanos -> saves(versions, nanos));
            measured(SAVE, now(store), nanos -> saves(none, nanos));
            Instant moment = Instant.now();
            for (int i = 0; i < CHANGED; i++) {
                versions.save(all.get(i).withPriority(10 + i));
            }
            reads(store, versions, moment);
            requireVersions(versions, rows + saved + CHANGED);
        } finally {
            Disk.deleteAtEnd(with);
            Disk.deleteAtEnd(without);
        }
    }

    private static void requireThere(Optional<Job> found) {
        if (found.isEmpty()) {
            throw new IllegalStateException("A job is gone");
        }
    }

    private void reads(String store, Repository<Job, String> jobs, Instant moment) throws Exception {
        var past = jobs.asOf(moment);
        OnThreads.Work findThen = (row, random) -> requireThere(past.findById(Job.idOf(row)));
        OnThreads.Work findNow = (row, random) -> requireThere(jobs.findById(Job.idOf(row)));
        OnThreads.Work queryThen = (row, random) -> past.find(ofOwner(row));
        OnThreads.Work queryNow = (row, random) -> jobs.find(ofOwner(row));
        for (OnThreads.Work work : List.of(findThen, findNow, queryThen, queryNow)) {
            OnThreads.count(1, rows, slice, work);
        }
        measured(FIND, then(store), nanos -> OnThreads.count(1, rows, nanos, findThen));
        measured(FIND, now(store), nanos -> OnThreads.count(1, rows, nanos, findNow));
        measured(QUERY, then(store), nanos -> OnThreads.count(1, rows, nanos, queryThen));
        measured(QUERY, now(store), nanos -> OnThreads.count(1, rows, nanos, queryNow));
    }

    private Query<Job> ofOwner(int row) {
        return where(field(Job::owner).eq(Job.ownerOf(row % Job.owners(rows))));
    }

    /** Something that goes on for some nanoseconds, and is counted. */
    private interface Counted {
        long during(long nanos) throws Exception;
    }

    private long measured(String what, String who, Counted work) throws Exception {
        long start = System.nanoTime();
        long count = work.during(slice);
        results.add(what, rows, who, count / ((System.nanoTime() - start) / 1e9));
        return count;
    }

    private static Storage open(String url, boolean versions) {
        return Storage.open(
                StorageConfig.builder(url).versioningEnabled(versions).build());
    }

    private Repository<Job, String> jobs(Storage storage) {
        Repository<Job, String> jobs =
                storage.repository(Entity.of(Job.class, String.class).index(Job::owner));
        jobs.saveAll(all);
        return jobs;
    }

    private long saves(Repository<Job, String> jobs, long nanos) throws Exception {
        return OnThreads.count(
                1, rows, nanos, (row, random) -> jobs.save(all.get(row).withPriority(random.nextInt(10))));
    }

    private void requireVersions(Repository<Job, String> jobs, long expected) {
        long versions = 0;
        for (int row = 0; row < rows; row++) {
            versions += jobs.history(Job.idOf(row)).size();
        }
        if (versions != expected) {
            throw new IllegalStateException("Of " + expected + " saves " + versions + " are versions");
        }
    }
}
