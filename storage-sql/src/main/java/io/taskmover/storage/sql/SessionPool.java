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
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An open database of a server: a pool of sessions. */
final class SessionPool implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SessionPool.class);

    /** How many of those who hold connections a message names. */
    private static final int NAMED_HOLDERS = 3;

    /** HikariCP takes no shorter timeout. */
    private static final long SHORTEST_POOL_TIMEOUT_MILLIS = 250;

    private final ServerErrors errors;
    private final Opening opening;
    private final HikariDataSource pool;
    private final Map<Connection, ServerSession> sessions = new ConcurrentHashMap<>();
    /** What is given out. */
    private final Set<Lease> leases = ConcurrentHashMap.newKeySet();

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
        private final String holder = Thread.currentThread().getName();
        private final long since = System.nanoTime();
        private boolean closed;

        Lease(ServerSession session, Connection pooled) {
            this.session = session;
            this.pooled = pooled;
            leases.add(this);
        }

        private Duration age() {
            return Duration.ofNanos(System.nanoTime() - since);
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
            leases.remove(this);
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
                                    + " are in use" + holders()
                                    + ". Close cursors and transactions sooner, or raise poolSize or the timeout",
                            e);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    /** Who has had connections for longest, as a part of a sentence. */
    private String holders() {
        String named = leases.stream()
                .sorted(Comparator.comparing(Lease::age).reversed())
                .limit(NAMED_HOLDERS)
                .map(lease ->
                        "thread '" + lease.holder + "' since " + lease.age().toSeconds() + " s")
                .collect(Collectors.joining(", "));
        return named.isEmpty() ? "" : ", by " + named + (leases.size() > NAMED_HOLDERS ? " and others" : "");
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

    PoolFigures figures() {
        return PoolFigures.of(pool);
    }

    @Override
    public void close() {
        if (!leases.isEmpty()) {
            LOG.warn(
                    "{} was closed while {} of its connections were in use{}: a transaction was not ended",
                    errors.place(),
                    leases.size(),
                    holders());
        }
        pool.close();
    }
}
