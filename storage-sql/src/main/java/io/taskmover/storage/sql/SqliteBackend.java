package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A SQLite database: {@code sqlite:FILE}. Readers see a snapshot and wait for no one. Transactions that may write run one
 * after the other: each takes the write lock when it begins, waiting its turn for those of this process, which are served
 * in order, and up to the timeout for other processes. So what it has read cannot change before it writes, it never meets
 * a conflict at commit, and all transactions are serializable.
 *
 * <p>{@code sqlite::memory:} is a private temporary file that is not synced and is removed at the end: SQLite's own
 * memory databases have no snapshots.
 */
public final class SqliteBackend implements StorageBackend {
    private static final Capabilities FILE = Capabilities.of(
            EnumSet.allOf(Isolation.class), Feature.DURABLE, Feature.TRANSACTIONAL_DDL, Feature.SQL, Feature.BACKUPS);
    private static final Capabilities TEMPORARY =
            Capabilities.of(EnumSet.allOf(Isolation.class), Feature.TRANSACTIONAL_DDL, Feature.SQL, Feature.BACKUPS);

    private static final Logger LOG = LoggerFactory.getLogger(SqliteBackend.class);
    private static final String MEMORY = ":memory:";

    private final WriterQueue writers = new WriterQueue();
    private final SqliteKeys generatedKeys = new SqliteKeys();
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable SqliteStore store;
    private final KnownTables tables = new KnownTables();
    private @Nullable StorageConfig config;
    private @Nullable Path temporary;
    private final StorageMetrics metrics = PoolFigures.metrics(this::ofPool).and(writers.metrics());

    /** A backend that is not connected. */
    public SqliteBackend() {}

    @Override
    public synchronized void connect(StorageConfig settings) {
        if (config != null) {
            throw new IllegalStateException("This backend was connected before");
        }
        boolean memory = settings.location().equals(MEMORY);
        if (settings.location().isEmpty()) {
            throw new ConfigException("Name the database's file, for example sqlite:tasks.db, or sqlite::memory:");
        }
        Path file = memory ? temporaryFile() : Path.of(settings.location()).toAbsolutePath();
        if (!memory && (settings.readOnly() || !settings.autoCreate())) {
            SqliteStore.requireExisting(file);
        }
        store = new SqliteStore(file, settings, !memory);
        config = settings;
    }

    private Path temporaryFile() {
        try {
            temporary = Files.createTempDirectory("storage-sqlite-");
            return temporary.resolve("memory.db");
        } catch (IOException e) {
            throw new StorageIoException(
                    "A temporary directory cannot be made", Path.of(System.getProperty("java.io.tmpdir")), false, e);
        }
    }

    @Override
    public Capabilities capabilities() {
        return temporary == null ? FILE : TEMPORARY;
    }

    private SqliteStore store() {
        SqliteStore open = store;
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
        SqliteStore open = store();
        long deadline = options.timeout() == null
                ? 0
                : Math.max(1, System.nanoTime() + options.timeout().toNanos());
        return options.readOnly() ? beginReading(open, deadline) : beginWriting(open, options, deadline);
    }

    private SqlTransaction beginReading(SqliteStore open, long deadline) {
        SqliteStore.Lease lease = open.lease();
        Session session = lease.session();
        try {
            session.execute("begin");
            return new SqlTransaction(session, tables.of(session), true, null, deadline, new Reader(open, lease));
        } catch (SQLException | RuntimeException e) {
            giveBack(open, lease);
            throw e instanceof SQLException sql ? open.errors().translate(sql) : (RuntimeException) e;
        }
    }

    private SqlTransaction beginWriting(SqliteStore open, TransactionOptions options, long deadline) {
        SqliteSession session = writer(open);
        Duration timeout = options.timeout() == null ? config().timeout() : options.timeout();
        long start = System.nanoTime();
        writers.enter(timeout);
        try {
            Tables seen = beginInTurn(open, session, timeout, start);
            ChangeCapture capture = listeners.isEmpty() ? null : new ChangeCapture();
            return new SqlTransaction(session, seen, false, capture, deadline, new Writer(open, seen));
        } catch (RuntimeException e) {
            writers.leave();
            throw e;
        }
    }

    private SqliteSession writer(SqliteStore open) {
        SqliteSession session = open.writer();
        if (session == null || config().readOnly()) {
            throw new UnsupportedException("The store was opened read-only: begin read-only transactions");
        }
        return session;
    }

    /** Begins to write, waiting for other processes with what is left of the timeout. */
    private Tables beginInTurn(SqliteStore open, SqliteSession session, Duration timeout, long start) {
        store(); // it may have been closed meanwhile
        long left = timeout.toMillis() - (System.nanoTime() - start) / 1_000_000;
        try {
            session.busyTimeout((int) Math.max(1, Math.min(left, open.busyMillis())));
            return begin(session);
        } catch (SQLException e) {
            StorageException failure = open.errors().translate(e);
            throw failure instanceof LockedException
                    ? new LockedException(
                            "Another process is writing to " + open.file() + " and did not end within "
                                    + timeout.toMillis() + " ms; try again, or raise the timeout",
                            e)
                    : failure;
        }
    }

    private Tables begin(SqliteSession session) throws SQLException {
        session.execute("begin immediate");
        try {
            generatedKeys.refresh();
            return tables.of(session);
        } catch (SQLException | RuntimeException e) {
            session.rollback();
            throw e;
        }
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return rows.size() > SmallWrite.MOST_ROWS
                ? StorageBackend.super.write(table, mode, rows)
                : write(new SmallWrite<>(table, (writer, stored) -> writer.write(mode, rows)));
    }

    @Override
    public boolean delete(String table, Object id) {
        return write(new SmallWrite<>(
                table, (writer, stored) -> writer.delete(stored.schema().coerceKey(id))));
    }

    /** Commits a write, with others that wait: whoever has the turn does it for them. */
    private <R> R write(SmallWrite<R> write) {
        SqliteStore open = store();
        SqliteSession session = writer(open);
        Duration timeout = config().timeout();
        long start = System.nanoTime();
        if (!writers.enter(write, timeout)) {
            return write.resultOfAnother();
        }
        try {
            Tables seen = beginInTurn(open, session, timeout, start);
            GroupCommit group =
                    new GroupCommit(session, () -> begin(session), open.errors(), generatedKeys, !listeners.isEmpty());
            group.run(write, seen, writers).forEach(this::tell);
            open.keepLogShort();
        } finally {
            writers.leave();
        }
        return write.result();
    }

    private void tell(SmallWrite<?> committed) {
        List<RowChange> changes = committed.changes();
        if (!changes.isEmpty()) {
            tell(changes);
        }
    }

    /** Still in the writer's turn: listeners hear of commits in their order. */
    private void tell(List<RowChange> changes) {
        for (CommitListener listener : listeners) {
            try {
                listener.committed(CommitOrigin.APPLICATION, changes);
            } catch (RuntimeException e) {
                LOG.error("A commit listener failed; the commit stands", e);
            }
        }
    }

    private static void giveBack(SqliteStore open, SqliteStore.Lease lease) {
        try {
            lease.session().rollback();
            lease.close();
        } catch (SQLException e) {
            throw open.errors().translate(e);
        }
    }

    private record Reader(SqliteStore open, SqliteStore.Lease lease) implements SqlTransaction.Owner {
        @Override
        public SqlErrors errors() {
            return open.errors();
        }

        @Override
        public GeneratedKeys generatedKeys() {
            return new SqliteKeys(); // to be asked for the last one: a reader makes none
        }

        @Override
        public void committed(List<RowChange> changes, boolean catalogChanged) {
            // there is nothing that anyone could want to know
        }

        @Override
        public void ended() {
            try {
                lease.close();
            } catch (SQLException e) {
                throw open.errors().translate(e);
            }
        }
    }

    private final class Writer implements SqlTransaction.Owner {
        private final SqliteStore open;
        private final Tables seen;

        Writer(SqliteStore open, Tables seen) {
            this.open = open;
            this.seen = seen;
        }

        @Override
        public SqlErrors errors() {
            return open.errors();
        }

        @Override
        public GeneratedKeys generatedKeys() {
            return generatedKeys;
        }

        @Override
        public void committed(List<RowChange> changes, boolean catalogChanged) {
            if (catalogChanged) {
                tables.changed(seen);
            }
            if (catalogChanged || !changes.isEmpty()) {
                tell(changes);
            }
        }

        @Override
        public void ended() {
            try {
                open.keepLogShort();
            } finally {
                writers.leave();
            }
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

    /**
     * Reads by a pooled connection without a transaction of its own: one statement is one snapshot. Null if it takes a
     * transaction.
     */
    private <R> @Nullable R atOnce(String table, SqlReads.Reading<R> reading) {
        SqliteStore open = store();
        Tables known = tables.latest();
        StoredTable stored = known.known(table);
        if (stored == null) {
            return null;
        }
        try (SqliteStore.Lease lease = open.lease()) {
            return reading.by(lease.session(), known, stored);
        } catch (SQLException e) {
            if (!open.errors().isOutdated(e)) {
                throw open.errors().translate(e);
            }
            return null; // another process changed the catalog: look again with fresh eyes
        } catch (QueryException e) {
            return null; // it may name a column that there is by now
        }
    }

    /** Whoever may decide has the writer's turn. */
    @Override
    public boolean isDeciding(String globalId, boolean clientGone) {
        return temporary == null && !clientGone && store().isBeingWritten();
    }

    @Override
    public void sync() {
        if (temporary == null) {
            store().force();
        }
    }

    @Override
    public void onCommit(CommitListener listener) {
        listeners.add(listener);
    }

    @Override
    public StorageMetrics metrics() {
        store();
        return metrics;
    }

    private double ofPool(ToDoubleFunction<PoolFigures> figure) {
        SqliteStore open = store;
        return open == null ? 0 : figure.applyAsDouble(open.pool());
    }

    @Override
    public Verification verify() {
        SqliteStore open = store();
        try (SqliteStore.Lease lease = open.lease()) {
            lease.session().execute("begin");
            try {
                return new Verifier(lease.session(), tables.of(lease.session()), open.errors()).verify();
            } finally {
                lease.session().rollback();
            }
        } catch (SQLException e) {
            StorageException failure = open.errors().translate(e);
            return new Verification(0, 0, List.of(String.valueOf(failure.getMessage())));
        }
    }

    @Override
    public void close() {
        SqliteStore open;
        synchronized (this) {
            open = store;
            if (open == null) {
                return;
            }
            store = null;
        }
        // waits for the transaction that writes, if there is one
        writers.enter(Objects.requireNonNull(config).timeout());
        try {
            open.close();
        } finally {
            writers.leave();
            removeTemporary();
        }
    }

    private void removeTemporary() {
        if (temporary == null) {
            return;
        }
        try (Stream<Path> files = Files.list(temporary)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(temporary);
        } catch (IOException e) {
            throw new StorageIoException("The temporary files cannot be removed", temporary, false, e);
        }
    }
}
