package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/** The floor: a concurrent map of field arrays with a constructor written by hand. No index, no transactions. */
public final class PlainMap implements Contender {
    private final ConcurrentHashMap<String, Object[]> jobs = new ConcurrentHashMap<>();

    @Override
    public String name() {
        return "ConcurrentHashMap";
    }

    @Override
    public void open(Path directory) {}

    @Override
    public void load(List<Job> batch) {
        batch.forEach(this::save);
    }

    @Override
    public void save(Job job) {
        jobs.put(job.id(), new Object[] {
            job.id(),
            job.title(),
            job.owner(),
            job.state(),
            job.priority(),
            job.estimate(),
            job.archived(),
            job.created(),
            job.due(),
            job.note()
        });
    }

    private static Job build(Object[] fields) {
        return new Job(
                (String) fields[0],
                (String) fields[1],
                (String) fields[2],
                (Job.State) fields[3],
                (Integer) fields[4],
                (Double) fields[5],
                (Boolean) fields[6],
                (Instant) fields[7],
                (LocalDate) fields[8],
                (String) fields[9]);
    }

    @Override
    public Job find(String id) {
        return build(jobs.get(id));
    }

    @Override
    public List<Job> byOwner(String owner) {
        List<Job> found = new ArrayList<>();
        for (Object[] fields : jobs.values()) {
            if (fields[2].equals(owner)) {
                found.add(build(fields));
            }
        }
        return found;
    }

    @Override
    public List<Job> scan(int priority) {
        List<Job> found = new ArrayList<>();
        for (Object[] fields : jobs.values()) {
            if ((Integer) fields[4] >= priority && !(Boolean) fields[6]) {
                found.add(build(fields));
            }
        }
        return found;
    }

    @Override
    public void close() {
        jobs.clear();
    }
}
