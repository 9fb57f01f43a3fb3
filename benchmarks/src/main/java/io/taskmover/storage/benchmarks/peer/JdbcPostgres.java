package io.taskmover.storage.benchmarks.peer;

import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Job;
import io.taskmover.storage.benchmarks.Relational;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * PostgreSQL by hand, over a pool: what a careful engineer writes. Each call is one message and its answer where it can
 * be; the driver keeps what it has prepared on each connection.
 */
public final class JdbcPostgres implements Relational {
    private static final Database DATABASE = Database.POSTGRES;

    /** The types of the columns, as arrays of values have them. */
    private static final List<String> TYPES =
            List.of("text", "text", "text", "text", "int4", "float8", "bool", "timestamptz", "date", "text");

    /** Takes an array of values for each column. */
    private static final String UPSERT_ALL = "insert into job (" + Database.COLUMNS + ") select * from unnest("
            + TYPES.stream().map(type -> "?::" + type + "[]").collect(Collectors.joining(", ")) + ")"
            + Database.OVERWRITE;

    private static final int ROWS_AT_ONCE = 10_000;

    private HikariDataSource pool;

    @Override
    public String name() {
        return DATABASE.name("JDBC");
    }

    @Override
    public void open(Path directory) throws IOException, SQLException {
        pool = DATABASE.pool(directory);
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(DATABASE.table());
            statement.execute(Database.INDEX);
        }
    }

    /**
     * By arrays: of 100,000 rows it takes about 0.8 of the time of both processors that batches rewritten by the driver
     * take, and a little less than COPY into a temporary table and an insert from there.
     */
    @Override
    public void load(List<Job> jobs) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(UPSERT_ALL)) {
                for (int i = 0; i < jobs.size(); i += ROWS_AT_ONCE) {
                    bind(connection, statement, jobs.subList(i, Math.min(jobs.size(), i + ROWS_AT_ONCE)));
                    statement.executeUpdate();
                }
            }
            connection.commit();
        }
    }

    private static void bind(Connection connection, PreparedStatement statement, List<Job> jobs) throws SQLException {
        Object[][] columns = new Object[TYPES.size()][jobs.size()];
        for (int row = 0; row < jobs.size(); row++) {
            Object[] values = DATABASE.values(jobs.get(row));
            for (int column = 0; column < values.length; column++) {
                columns[column][row] = values[column];
            }
        }
        for (int column = 0; column < columns.length; column++) {
            statement.setArray(column + 1, connection.createArrayOf(TYPES.get(column), columns[column]));
        }
    }

    @Override
    public Job find(String id) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(Database.SELECT + " where id = ?")) {
            statement.setString(1, id);
            try (ResultSet rows = statement.executeQuery()) {
                rows.next();
                return DATABASE.read(rows);
            }
        }
    }

    @Override
    public void save(Job job) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(Database.UPSERT)) {
            DATABASE.bind(statement, job);
            statement.executeUpdate();
        }
    }

    @Override
    public List<Job> byOwner(String owner) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement = connection.prepareStatement(Database.SELECT + " where owner = ?")) {
            statement.setString(1, owner);
            return all(statement);
        }
    }

    @Override
    public List<Job> scan(int priority) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement statement =
                        connection.prepareStatement(Database.SELECT + " where priority >= ? and not archived")) {
            statement.setInt(1, priority);
            return all(statement);
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

    /** The driver fetches in parts within a transaction only. */
    @Override
    public void each(Consumer<Job> reader) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try (PreparedStatement statement = connection.prepareStatement(Database.SELECT)) {
                statement.setFetchSize(Database.FETCHED_ROWS);
                try (ResultSet rows = statement.executeQuery()) {
                    while (rows.next()) {
                        reader.accept(DATABASE.read(rows));
                    }
                }
            }
            connection.commit();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
