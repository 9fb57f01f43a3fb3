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
import org.jspecify.annotations.Nullable;

/** An open database of a server: a pool of sessions. */
final class SessionPool implements AutoCloseable {
    /** HikariCP takes no shorter timeout. */
    private static final long SHORTEST_POOL_TIMEOUT_MILLIS = 250;

    private final ServerErrors errors;
    private final Opening opening;
    private final HikariDataSource pool;
    private final Map<Connection, ServerSession> sessions = new ConcurrentHashMap<>();

    /** Makes the session of a new connection. */
    @FunctionalInterface
    interface Opening {
        ServerSession open(Connection connection) throws SQLException;
    }

    /** @param settings where the connections come from */
    SessionPool(HikariConfig settings, StorageConfig config, ServerErrors errors, Opening opening) {
        this.errors = errors;
        this.opening = opening;
        settings.setPoolName(errors.place());
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
        private final ServerSession session;
        private final Connection pooled;
        private boolean closed;

        Lease(ServerSession session, Connection pooled) {
            this.session = session;
            this.pooled = pooled;
        }

        ServerSession session() {
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
            // each of the pool's connections may have been lost before anybody used it
            for (int attempts = pool.getMaximumPoolSize(); ; attempts--) {
                Connection pooled = pool.getConnection();
                Connection raw = raw(pooled);
                ServerSession session = sessions.get(raw);
                if (session == null) {
                    sessions.values().removeIf(ServerSession::isBroken);
                    session = opened(raw, pooled, attempts > 0);
                    if (session == null) {
                        continue;
                    }
                    sessions.put(raw, session);
                }
                return new Lease(session, pooled);
            }
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

    /** The driver's own connection: the pool's is another each time. */
    private static Connection raw(Connection pooled) throws SQLException {
        return pooled.unwrap(Connection.class);
    }

    /** Null if the connection is lost and another is to be tried. */
    private @Nullable ServerSession opened(Connection raw, Connection pooled, boolean another) throws SQLException {
        try {
            return opening.open(raw);
        } catch (SQLException | RuntimeException e) {
            pool.evictConnection(pooled);
            if (another && e instanceof SQLException sql && errors.translate(sql) instanceof ConnectionException) {
                return null;
            }
            throw e;
        }
    }

    ServerErrors errors() {
        return errors;
    }

    @Override
    public void close() {
        pool.close();
    }
}
