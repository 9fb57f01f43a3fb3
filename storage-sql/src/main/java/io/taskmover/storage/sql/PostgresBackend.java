package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL database: {@code postgresql://user@host:port/database}. Transactions run beside each other, each on a
 * connection out of a pool, at the database's own levels of isolation: SNAPSHOT is its repeatable read. One that writes
 * what another has written waits for that, and loses if it is committed.
 *
 * <p>A connection that is lost fails the transactions that use it, with a {@link ConnectionException}; those that begin
 * later get others. Only if it is lost during the commit is the outcome unknown.
 */
public final class PostgresBackend implements StorageBackend {
    private static final Capabilities CAPABILITIES = Capabilities.of(
            EnumSet.allOf(Isolation.class), Feature.DURABLE, Feature.CONCURRENT_WRITERS, Feature.TRANSACTIONAL_DDL);

    private final CommitFeed feed = new CommitFeed();
    private @Nullable StorageConfig config;
    private volatile @Nullable PostgresStore store;
    private volatile Tables tables = new Tables(Tables.UNCOMMITTED);

    /** A backend that is not connected. */
    public PostgresBackend() {}

    @Override
    public synchronized void connect(StorageConfig settings) {
        if (config != null) {
            throw new IllegalStateException("This backend was connected before");
        }
        PostgresDriver.require(PostgresBackend.class.getClassLoader());
        PostgresStore opened = new PostgresStore(PostgresUrl.of(settings), settings);
        config = settings;
        store = opened; // last: who sees the store sees its configuration
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    private PostgresStore store() {
        PostgresStore open = store;
        if (open == null) {
            throw new IllegalStateException(config == null ? "connect first" : "The store is closed");
        }
        return open;
    }

    private StorageConfig config() {
        store();
        return Objects.requireNonNull(config);
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        Isolation asked = options.isolation() == null ? Isolation.SNAPSHOT : options.isolation();
        return begin(asked, options.readOnly(), options.timeout());
    }

    private SqlTransaction begin(Isolation isolation, boolean readOnly, @Nullable Duration timeout) {
        PostgresStore open = store();
        if (!readOnly && config().readOnly()) {
            throw new UnsupportedException("The store was opened read-only: begin read-only transactions");
        }
        long deadline = timeout == null ? 0 : Math.max(1, System.nanoTime() + timeout.toNanos());
        // each of the pool's connections may have been lost meanwhile
        for (int attempt = config().poolSize(); ; attempt--) {
            PostgresStore.Lease lease = open.lease();
            try {
                PostgresSession session = lease.session();
                session.begin(isolation, readOnly);
                if (timeout != null) {
                    limit(session, timeout);
                }
                Tables seen = tables(session);
                ChangeCapture capture = readOnly || !feed.isHeard() ? null : new ChangeCapture();
                return new SqlTransaction(
                        session, seen, readOnly, capture, deadline, new Owner(open, lease, capture != null));
            } catch (SQLException | RuntimeException e) {
                lease.session().rollback();
                lease.close();
                StorageException failure =
                        e instanceof SQLException sql ? open.errors().translate(sql) : null;
                if (failure == null) {
                    throw (RuntimeException) e;
                }
                if (!(failure instanceof ConnectionException) || attempt == 0) {
                    throw failure;
                }
            }
        }
    }

    /** Lets no statement of the transaction take longer, nor wait longer for others. */
    private static void limit(PostgresSession session, Duration timeout) throws SQLException {
        String sql = "select set_config('statement_timeout', t, true), set_config('lock_timeout', t, true)"
                + " from (values (?)) as v (t)";
        PreparedStatement statement = session.take(sql);
        statement.setString(1, Long.toString(Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE))));
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
        } finally {
            session.give(sql, statement);
        }
    }

    /** The tables of the state that the session sees. */
    private Tables tables(Session session) throws SQLException {
        long version = session.dialect().catalogVersion(session);
        Tables known = tables;
        if (known.version() == version) {
            return known;
        }
        Tables fresh = new Tables(version);
        if (version > known.version()) {
            tables = fresh;
        }
        return fresh;
    }

    /** A statement did not find what was known of the tables: look again with fresh eyes. */
    private void forgetTables() {
        tables = new Tables(Tables.UNCOMMITTED);
    }

    /** What a transaction holds: its connection, and the turn of its commit. */
    private final class Owner implements SqlTransaction.Owner {
        private final PostgresStore open;
        private final PostgresStore.Lease lease;
        private final GeneratedKeys keys = new PostgresKeys();
        private final boolean heard;
        private boolean inTurn;

        Owner(PostgresStore open, PostgresStore.Lease lease, boolean heard) {
            this.open = open;
            this.lease = lease;
            this.heard = heard;
        }

        @Override
        public SqlErrors errors() {
            return open.errors();
        }

        @Override
        public GeneratedKeys generatedKeys() {
            return keys;
        }

        @Override
        public void outdated() {
            forgetTables();
        }

        @Override
        public void committing() {
            if (heard) {
                feed.enter();
                inTurn = true;
            }
        }

        @Override
        public void committed(List<RowChange> changes, boolean catalogChanged) {
            if (!inTurn || (changes.isEmpty() && !catalogChanged)) {
                return;
            }
            inTurn = false;
            feed.committed(changes);
            // listeners may need a connection themselves
            lease.close();
            feed.tell();
        }

        @Override
        public void ended() {
            if (inTurn) {
                inTurn = false;
                feed.left();
            }
            lease.close();
        }
    }

    /** Reads without a transaction: one statement is one snapshot. */
    @Override
    public Optional<Row> find(String table, Object id) {
        PostgresStore open = store();
        StoredTable known = tables.known(table);
        if (known != null) {
            try (PostgresStore.Lease lease = open.lease()) {
                lease.session().beginStatement();
                return SqlReads.find(lease.session(), known, id);
            } catch (SQLException e) {
                StorageException failure = open.errors().translate(e);
                if (open.errors().isOutdated(e)) {
                    forgetTables();
                } else if (!(failure instanceof ConnectionException)) {
                    throw failure;
                }
                // another one changed the catalog, or the connection was lost while nobody used it
            } catch (IllegalArgumentException e) {
                forgetTables(); // the key may be of another type by now
            }
        }
        return StorageBackend.super.find(table, id);
    }

    /**
     * At read committed, where a write waits for another of the same row and then goes on from what that left. The rows
     * that it changes are locked before it looks at them.
     */
    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return again(transaction -> transaction.write(table, mode, rows));
    }

    @Override
    public boolean delete(String table, Object id) {
        return again(transaction -> transaction.delete(table, id));
    }

    @Override
    public void createTable(TableSchema schema) {
        again(transaction -> {
            transaction.catalog().create(schema);
            return schema;
        });
    }

    /** What others do at the same time is no conflict for a transaction of our own: it runs again. */
    private <R> R again(Function<BackendTransaction, R> work) {
        for (int attempt = 1; ; attempt++) {
            try (SqlTransaction transaction = begin(Isolation.READ_COMMITTED, false, null)) {
                R result = work.apply(transaction);
                transaction.commit();
                return result;
            } catch (StorageException e) {
                if (!PostgresErrors.isPassing(e) || attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public void onCommit(CommitListener listener) {
        feed.add(listener);
    }

    @Override
    public Verification verify() {
        PostgresStore open = store();
        try (PostgresStore.Lease lease = open.lease()) {
            PostgresSession session = lease.session();
            session.begin(Isolation.SNAPSHOT, true);
            try {
                return new Verifier(session, tables(session), open.errors()).verify();
            } finally {
                session.rollback();
            }
        } catch (SQLException e) {
            throw open.errors().translate(e);
        }
    }

    @Override
    public void close() {
        PostgresStore open;
        synchronized (this) {
            open = store;
            if (open == null) {
                return;
            }
            store = null;
        }
        open.close();
    }
}
