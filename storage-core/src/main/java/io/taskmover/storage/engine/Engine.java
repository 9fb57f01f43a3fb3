package io.taskmover.storage.engine;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Tables in memory with many versions of each row, for backends that keep commits elsewhere. Reads block no one and are
 * blocked by no one; writers commit one after the other, each commit a {@link CommitRecord} for the {@link CommitLog}.
 *
 * <p>A backend that has something on disk opens in this order: {@link #restoreTable} for what its checkpoint holds,
 * {@link #restoreSequence}, {@link #replay} for each later commit; then the engine is ready. {@link #snapshot} gives a
 * checkpointer a view that stands still. Thread-safe after opening.
 */
public final class Engine implements AutoCloseable {
    /** The isolation levels that the engine offers. */
    public static final Set<Isolation> ISOLATION = Set.of(Isolation.values());

    private final Clock clock;
    private final Duration timeout;
    private volatile boolean readOnly;
    private final @Nullable RowCache cache;
    private final Snapshots snapshots = new Snapshots(new Snapshot(0, Map.of()));
    private final CommitPipeline pipeline;
    private final AutoCommit autoCommit;

    /**
     * An engine that keeps all rows in memory.
     *
     * @param log where commits go; the engine closes it
     * @param timeout of transactions that ask for none
     * @param readOnly whether every write is refused
     */
    public Engine(CommitLog log, Clock clock, Duration timeout, boolean readOnly) {
        this(log, null, clock, timeout, readOnly);
    }

    /**
     * An engine that keeps keys and index entries in memory, and of the rows that are {@link #stored} as many as a budget
     * allows.
     *
     * @param log where commits go; the engine closes it
     * @param reader reads back the rows that are stored
     * @param memoryBytes how much of the heap rows may take that can be read back, above 0; rows that cannot yet, and
     *     replaced ones that a snapshot sees, come on top of it
     * @param timeout of transactions that ask for none
     * @param readOnly whether every write is refused
     */
    public Engine(CommitLog log, RowReader reader, long memoryBytes, Clock clock, Duration timeout, boolean readOnly) {
        this(log, new RowCache(reader, memoryBytes), clock, timeout, readOnly);
    }

    private Engine(CommitLog log, @Nullable RowCache cache, Clock clock, Duration timeout, boolean readOnly) {
        this.cache = cache;
        this.clock = clock;
        this.timeout = timeout;
        this.readOnly = readOnly;
        this.pipeline = new CommitPipeline(log, snapshots, new Reclaimer(snapshots), cache);
        this.autoCommit = new AutoCommit(pipeline, () -> new Deadline(clock, timeout));
    }

    // opening

    /**
     * Puts a table into a store that is being opened.
     *
     * @param lastGeneratedKey the last key that the store generated for it, 0 for none
     * @param rows whole rows of the table, valid, each of another id, in any order; ascending ids are fastest
     * @param sequence the commit up to which they are
     */
    public void restoreTable(TableSchema schema, long lastGeneratedKey, Iterable<Row> rows, long sequence) {
        restoreTable(schema, lastGeneratedKey, List.of(), sequence, rows, sequence);
    }

    /**
     * Puts a table into a store that is being opened, most of it without reading it.
     *
     * @param lastGeneratedKey the last key that the store generated for it, 0 for none
     * @param stubs rows of which only key and indexed columns are known, the others null; each of another
     *     id, in any order, ascending ones are fastest. They can be read back from now on
     * @param sequence the commit up to which the stubs are
     * @param rows whole rows of the table, valid, none of them among the stubs; in memory until they are {@link #stored}
     * @param lastSequence the commit up to which the rows are, at or after {@code sequence}
     * @throws IllegalStateException if there are stubs, and no reader
     */
    public void restoreTable(
            TableSchema schema,
            long lastGeneratedKey,
            Iterable<Row> stubs,
            long sequence,
            Iterable<Row> rows,
            long lastSequence) {
        Table table = pipeline.newTable(schema, lastGeneratedKey);
        if (cache != null) {
            table.restore(stubs, sequence, true);
            cache.stored(sequence);
        } else if (stubs.iterator().hasNext()) {
            throw new IllegalStateException("An engine without a reader takes whole rows only");
        }
        table.restore(rows, lastSequence, false);
        Map<String, Table> tables = new HashMap<>(snapshots.current().tables);
        tables.put(schema.name(), table);
        pipeline.restore(lastSequence, Map.copyOf(tables));
    }

    /** Says which commit the restored tables hold last. */
    public void restoreSequence(long sequence) {
        pipeline.restore(sequence, snapshots.current().tables);
    }

    /** Applies the next commit while a store is being opened. It was checked when it was made. */
    public void replay(CommitRecord commit) {
        long expected = snapshots.current().sequence + 1;
        if (commit.sequence() != expected) {
            throw new IllegalArgumentException(
                    "Commit " + commit.sequence() + " cannot be replayed after commit " + (expected - 1));
        }
        Map<String, Table> tables = snapshots.current().tables;
        if (!commit.tables().isEmpty()) {
            tables = new HashMap<>(tables);
            for (CommitRecord.TableChange change : commit.tables()) {
                replay(change, tables, commit.sequence());
            }
            tables = Map.copyOf(tables);
        }
        for (RowChange change : commit.rows()) {
            Table table = tables.get(change.table());
            if (table == null) {
                throw Table.missing(change.table(), tables.keySet());
            }
            Row after = change.after();
            table.shaper().noteKey(change.id());
            table.pin(change.id(), null);
            table.install(change.id(), after == null ? null : table.shaper().adopt(after), commit.sequence(), null);
        }
        pipeline.restore(commit.sequence(), tables);
    }

    private void replay(CommitRecord.TableChange change, Map<String, Table> tables, long sequence) {
        TableSchema schema = change.schema();
        Table former = tables.get(change.table());
        if (schema == null) {
            tables.remove(change.table());
        } else if (former == null) {
            tables.put(change.table(), pipeline.newTable(schema, 0));
        } else {
            Table changed = Alteration.replayed(former, schema).run(Long.MAX_VALUE, null);
            tables.put(change.table(), changed);
            StoredRows stored = changed.rows().stored();
            if (stored != null) {
                stored.committed(sequence);
            }
        }
    }

    /**
     * Notes that the rows which every commit up to this one left can be read back, so that they need not stay in memory.
     * Until then a commit's rows do. Does nothing if a later one was noted, or without a reader.
     */
    public void stored(long sequence) {
        if (cache != null) {
            cache.stored(sequence);
            // the last commits' former versions wait for the next one otherwise, and keep the latter ones in memory
            pipeline.reclaim();
        }
    }

    /**
     * Ends a branch that was prepared, and not decided, when the store was left; while a store is being opened.
     *
     * @param commit whether its rows become what it left them, or stay as they are
     */
    public void decide(BranchStep.Prepared branch, boolean commit) {
        CommitPipeline.Pending pending;
        pipeline.lock();
        try {
            pending = new Commit(pipeline, CommitOrigin.APPLICATION, false)
                    .rows(commit ? branch.rows() : List.of())
                    .step(new BranchStep.Decided(branch.globalId(), commit))
                    .run();
            pipeline.branches().remove(branch.globalId());
        } finally {
            pipeline.unlock();
        }
        pipeline.complete(pending);
    }

    /** Notes, while a store is being opened, that a branch is prepared and not decided: until {@link #decide} it holds its tables. */
    public void hold(BranchStep.Prepared branch) {
        Set<String> held = branch.rows().stream().map(RowChange::table).collect(Collectors.toSet());
        pipeline.lock();
        try {
            pipeline.branches().add(branch.transaction(), held, branch.rows(), null);
        } finally {
            pipeline.unlock();
        }
    }

    /**
     * Waits until nobody is about to decide on a branch, so that the store may be closed: to be called before anything of it
     * is let go.
     *
     * @throws io.taskmover.storage.error.StorageTimeoutException if that takes longer than the timeout; the store stays open
     */
    public void awaitDecisions() {
        pipeline.awaitDecisions(new Deadline(clock, timeout).millisLeft());
    }

    /** Whether a transaction of this process, of whatever engine, is about to decide on one over several stores. */
    public static boolean isDeciding(String globalId) {
        return EngineTransaction.isDeciding(globalId);
    }

    /** The branches that are prepared and not decided. */
    public List<PreparedTransaction> inDoubt() {
        pipeline.lock();
        try {
            return pipeline.branches().list();
        } finally {
            pipeline.unlock();
        }
    }

    /** Ends opening for a store that is to be read only: every write is refused from now on. */
    public void refuseWrites() {
        readOnly = true;
    }

    /** How the memory budget is used; empty if there is none. */
    public Optional<CacheStatistics> cacheStatistics() {
        return Optional.ofNullable(cache).map(RowCache::statistics);
    }

    /** What it measures since it is open; of memory only with a budget for it. */
    public StorageMetrics metrics() {
        List<Meter> all = new ArrayList<>();
        all.add(Meter.counter(Metric.COMMITS, pipeline::commits));
        RowCache rows = cache;
        if (rows != null) {
            all.add(Meter.gauge(Metric.MEMORY_ROWS, () -> rows.statistics().rows()));
            all.add(Meter.gauge(Metric.MEMORY_BYTES, () -> rows.statistics().bytes()));
            all.add(Meter.gauge(Metric.MEMORY_BUDGET, () -> rows.statistics().budget()));
            all.add(Meter.counter(Metric.MEMORY_MISSES, () -> rows.statistics().misses()));
            all.add(Meter.counter(
                    Metric.MEMORY_EVICTIONS, () -> rows.statistics().evictions()));
        }
        return StorageMetrics.of(all);
    }

    // using

    public BackendTransaction begin(TransactionOptions options) {
        return begin(options, CommitOrigin.APPLICATION);
    }

    /** @param origin who makes what is committed */
    public BackendTransaction begin(TransactionOptions options, CommitOrigin origin) {
        pipeline.requireOpen();
        Isolation isolation = options.isolation() == null ? Isolation.SNAPSHOT : options.isolation();
        Duration limit = options.timeout() == null ? timeout : options.timeout();
        if (!options.readOnly() && origin == CommitOrigin.APPLICATION) {
            pipeline.awaitRoom();
        }
        return new EngineTransaction(
                pipeline,
                snapshots,
                origin,
                isolation,
                readOnly || options.readOnly(),
                new Deadline(clock, limit),
                options.branchOf());
    }

    /** The row with this primary key, as the latest visible commit left it. */
    public Optional<Row> find(String table, Object id) {
        pipeline.requireOpen();
        while (true) {
            Snapshot snapshot = snapshots.current();
            Table found = snapshot.tables.get(table);
            if (found == null) {
                throw Table.missing(table, snapshot.tables.keySet());
            }
            RowSlot slot = found.slot(id);
            if (slot == null) {
                found.requireKeyType(id);
                return Optional.empty();
            }
            Version version = slot.newest();
            if (version.sequence > snapshot.sequence) {
                version = slot.versionAt(snapshot.sequence);
                // nobody holds the snapshot, so what it needs may be gone once it is not the current one any more
                if (snapshots.current() != snapshot) {
                    continue;
                }
            }
            if (version == null) {
                return Optional.empty();
            }
            try {
                return Optional.ofNullable(found.rows().rowOf(slot, version));
            } catch (ConflictException e) {
                // the table was changed, and what it was before is stored no more: look again once the change is
                // visible
                pipeline.settle();
                if (snapshots.current() == snapshot) {
                    throw e;
                }
            }
        }
    }

    /** Writes rows in a transaction of their own. What others commit meanwhile is not a conflict. */
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        requireWritable();
        try {
            return autoCommit.write(table, mode, rows);
        } catch (ConflictException | DuplicateKeyException | NotFoundException e) {
            pipeline.settle(); // the refusal may rest on a commit that is not durable yet, and so not to be seen
            throw e;
        }
    }

    /** Deletes a row in a transaction of its own. */
    public boolean delete(String table, Object id) {
        requireWritable();
        boolean deleted = autoCommit.delete(table, id);
        if (!deleted) {
            pipeline.settle(); // it may be another's removal that is not durable yet
        }
        return deleted;
    }

    /**
     * Says that someone changed rows where they are stored, before {@link #overwrite} takes over what they are now. It
     * may be left out, but spares a look through the indexes for each of the rows.
     */
    public void lose(String table, Collection<?> ids) {
        pipeline.lock();
        try {
            pipeline.table(table).lose(ids);
        } finally {
            pipeline.unlock();
        }
    }

    /**
     * Commits, as {@link CommitOrigin#EXTERNAL}, what someone made of a row where it is stored. The row that it replaces
     * need not be readable any more; whoever still sees that one in a snapshot is told to run again. A version column is
     * raised above the row's version that is known.
     *
     * @param row of the table's columns and valid; null if the row is gone
     * @return whether it was another row than the latest; if not, nothing was committed
     * @throws DuplicateKeyException if another row has its key in a unique index
     * @throws ConflictException if the table has other columns by now
     */
    public boolean overwrite(String table, Object id, @Nullable Row row) {
        requireWritable();
        return autoCommit.overwrite(table, id, row);
    }

    private void requireWritable() {
        if (readOnly) {
            throw new UnsupportedException("The store was opened read-only; open it without mode=ro to write");
        }
    }

    /** @throws SchemaException if there is no such table */
    public TableSchema schemaOf(String table) {
        pipeline.requireOpen();
        Map<String, Table> tables = snapshots.current().tables;
        Table found = tables.get(table);
        if (found == null) {
            throw Table.missing(table, tables.keySet());
        }
        return found.schema();
    }

    public void onCommit(CommitListener listener) {
        pipeline.addListener(listener);
    }

    // looking from outside

    /** The store as the latest visible commit left it. */
    public EngineSnapshot snapshot() {
        pipeline.requireOpen();
        return new EngineSnapshot(pipeline, snapshots.hold());
    }

    /** The sequence of the last commit, visible yet or not. */
    public long lastSequence() {
        return pipeline.lastSequence();
    }

    /** The last key that was generated for a table, by a transaction that was committed or not; 0 for none. */
    public long lastGeneratedKey(String table) {
        Table found = snapshots.current().tables.get(table);
        return found == null ? 0 : found.rows().lastGeneratedKey().get();
    }

    /** Checks rows against their tables' rules, and indexes against rows. */
    public Verification verify() {
        return verify(problem -> true);
    }

    /** @param reported whether a row that cannot be read for this reason is a problem to report, not one that is known */
    public Verification verify(Predicate<StorageException> reported) {
        try (EngineSnapshot snapshot = snapshot()) {
            return new Verifier(snapshot, reported).run();
        }
    }

    /** Waits for the commit under way, refuses everything later and closes the log. Closing twice does nothing. */
    @Override
    public void close() {
        pipeline.close();
    }

    /** How many replaced versions wait to be freed, apart from those that an open snapshot still sees. For tests. */
    int backlog() {
        pipeline.lock();
        try {
            return pipeline.reclaimer().backlog();
        } finally {
            pipeline.unlock();
        }
    }

    /** How many versions a row has in memory. For tests. */
    int versions(String table, Object id) {
        Table found = snapshots.current().tables.get(table);
        RowSlot slot = found == null ? null : found.slot(id);
        int count = 0;
        for (@Nullable Version version = slot == null ? null : slot.newest();
                version != null;
                version = version.older) {
            count++;
        }
        return count;
    }
}
