package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * SQLite by hand: what a careful engineer writes. One connection for writes, behind a lock, one for reads, and every
 * statement prepared once: faster than a pool that prepares again for each call.
 */
public class JdbcSqlite implements Contender {
    static final String TABLE = "create table if not exists job (id text primary key, title text not null,"
            + " owner text not null, state text not null, priority integer not null, estimate real not null,"
            + " archived integer not null, created text not null, due text not null, note text not null) without rowid";
    static final String INDEX = "create index if not exists job_owner on job (owner)";
    static final String UPSERT = "insert into job (id, title, owner, state, priority, estimate, archived, created, due,"
            + " note) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict (id) do update set title = excluded.title,"
            + " owner = excluded.owner, state = excluded.state, priority = excluded.priority,"
            + " estimate = excluded.estimate, archived = excluded.archived, created = excluded.created,"
            + " due = excluded.due, note = excluded.note";
    static final String COLUMNS = "id, title, owner, state, priority, estimate, archived, created, due, note";

    private final boolean shared;
    private Connection reader;
    private Connection writer;
    private final Map<String, PreparedStatement> statements = new HashMap<>();

    /** @param shared whether reads have no connection of their own */
    public JdbcSqlite(boolean shared) {
        this.shared = shared;
    }

    @Override
    public String name() {
        return shared ? "JDBC on one connection" : "JDBC on SQLite";
    }

    static String url(Path directory) {
        return "jdbc:sqlite:" + directory.resolve("jobs.db") + "?journal_mode=WAL&synchronous=FULL";
    }

    @Override
    public void open(Path directory) throws SQLException {
        writer = DriverManager.getConnection(url(directory));
        writer.setAutoCommit(false);
        try (Statement statement = writer.createStatement()) {
            statement.execute(TABLE);
            statement.execute(INDEX);
        }
        writer.commit();
        reader = shared ? writer : DriverManager.getConnection(url(directory));
    }

    private PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    static void bind(PreparedStatement statement, Job job) throws SQLException {
        statement.setString(1, job.id());
        statement.setString(2, job.title());
        statement.setString(3, job.owner());
        statement.setString(4, job.state().name());
        statement.setInt(5, job.priority());
        statement.setDouble(6, job.estimate());
        statement.setInt(7, job.archived() ? 1 : 0);
        statement.setString(8, job.created().toString());
        statement.setString(9, job.due().toString());
        statement.setString(10, job.note());
    }

    static Job read(ResultSet rows) throws SQLException {
        return new Job(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                Job.State.valueOf(rows.getString(4)),
                rows.getInt(5),
                rows.getDouble(6),
                rows.getInt(7) != 0,
                Instant.parse(rows.getString(8)),
                LocalDate.parse(rows.getString(9)),
                rows.getString(10));
    }

    @Override
    public synchronized void load(List<Job> jobs) throws SQLException {
        PreparedStatement statement = prepared(writer, UPSERT);
        for (Job job : jobs) {
            bind(statement, job);
            statement.addBatch();
        }
        statement.executeBatch();
        writer.commit();
    }

    @Override
    public synchronized Job find(String id) throws SQLException {
        PreparedStatement statement = prepared(reader, "select " + COLUMNS + " from job where id = ?");
        statement.setString(1, id);
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return read(rows);
        }
    }

    @Override
    public synchronized void save(Job job) throws SQLException {
        PreparedStatement statement = prepared(writer, UPSERT);
        bind(statement, job);
        statement.executeUpdate();
        writer.commit();
    }

    @Override
    public synchronized List<Job> byOwner(String owner) throws SQLException {
        PreparedStatement statement = prepared(reader, "select " + COLUMNS + " from job where owner = ?");
        statement.setString(1, owner);
        return all(statement);
    }

    @Override
    public synchronized List<Job> scan(int priority) throws SQLException {
        PreparedStatement statement =
                prepared(reader, "select " + COLUMNS + " from job where priority >= ? and archived = 0");
        statement.setInt(1, priority);
        return all(statement);
    }

    private static List<Job> all(PreparedStatement statement) throws SQLException {
        List<Job> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(read(rows));
            }
        }
        return found;
    }

    @Override
    public void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
        reader.close();
        writer.close();
    }
}
