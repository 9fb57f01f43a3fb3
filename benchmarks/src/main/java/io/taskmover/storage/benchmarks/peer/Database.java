package io.taskmover.storage.benchmarks.peer;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.benchmarks.Job;
import io.taskmover.storage.benchmarks.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/** A relational database that peers store jobs in: how it is reached, its table, and its forms of a job's values. */
public enum Database {
    /** Instants and dates are ISO text. */
    SQLITE("SQLite") {
        @Override
        String url(Path directory) {
            return "jdbc:sqlite:" + directory.resolve("jobs.db") + "?journal_mode=WAL&synchronous=FULL";
        }

        @Override
        String pooledUrl(Path directory) {
            return url(directory) + "&busy_timeout=30000&transaction_mode=IMMEDIATE";
        }

        @Override
        String table() {
            return "create table if not exists job (id text primary key, title text not null, owner text not null,"
                    + " state text not null, priority integer not null, estimate real not null,"
                    + " archived integer not null, created text not null, due text not null, note text not null)"
                    + " without rowid";
        }

        @Override
        Object stored(Instant instant) {
            return instant.toString();
        }

        @Override
        Object stored(LocalDate date) {
            return date.toString();
        }

        @Override
        void bindTimes(PreparedStatement statement, Job job) throws SQLException {
            statement.setString(8, job.created().toString());
            statement.setString(9, job.due().toString());
        }

        @Override
        Instant instant(ResultSet rows, int column) throws SQLException {
            return Instant.parse(rows.getString(column));
        }

        @Override
        LocalDate date(ResultSet rows, int column) throws SQLException {
            return LocalDate.parse(rows.getString(column));
        }
    },

    /** The types that PostgreSQL has for instants and dates. */
    POSTGRES("PostgreSQL") {
        @Override
        String url(Path directory) throws IOException, SQLException {
            return PostgresServer.jdbcUrl(directory) + "&reWriteBatchedInserts=true";
        }

        @Override
        String pooledUrl(Path directory) throws IOException, SQLException {
            return url(directory);
        }

        @Override
        String table() {
            return "create table if not exists job (id text primary key, title text not null, owner text not null,"
                    + " state text not null, priority integer not null, estimate double precision not null,"
                    + " archived boolean not null, created timestamp with time zone not null, due date not null,"
                    + " note text not null)";
        }

        @Override
        Object stored(Instant instant) {
            return instant.atOffset(ZoneOffset.UTC);
        }

        @Override
        Object stored(LocalDate date) {
            return date;
        }

        @Override
        void bindTimes(PreparedStatement statement, Job job) throws SQLException {
            statement.setObject(8, job.created().atOffset(ZoneOffset.UTC));
            statement.setObject(9, job.due());
        }

        @Override
        Instant instant(ResultSet rows, int column) throws SQLException {
            return rows.getObject(column, OffsetDateTime.class).toInstant();
        }

        @Override
        LocalDate date(ResultSet rows, int column) throws SQLException {
            return rows.getObject(column, LocalDate.class);
        }
    };

    static final String INDEX = "create index if not exists job_owner on job (owner)";
    static final String COLUMNS = "id, title, owner, state, priority, estimate, archived, created, due, note";
    static final String SELECT = "select " + COLUMNS + " from job";
    /** What is to be done where a job of the same id is there already. */
    static final String OVERWRITE = " on conflict (id) do update set title = excluded.title, owner = excluded.owner,"
            + " state = excluded.state, priority = excluded.priority, estimate = excluded.estimate,"
            + " archived = excluded.archived, created = excluded.created, due = excluded.due, note = excluded.note";

    static final String UPSERT = "insert into job (" + COLUMNS + ") values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)" + OVERWRITE;

    /** As many connections as this library has by default. */
    static final int CONNECTIONS = 8;
    /** Rows that are fetched at once where there may be many. */
    static final int FETCHED_ROWS = 1_000;

    private final String title;

    Database(String title) {
        this.title = title;
    }

    /** What a peer on this database is called. */
    String name(String peer) {
        return peer + " on " + title;
    }

    /** What JDBC calls the database that belongs to a directory. */
    abstract String url(Path directory) throws IOException, SQLException;

    /** The same for connections that do not know of each other. */
    abstract String pooledUrl(Path directory) throws IOException, SQLException;

    /** The definition of the table. */
    abstract String table();

    abstract Object stored(Instant instant);

    abstract Object stored(LocalDate date);

    abstract void bindTimes(PreparedStatement statement, Job job) throws SQLException;

    abstract Instant instant(ResultSet rows, int column) throws SQLException;

    abstract LocalDate date(ResultSet rows, int column) throws SQLException;

    HikariDataSource pool(Path directory) throws IOException, SQLException {
        return pool(directory, CONNECTIONS);
    }

    HikariDataSource pool(Path directory, int connections) throws IOException, SQLException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(pooledUrl(directory));
        config.setMaximumPoolSize(connections);
        return new HikariDataSource(config);
    }

    /** The values of a job in the order of {@link #COLUMNS}. */
    Object[] values(Job job) {
        return new Object[] {
            job.id(),
            job.title(),
            job.owner(),
            job.state().name(),
            job.priority(),
            job.estimate(),
            job.archived(),
            stored(job.created()),
            stored(job.due()),
            job.note()
        };
    }

    /** Sets the parameters of {@link #UPSERT}. */
    void bind(PreparedStatement statement, Job job) throws SQLException {
        statement.setString(1, job.id());
        statement.setString(2, job.title());
        statement.setString(3, job.owner());
        statement.setString(4, job.state().name());
        statement.setInt(5, job.priority());
        statement.setDouble(6, job.estimate());
        statement.setBoolean(7, job.archived());
        bindTimes(statement, job);
        statement.setString(10, job.note());
    }

    /** The current row of {@link #COLUMNS}. */
    Job read(ResultSet rows) throws SQLException {
        return new Job(
                rows.getString(1),
                rows.getString(2),
                rows.getString(3),
                Job.State.valueOf(rows.getString(4)),
                rows.getInt(5),
                rows.getDouble(6),
                rows.getBoolean(7),
                instant(rows, 8),
                date(rows, 9),
                rows.getString(10));
    }
}
