package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.DecisionsByHand;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
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
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
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
    private volatile @Nullable ServerBranches branches;
    private final KnownTables tables = new KnownTables();
    private final StorageMetrics metrics = PoolFigures.metrics(this::ofPool);

    /** Connects to the database that a configuration names. */
    abstract SessionPool open(StorageConfig settings);

    /** What a server needs that it can prepare transactions. */
    abstract String toPrepare();

    /** What a database can do, by what its server lets a session do. */
    static Capabilities preparing(Capabilities able, ServerSession session) throws SQLException {
        if (session.canPrepare()) {
            return able;
        }
        Set<Feature> features = EnumSet.copyOf(able.features());
        features.remove(Feature.TWO_PHASE);
        return new Capabilities(able.isolation(), features);
    }

    /** Hands out a transaction's numbers for generated keys. */
    abstract GeneratedKeys newKeys();

    @Override
    public synchronized void connect(StorageConfig settings) {
        if (config != null) {
            throw new IllegalStateException("This backend was connected before");
        }
        Map<String, Boolean> byHand = DecisionsByHand.of(settings);
        SessionPool opened = open(settings);
        ServerBranches prepared = new ServerBranches(opened, settings);
        try {
            if (!settings.readOnly() && capabilities().has(Feature.TWO_PHASE)) {
                prepared.recover(byHand);
            }
        } catch (RuntimeException e) {
            opened.close();
            throw e;
        }
        branches = prepared;
        config = settings;
        store = opened; // last: who sees the store sees its configuration
    }

    private ServerBranches branches() {
        store();
        return Objects.requireNonNull(branches);
    }

    @Override
    public List<PreparedTransaction> inDoubt() {
        return capabilities().has(Feature.TWO_PHASE) ? branches().list() : List.of();
    }

    @Override
    public boolean isDeciding(String globalId, boolean clientGone) {
        SessionPool open = store();
        try (SessionPool.Lease lease = open.lease()) {
            lease.session().beginStatement();
            return lease.session().isDeciding(globalId);
        } catch (SQLException e) {
            throw open.errors().translate(e);
        }
    }

    final SessionPool store() {
        SessionPool open = store;
        if (open == null) {
            throw new IllegalStateException(config == null ? "connect first" : "The store is closed");
        }
        return open;
    }

    final StorageConfig config() {
        store();
        return Objects.requireNonNull(config);
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return begin(granted(options.isolation()), options.readOnly(), options.timeout(), options.branchOf());
    }

    private SqlTransaction begin(
            Isolation isolation, boolean readOnly, @Nullable Duration timeout, @Nullable PreparedTransaction branchOf) {
        SessionPool open = store();
        if (!readOnly && config().readOnly()) {
            throw new UnsupportedException("The store was opened read-only: begin read-only transactions");
        }
        BranchId branch = branchOf == null || readOnly || !capabilities().has(Feature.TWO_PHASE)
                ? null
                : branches().name(branchOf);
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
                session.begin(isolation, readOnly, timeout, branch);
                if (seen == null) {
                    seen = tables.of(session);
                }
                ChangeCapture capture = readOnly || !feed.isHeard() ? null : new ChangeCapture();
                Owner owner = new Owner(open, lease, seen, capture != null, branchOf, branch);
                return new SqlTransaction(session, seen, readOnly, capture, deadline, owner);
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
        private final @Nullable PreparedTransaction branchOf;
        private final @Nullable BranchId branch;
        private boolean inTurn;

        /** @param branch what it is called as a branch; null if it is none, or only reads */
        Owner(
                SessionPool open,
                SessionPool.Lease lease,
                Tables seen,
                boolean heard,
                @Nullable PreparedTransaction branchOf,
                @Nullable BranchId branch) {
            this.open = open;
            this.lease = lease;
            this.seen = seen;
            this.heard = heard;
            this.branchOf = branchOf;
            this.branch = branch;
        }

        @Override
        public SqlTransaction.Branch branch(PreparedTransaction transaction) {
            if (!capabilities().has(Feature.TWO_PHASE)) {
                throw new UnsupportedException(open.errors().place()
                        + " cannot prepare a transaction for a two-phase commit: that needs " + toPrepare());
            }
            if (!transaction.equals(branchOf)) {
                throw new IllegalArgumentException(
                        "The transaction was not begun as a branch of " + transaction.globalId());
            }
            return branch == null ? new ReadingBranch(lease.session()) : new ServerBranch(branches(), branch, lease);
        }

        @Override
        public boolean isBranch() {
            return branch != null;
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

    /** One that has only read: there is nothing to keep for its commit. */
    private record ReadingBranch(ServerSession session) implements SqlTransaction.Branch {
        @Override
        public void prepare() {
            // nothing can come in its way any more
        }

        @Override
        public void finish(boolean commit) {
            session.rollback();
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
        List<Row> stored = rows.size() != 1
                ? null
                : alone(
                        table,
                        known -> LoneWrite.storing(known, mode, rows.get(0)),
                        (write, changed) -> List.of(write.row()));
        return stored != null ? stored : again(transaction -> transaction.write(table, mode, rows));
    }

    @Override
    public boolean delete(String table, Object id) {
        Boolean deleted = alone(table, known -> LoneWrite.deleting(known, id), (write, changed) -> changed);
        return deleted != null ? deleted : again(transaction -> transaction.delete(table, id));
    }

    /**
     * Writes without a transaction around the statement. Null, and nothing written, if it takes a transaction: for what it
     * does, since others are to be told, or since others have changed the catalog or were in the way.
     */
    private <R> @Nullable R alone(
            String table,
            Function<StoredTable, @Nullable LoneWrite> writing,
            BiFunction<LoneWrite, Boolean, R> result) {
        SessionPool open = store();
        Tables known = tables.latest();
        StoredTable stored = known.known(table);
        if (stored == null || known.version() <= 0 || feed.isHeard() || config().readOnly()) {
            return null;
        }
        LoneWrite write;
        try {
            write = writing.apply(stored);
        } catch (StorageException | IllegalArgumentException e) {
            return null; // the table may be another by now: a transaction sees, and tells
        }
        String guarded = write == null ? null : stored.dialect().ifCatalogVersion(known.version(), write.sql());
        if (write == null || guarded == null) {
            return null;
        }
        try (SessionPool.Lease lease = open.lease()) {
            lease.session().beginWrite();
            return result.apply(write, write.run(lease.session(), guarded));
        } catch (SQLException e) {
            if (stored.dialect().isOfAnotherCatalog(e) || open.errors().isOutdated(e)) {
                tables.forget();
                return null;
            }
            StorageException failure = open.errors().translate(e, stored, write.key());
            if (ServerErrors.isPassing(failure) || open.errors().isEndedByServer(e)) {
                return null;
            }
            throw failure instanceof ConnectionException ? open.errors().translateCommit(e) : failure;
        }
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
            try (SqlTransaction transaction = begin(Isolation.READ_COMMITTED, false, null, null)) {
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

    /** All that the database held is replaced: nothing of what is known of it holds any more. */
    final void replaced() {
        tables.forget();
        if (feed.isHeard()) {
            feed.enter();
            feed.committed(List.of());
            feed.tell();
        }
    }

    @Override
    public void onCommit(CommitListener listener) {
        feed.add(listener);
    }

    @Override
    public StorageMetrics metrics() {
        store();
        return metrics;
    }

    private double ofPool(ToDoubleFunction<PoolFigures> figure) {
        SessionPool open = store;
        return open == null ? 0 : figure.applyAsDouble(open.figures());
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
