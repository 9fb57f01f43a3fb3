package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Job;
import io.taskmover.storage.benchmarks.Relational;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * SQLite by hand: what a careful engineer writes. One connection for writes, behind a lock, one for reads, and every
 * statement prepared once: faster than a pool that prepares again for each call.
 */
public final class JdbcSqlite implements Relational {
    private static final Database DATABASE = Database.SQLITE;

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
        return shared ? "JDBC on one connection" : DATABASE.name("JDBC");
    }

    @Override
    public void open(Path directory) throws IOException, SQLException {
        writer = DriverManager.getConnection(DATABASE.url(directory));
        writer.setAutoCommit(false);
        try (Statement statement = writer.createStatement()) {
            statement.execute(DATABASE.table());
            statement.execute(Database.INDEX);
        }
        writer.commit();
        reader = shared ? writer : DriverManager.getConnection(DATABASE.url(directory));
    }

    private PreparedStatement prepared(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        return statement;
    }

    @Override
    public synchronized void load(List<Job> jobs) throws SQLException {
        PreparedStatement statement = prepared(writer, Database.UPSERT);
        for (Job job : jobs) {
            DATABASE.bind(statement, job);
            statement.addBatch();
        }
        statement.executeBatch();
        writer.commit();
    }

    @Override
    public synchronized Job find(String id) throws SQLException {
        PreparedStatement statement = prepared(reader, Database.SELECT + " where id = ?");
        statement.setString(1, id);
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return DATABASE.read(rows);
        }
    }

    @Override
    public synchronized void save(Job job) throws SQLException {
        PreparedStatement statement = prepared(writer, Database.UPSERT);
        DATABASE.bind(statement, job);
        statement.executeUpdate();
        writer.commit();
    }

    @Override
    public synchronized List<Job> byOwner(String owner) throws SQLException {
        PreparedStatement statement = prepared(reader, Database.SELECT + " where owner = ?");
        statement.setString(1, owner);
        return all(statement);
    }

    @Override
    public synchronized List<Job> scan(int priority) throws SQLException {
        PreparedStatement statement = prepared(reader, Database.SELECT + " where priority >= ? and not archived");
        statement.setInt(1, priority);
        return all(statement);
    }

    @Override
    public synchronized void each(Consumer<Job> reader) throws SQLException {
        try (ResultSet rows = prepared(this.reader, Database.SELECT).executeQuery()) {
            while (rows.next()) {
                reader.accept(DATABASE.read(rows));
            }
        }
    }

    private static List<Job> all(PreparedStatement statement) throws SQLException {
        List<Job> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                found.add(DATABASE.read(rows));
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
