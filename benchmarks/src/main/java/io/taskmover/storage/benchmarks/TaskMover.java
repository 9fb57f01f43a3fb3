package io.taskmover.storage.benchmarks;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.query.Query;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** This library, over the place that a URL names. */
public final class TaskMover implements Relational {
    private final String name;
    private final Place place;
    private Storage storage;
    private Repository<Job, String> jobs;

    /** Where a store stands, by what belongs to a directory. */
    @FunctionalInterface
    interface Place {
        String url(Path directory) throws Exception;
    }

    TaskMover(String name, Place place) {
        this.name = name;
        this.place = place;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void open(Path directory) throws Exception {
        storage = Storage.open(place.url(directory));
        jobs = storage.repository(Entity.of(Job.class, String.class).index(Job::owner));
    }

    @Override
    public void load(List<Job> batch) {
        jobs.saveAll(batch);
    }

    @Override
    public Job find(String id) {
        return jobs.findById(id).orElseThrow();
    }

    @Override
    public void save(Job job) {
        jobs.save(job);
    }

    @Override
    public List<Job> byOwner(String owner) {
        return jobs.find(where(field(Job::owner).eq(owner)));
    }

    @Override
    public List<Job> scan(int priority) {
        return jobs.find(where(
                field(Job::priority).atLeast(priority).and(field(Job::archived).eq(false))));
    }

    @Override
    public void each(Consumer<Job> reader) {
        try (Stream<Job> all = jobs.stream(Query.all())) {
            all.forEach(reader);
        }
    }

    /** The open store. */
    Storage storage() {
        return storage;
    }

    @Override
    public void close() {
        storage.close();
    }
}
