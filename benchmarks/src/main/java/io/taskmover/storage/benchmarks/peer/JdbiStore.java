package io.taskmover.storage.benchmarks.peer;

import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Job;
import io.taskmover.storage.benchmarks.Relational;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jdbi.v3.core.statement.Update;

/** A database by Jdbi's fluent API over a pool. */
public final class JdbiStore implements Relational {
    private final Database database;
    private HikariDataSource pool;
    private Jdbi jdbi;

    public JdbiStore(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return database.name("Jdbi");
    }

    @Override
    public void open(Path directory) throws IOException, SQLException {
        pool = database.pool(directory);
        jdbi = Jdbi.create(pool);
        jdbi.registerRowMapper(Job.class, (rows, context) -> database.read(rows));
        jdbi.useHandle(handle -> {
            handle.execute(database.table());
            handle.execute(Database.INDEX);
        });
    }

    @Override
    public void load(List<Job> jobs) {
        jdbi.useTransaction(handle -> {
            PreparedBatch batch = handle.prepareBatch(Database.UPSERT);
            for (Job job : jobs) {
                batch.add(database.values(job));
            }
            batch.execute();
        });
    }

    @Override
    public Job find(String id) {
        return jdbi.withHandle(handle -> handle.createQuery(Database.SELECT + " where id = :id")
                .bind("id", id)
                .mapTo(Job.class)
                .one());
    }

    @Override
    public void save(Job job) {
        jdbi.useHandle(handle -> {
            Update update = handle.createUpdate(Database.UPSERT);
            Object[] values = database.values(job);
            for (int i = 0; i < values.length; i++) {
                update.bind(i, values[i]);
            }
            update.execute();
        });
    }

    @Override
    public List<Job> byOwner(String owner) {
        return jdbi.withHandle(handle -> handle.createQuery(Database.SELECT + " where owner = :owner")
                .bind("owner", owner)
                .mapTo(Job.class)
                .list());
    }

    @Override
    public List<Job> scan(int priority) {
        return jdbi.withHandle(
                handle -> handle.createQuery(Database.SELECT + " where priority >= :priority and not archived")
                        .bind("priority", priority)
                        .mapTo(Job.class)
                        .list());
    }

    @Override
    public void each(Consumer<Job> reader) {
        jdbi.useTransaction(handle -> handle.createQuery(Database.SELECT)
                .setFetchSize(Database.FETCHED_ROWS)
                .mapTo(Job.class)
                .useStream(jobs -> jobs.forEach(reader)));
    }

    @Override
    public void close() {
        pool.close();
    }
}
