package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.nio.file.Path;
import java.util.List;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** SQLite by Hibernate ORM, a session for each call, batches of 50 as its manual advises. */
public final class HibernateSqlite implements Contender {
    private SessionFactory sessions;

    @Override
    public String name() {
        return "Hibernate on SQLite";
    }

    @Override
    public void open(Path directory) {
        sessions = new Configuration()
                .addAnnotatedClass(JobEntity.class)
                .setProperty("hibernate.connection.url", JdbcSqlite.url(directory) + "&busy_timeout=30000")
                .setProperty("hibernate.connection.driver_class", "org.sqlite.JDBC")
                .setProperty("hibernate.dialect", "org.hibernate.community.dialect.SQLiteDialect")
                .setProperty("hibernate.connection.pool_size", "8")
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
    }
}
