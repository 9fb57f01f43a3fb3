package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A database of a server. Transactions run beside each other, each on a connection out of a pool, at the database's own
 * levels of isolation. One that writes what another has written waits for that, and loses if it is committed.
 *
 * <p>A connection that is lost fails the transactions that use it, with a {@link ConnectionException}; those that begin
 * later get others. Only if it is lost during the commit is the outcome unknown.
 */
abstract class ServerBackend implements StorageBackend {
    private final CommitFeed feed = new CommitFeed();
    private @Nullable StorageConfig config;
    private volatile @Nullable SessionPool store;
    private final KnownTables tables = new KnownTables();

    /** Connects to the database that a configuration names. */
    abstract SessionPool open(StorageConfig settings);

    /** Hands out a transaction's numbers for generated keys. */
    abstract GeneratedKeys newKeys();

    @Override
    public synchronized void connect(StorageConfig settings) {
        if (config != null) {
            throw new IllegalStateException("This backend was connected before");
        }
        SessionPool opened = open(settings);
        config = settings;
        store = opened; // last: who sees the store sees its configuration
    }

    private SessionPool store() {
        SessionPool open = store;
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
        return begin(granted(options.isolation()), options.readOnly(), options.timeout());
    }

    private SqlTransaction begin(Isolation isolation, boolean readOnly, @Nullable Duration timeout) {
        SessionPool open = store();
        if (!readOnly && config().readOnly()) {
            throw new UnsupportedException("The store was opened read-only: begin read-only transactions");
        }
        long deadline = timeout == null ? 0 : Math.max(1, System.nanoTime() + timeout.toNanos());
        // each of the pool's connections may have been lost meanwhile
        for (int attempt = config().poolSize(); ; attempt--) {
            SessionPool.Lease lease = open.lease();
            try {
                ServerSession session = lease.session();
                Tables seen = null;
                if (session.locksWhatItReads(isolation, readOnly)) {
                    session.beginStatement();
                    seen = tables.allOf(session);
                }
                session.begin(isolation, readOnly, timeout);
                if (seen == null) {
                    seen = tables.of(session);
                }
                ChangeCapture capture = readOnly || !feed.isHeard() ? null : new ChangeCapture();
                return new SqlTransaction(
                        session, seen, readOnly, capture, deadline, new Owner(open, lease, seen, capture != null));
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

    /** The weakest level that the database has and that is as strong as what is asked for. */
    private Isolation granted(@Nullable Isolation asked) {
        Isolation least = asked == null ? capabilities().defaultIsolation() : asked;
        for (Isolation level : capabilities().isolation()) {
            if (level.compareTo(least) >= 0) {
                return level;
            }
        }
        throw new UnsupportedException("Isolation " + least + " cannot be had here, only "
                + capabilities().isolation());
    }

    /** What a transaction holds: its connection, and the turn of its commit. */
    private final class Owner implements SqlTransaction.Owner {
        private final SessionPool open;
        private final SessionPool.Lease lease;
        private final Tables seen;
        private final GeneratedKeys keys = newKeys();
        private final boolean heard;
        private boolean inTurn;

        Owner(SessionPool open, SessionPool.Lease lease, Tables seen, boolean heard) {
            this.open = open;
            this.lease = lease;
            this.seen = seen;
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
            tables.forget();
        }

        @Override
        public void catalogCommitted() {
            tables.changed(seen);
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
            if (catalogChanged) {
                catalogCommitted();
            }
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

    @Override
    public Optional<Row> find(String table, Object id) {
        Optional<Row> found = atOnce(table, (session, known, stored) -> SqlReads.find(session, stored, id));
        return found != null ? found : StorageBackend.super.find(table, id);
    }

    @Override
    public <R> List<R> select(Select select, Function<? super Row, ? extends R> mapper) {
        List<R> found = atOnce(
                select.table(), (session, known, stored) -> SqlReads.select(session, known, stored, select, mapper));
        return found != null ? found : StorageBackend.super.select(select, mapper);
    }

    /** Reads without a transaction: one statement is one snapshot. Null if it takes a transaction. */
    private <R> @Nullable R atOnce(String table, SqlReads.Reading<R> reading) {
        SessionPool open = store();
        Tables known = tables.latest();
        StoredTable stored = known.known(table);
        if (stored == null) {
            return null;
        }
        try (SessionPool.Lease lease = open.lease()) {
            lease.session().beginStatement();
            return reading.by(lease.session(), known, stored);
        } catch (SQLException e) {
            StorageException failure = open.errors().translate(e);
            if (open.errors().isOutdated(e)) {
                tables.forget();
            } else if (!(failure instanceof ConnectionException) && !ServerErrors.isPassing(failure)) {
                throw failure;
            }
            // another one changed the catalog, the connection was lost while nobody used it, or others were in the way
        } catch (QueryException | IllegalArgumentException e) {
            tables.forget(); // there may be other columns by now, or keys of another type
        }
        return null;
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
                if (!ServerErrors.isPassing(e) || attempt == MAX_ATTEMPTS) {
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
        SessionPool open = store();
        try (SessionPool.Lease lease = open.lease()) {
            ServerSession session = lease.session();
            session.begin(granted(Isolation.SNAPSHOT), true, null);
            try {
                return new Verifier(session, tables.of(session), open.errors()).verify();
            } finally {
                session.rollback();
            }
        } catch (SQLException e) {
            throw open.errors().translate(e);
        }
    }

    @Override
    public void close() {
        SessionPool open;
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
