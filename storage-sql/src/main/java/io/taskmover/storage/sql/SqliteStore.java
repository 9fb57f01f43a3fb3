package io.taskmover.storage.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.StorageTimeoutException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteConnection;
import org.sqlite.SQLiteDataSource;
import org.sqlite.SQLiteOpenMode;

/** An open database file: the writer's session, and a pool of readers' ones. */
final class SqliteStore implements AutoCloseable {
    /** HikariCP takes no shorter timeout. */
    private static final long SHORTEST_POOL_TIMEOUT_MILLIS = 250;

    private final Path file;
    private final SqliteErrors errors;
    private final int busyMillis;
    private final @Nullable SqliteSession writer;
    private final LogBound logBound;
    private final HikariDataSource readers;
    private final Map<Connection, SqliteSession> sessions = new ConcurrentHashMap<>();

    /** @param durable whether the file is to outlive the process; one that is not is always made */
    SqliteStore(Path file, StorageConfig config, boolean durable) {
        this.file = file;
        this.errors = new SqliteErrors(file);
        this.logBound = new LogBound(file);
        this.busyMillis = (int) Math.min(config.timeout().toMillis(), Integer.MAX_VALUE);
        try {
            // first, for it makes the file and recovers what a crash left
            this.writer = config.readOnly() && durable ? null : openWriter(durable);
            this.readers = openReaders(config);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /** A reader out of the pool; closing gives it back. */
    record Lease(SqliteSession session, Connection pooled) implements AutoCloseable {
        @Override
        public void close() throws SQLException {
            pooled.close();
        }
    }

    private SqliteSession openWriter(boolean durable) throws SQLException {
        SQLiteConfig settings = settings();
        settings.setSynchronous(durable ? SQLiteConfig.SynchronousMode.FULL : SQLiteConfig.SynchronousMode.OFF);
        // a log that is begun anew is cut to that; what one transaction needs it has
        settings.setJournalSizeLimit(LogBound.MOST_BYTES);
        SQLiteConnection connection = (SQLiteConnection) dataSource(settings).getConnection();
        try {
            SqliteSession session = new SqliteSession(connection);
            session.queryLong("pragma journal_mode = wal");
            session.queryLong("select count(*) from sqlite_master");
            return session;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private HikariDataSource openReaders(StorageConfig config) throws SQLException {
        SQLiteConfig settings = settings();
        settings.setReadOnly(true);
        SQLiteDataSource source = dataSource(settings);
        // the pool would wrap what is wrong with the file, so look before
        try (Connection first = source.getConnection();
                var statement = first.createStatement()) {
            statement.execute("select count(*) from sqlite_master");
        }
        HikariConfig pool = new HikariConfig();
        pool.setPoolName("sqlite " + file.getFileName());
        pool.setDataSource(source);
        // as they are already: the pool tells each connection, and the driver lets no one change it
        pool.setReadOnly(true);
        pool.setMaximumPoolSize(config.poolSize());
        pool.setMinimumIdle(1);
        pool.setConnectionTimeout(
                Math.max(SHORTEST_POOL_TIMEOUT_MILLIS, config.timeout().toMillis()));
        // a connection to a file does not grow stale
        pool.setMaxLifetime(0);
        pool.setIdleTimeout(0);
        return new HikariDataSource(pool);
    }

    private SQLiteConfig settings() {
        SQLiteConfig settings = new SQLiteConfig();
        settings.setBusyTimeout(busyMillis);
        settings.enforceForeignKeys(true);
        settings.resetOpenMode(SQLiteOpenMode.OPEN_URI);
        return settings;
    }

    private SQLiteDataSource dataSource(SQLiteConfig settings) {
        SQLiteDataSource source = new SQLiteDataSource(settings);
        source.setUrl("jdbc:sqlite:" + file);
        return source;
    }

    /** Whether a transaction that writes is under way, of whatever process. */
    boolean isBeingWritten() {
        SQLiteConfig settings = settings();
        settings.setBusyTimeout(0);
        try (Connection connection = dataSource(settings).getConnection()) {
            SqliteSession session = new SqliteSession((SQLiteConnection) connection);
            session.executeOnce("begin immediate");
            session.executeOnce("rollback");
            return false;
        } catch (SQLException e) {
            if (errors.translate(e) instanceof LockedException) {
                return true;
            }
            throw errors.translate(e);
        }
    }

    SqliteErrors errors() {
        return errors;
    }

    Path file() {
        return file;
    }

    /**
     * Has the log of commits on the disk, whoever wrote it. What was moved from there into the file is there already, and no
     * lock depends on this file being open: those are on others.
     */
    void force() {
        Path log = LogBound.log(file);
        try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
            channel.force(false);
        } catch (NoSuchFileException e) {
            // nothing was written since the last connection was closed, which leaves no log
        } catch (IOException e) {
            throw new StorageIoException("The log of the database cannot be forced to the disk", log, false, e);
        }
    }

    /** The session that writes; null if the store was opened for reading only. */
    @Nullable
    SqliteSession writer() {
        return writer;
    }

    /** The writer has ended a transaction, and has its turn still. */
    void keepLogShort() {
        if (writer != null) {
            logBound.keep(writer);
        }
    }

    int busyMillis() {
        return busyMillis;
    }

    Lease lease() {
        try {
            Connection pooled = readers.getConnection();
            Connection raw = pooled.unwrap(SQLiteConnection.class);
            SqliteSession session = sessions.get(raw);
            if (session == null) {
                sessions.keySet().removeIf(SqliteStore::isClosed);
                session = new SqliteSession((SQLiteConnection) raw);
                sessions.put(raw, session);
            }
            return new Lease(session, pooled);
        } catch (SQLTransientConnectionException e) {
            throw new StorageTimeoutException(
                    "All " + readers.getMaximumPoolSize() + " connections that read " + file
                            + " are in use. Close cursors and transactions sooner, or raise poolSize or the timeout",
                    e);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    PoolFigures pool() {
        return PoolFigures.of(readers);
    }

    private static boolean isClosed(Connection connection) {
        try {
            return connection.isClosed();
        } catch (SQLException e) {
            return true; // one that cannot even say so is of no use either
        }
    }

    /** Moves what is in the write-ahead log to the database file and closes everything. */
    @Override
    public void close() {
        try {
            readers.close();
            if (writer != null) {
                try {
                    writer.queryLong("pragma wal_checkpoint(truncate)");
                } finally {
                    writer.close();
                }
            }
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /** @throws StorageIoException if {@code file} is to exist and does not */
    static void requireExisting(Path file) {
        if (!Files.exists(file)) {
            throw new StorageIoException(
                    "There is no database " + file + ", and autoCreate is off or the store read-only",
                    file,
                    false,
                    null);
        }
    }
}
