package io.taskmover.storage.benchmarks.peer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.nio.file.Path;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** SQLite by Hibernate ORM, a session for each call, batches of 50 as its manual advises. */
public final class HibernateSqlite implements Contender {
    private HikariDataSource pool;
    private SessionFactory sessions;

    @Override
    public String name() {
        return "Hibernate on SQLite";
    }

    @Override
    public void open(Path directory) {
        // one connection: with more, its read-then-write transactions fail with SQLITE_BUSY as soon as two overlap
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(JdbcSqlite.url(directory));
        config.setMaximumPoolSize(1);
        pool = new HikariDataSource(config);
        Configuration configuration = new Configuration().addAnnotatedClass(JobEntity.class);
        configuration.getProperties().put("hibernate.connection.datasource", pool);
        sessions = configuration
                .setProperty("hibernate.dialect", "org.hibernate.community.dialect.SQLiteDialect")
                .setProperty("hibernate.jdbc.batch_size", "50")
                .setProperty("hibernate.hbm2ddl.auto", "update")
                .buildSessionFactory();
    }

    @Override
    public void load(List<Job> jobs) {
        sessions.inTransaction(session -> {
            int pending = 0;
            for (Job job : jobs) {
                session.persist(new JobEntity(job));
                if (++pending % 50 == 0) {
                    session.flush();
                    session.clear();
                }
            }
        });
    }

    @Override
    public Job find(String id) {
        return sessions.fromSession(session -> session.find(JobEntity.class, id).toJob());
    }

    @Override
    public void save(Job job) {
        sessions.inTransaction(session -> session.merge(new JobEntity(job)));
    }

    @Override
    public List<Job> byOwner(String owner) {
        return sessions.fromSession(session -> session
                .createSelectionQuery("from JobEntity where owner = :owner", JobEntity.class)
                .setParameter("owner", owner)
                .list()
                .stream()
                .map(JobEntity::toJob)
                .toList());
    }

    @Override
    public List<Job> scan(int priority) {
        return sessions.fromSession(session -> session
                .createSelectionQuery("from JobEntity where priority >= :priority and not archived", JobEntity.class)
                .setParameter("priority", priority)
                .list()
                .stream()
                .map(JobEntity::toJob)
                .toList());
    }

    @Override
    public void close() {
        sessions.close();
        pool.close();
    }
}
