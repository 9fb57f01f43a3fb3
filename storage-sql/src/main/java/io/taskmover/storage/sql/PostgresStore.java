package io.taskmover.storage.sql;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.pool.HikariPool.PoolInitializationException;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.postgresql.PGConnection;

/** An open database: a pool of sessions. */
final class PostgresStore implements AutoCloseable {
    /** HikariCP takes no shorter timeout. */
    private static final long SHORTEST_POOL_TIMEOUT_MILLIS = 250;

    private final PostgresErrors errors;
    private final HikariDataSource pool;
    private final Map<Connection, PostgresSession> sessions = new ConcurrentHashMap<>();

    PostgresStore(PostgresUrl url, StorageConfig config) {
        this.errors = new PostgresErrors(url.shown());
        HikariConfig settings = new HikariConfig();
        settings.setPoolName(url.shown());
        settings.setDataSource(PostgresDriver.dataSource(url, config));
        settings.setMaximumPoolSize(config.poolSize());
        settings.setMinimumIdle(1);
        settings.setConnectionTimeout(
                Math.max(SHORTEST_POOL_TIMEOUT_MILLIS, config.timeout().toMillis()));
        try {
            // the first connection is made at once: what is wrong with the address shows when the store is opened
            this.pool = new HikariDataSource(settings);
        } catch (PoolInitializationException e) {
            throw notConnected(e);
        }
    }

    private StorageException notConnected(Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && !(cause instanceof SQLTransientConnectionException)) {
                return errors.translate(sql);
            }
        }
        return new ConnectionException(errors.place() + " cannot be reached", e);
    }

    /** A session out of the pool; closing gives it back, or away if its connection is lost. */
    final class Lease implements AutoCloseable {
        private final PostgresSession session;
        private final Connection pooled;
        private boolean closed;

        Lease(PostgresSession session, Connection pooled) {
            this.session = session;
            this.pooled = pooled;
        }

        PostgresSession session() {
            return session;
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                session.release();
                if (session.isBroken()) {
                    sessions.values().remove(session);
                    pool.evictConnection(pooled);
                }
                pooled.close();
            } catch (SQLException e) {
                // it is evicted, or will be when it is tried next
            }
        }
    }

    Lease lease() {
        try {
            Connection pooled = pool.getConnection();
            Connection raw = pooled.unwrap(PGConnection.class) instanceof Connection connection ? connection : pooled;
            PostgresSession session = sessions.get(raw);
            if (session == null) {
                sessions.values().removeIf(PostgresSession::isBroken);
                session = new PostgresSession(raw);
                sessions.put(raw, session);
            }
            return new Lease(session, pooled);
        } catch (SQLTransientConnectionException e) {
            throw e.getCause() instanceof SQLException
                    ? notConnected(e)
                    : new StorageTimeoutException(
                            "All " + pool.getMaximumPoolSize() + " connections to " + errors.place()
                                    + " are in use. Close cursors and transactions sooner, or raise poolSize or the"
                                    + " timeout",
                            e);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    PostgresErrors errors() {
        return errors;
    }

    @Override
    public void close() {
        pool.close();
    }
}
