package io.taskmover.storage.benchmarks.peer;

import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Job;
import io.taskmover.storage.benchmarks.Relational;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;

/** A database by Hibernate ORM, a session for each call, batches of 50 as its manual advises. */
public final class HibernateStore implements Relational {
    private final Database database;
    private HikariDataSource pool;
    private SessionFactory sessions;

    public HibernateStore(Database database) {
        this.database = database;
    }

    @Override
    public String name() {
        return database.name("Hibernate");
    }

    @Override
    public void open(Path directory) throws IOException, SQLException {
        // one connection to SQLite: with more, its read-then-write transactions fail with SQLITE_BUSY as soon as two
        // overlap
        pool = database.pool(directory, database == Database.SQLITE ? 1 : Database.CONNECTIONS);
        Configuration configuration = new Configuration().addAnnotatedClass(JobEntity.class);
        configuration.getProperties().put("hibernate.connection.datasource", pool);
        if (database == Database.SQLITE) {
            configuration.setProperty("hibernate.dialect", "org.hibernate.community.dialect.SQLiteDialect");
        }
        sessions = configuration
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

    /** Without a session's own memory of what it has read. */
    @Override
    public void each(Consumer<Job> reader) {
        sessions.inStatelessTransaction(session -> {
            try (Stream<JobEntity> rows = session.createSelectionQuery("from JobEntity", JobEntity.class)
                    .setFetchSize(Database.FETCHED_ROWS)
                    .getResultStream()) {
                rows.map(JobEntity::toJob).forEach(reader);
            }
        });
    }

    @Override
    public void close() {
        sessions.close();
        pool.close();
    }
}
