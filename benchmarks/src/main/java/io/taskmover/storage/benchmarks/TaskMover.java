package io.taskmover.storage.benchmarks;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.mapping.Entity;
import java.nio.file.Path;
import java.util.List;

/** This library, over the place that a URL names. */
public final class TaskMover implements Contender {
    private final String name;
    private final String url;
    private Storage storage;
    private Repository<Job, String> jobs;

    /** @param url with {@code %s} where the directory belongs */
    public TaskMover(String name, String url) {
        this.name = name;
        this.url = url;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void open(Path directory) {
        storage = Storage.open(String.format(url, directory));
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
    public void close() {
        storage.close();
    }
}
