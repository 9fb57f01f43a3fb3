package io.taskmover.storage.benchmarks.peer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.nio.file.Path;
import java.util.List;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.PreparedBatch;

/** SQLite by Jdbi's fluent API over a pool. */
public final class JdbiSqlite implements Contender {
    private HikariDataSource pool;
    private Jdbi jdbi;

    @Override
    public String name() {
        return "Jdbi on SQLite";
    }

    @Override
    public void open(Path directory) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(JdbcSqlite.url(directory) + "&busy_timeout=30000&transaction_mode=IMMEDIATE");
        config.setMaximumPoolSize(8);
        pool = new HikariDataSource(config);
        jdbi = Jdbi.create(pool);
        jdbi.registerRowMapper(Job.class, (rows, context) -> JdbcSqlite.read(rows));
        jdbi.useHandle(handle -> {
            handle.execute(JdbcSqlite.TABLE);
            handle.execute(JdbcSqlite.INDEX);
        });
    }

    @Override
    public void load(List<Job> jobs) {
        jdbi.useTransaction(handle -> {
            PreparedBatch batch = handle.prepareBatch(JdbcSqlite.UPSERT);
            for (Job job : jobs) {
                batch.bind(0, job.id())
                        .bind(1, job.title())
                        .bind(2, job.owner())
                        .bind(3, job.state().name())
                        .bind(4, job.priority())
                        .bind(5, job.estimate())
                        .bind(6, job.archived() ? 1 : 0)
                        .bind(7, job.created().toString())
                        .bind(8, job.due().toString())
                        .bind(9, job.note())
                        .add();
            }
            batch.execute();
        });
    }

    @Override
    public Job find(String id) {
        return jdbi.withHandle(handle -> handle.createQuery("select " + JdbcSqlite.COLUMNS + " from job where id = :id")
                .bind("id", id)
                .mapTo(Job.class)
                .one());
    }

    @Override
    public void save(Job job) {
        jdbi.useHandle(handle -> handle.createUpdate(JdbcSqlite.UPSERT)
                .bind(0, job.id())
                .bind(1, job.title())
                .bind(2, job.owner())
                .bind(3, job.state().name())
                .bind(4, job.priority())
                .bind(5, job.estimate())
                .bind(6, job.archived() ? 1 : 0)
                .bind(7, job.created().toString())
                .bind(8, job.due().toString())
                .bind(9, job.note())
                .execute());
    }

    @Override
    public List<Job> byOwner(String owner) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select " + JdbcSqlite.COLUMNS + " from job where owner = :owner")
                        .bind("owner", owner)
                        .mapTo(Job.class)
                        .list());
    }

    @Override
    public List<Job> scan(int priority) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select " + JdbcSqlite.COLUMNS + " from job where priority >= :priority and archived = 0")
                .bind("priority", priority)
                .mapTo(Job.class)
                .list());
    }

    @Override
    public void close() {
        pool.close();
    }
}
