package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;

/**
 * One way to store jobs. {@link #load} and {@link #save} return when the jobs are as safe as the contender makes them;
 * used by several threads at once after {@link #open}.
 */
public interface Contender extends AutoCloseable {

    String name();

    /** Opens the store in an empty directory, or one that this contender left there. */
    void open(Path directory) throws Exception;

    /** Adds jobs in one batch. */
    void load(List<Job> jobs) throws Exception;

    /** The job with this id, which exists. */
    Job find(String id) throws Exception;

    /** Inserts or replaces one job, durably if the contender is durable at all. */
    void save(Job job) throws Exception;

    /** By index. */
    List<Job> byOwner(String owner) throws Exception;

    /** The jobs of at least this priority that are not archived: by looking at every one. */
    List<Job> scan(int priority) throws Exception;

    @Override
    void close() throws IOException, SQLException;
}
