package io.taskmover.storage.engine;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the engine: a snapshot to read, a {@link Workspace} of changes above it, and a commit that checks the
 * changes against what others committed since.
 */
final class EngineTransaction implements BackendTransaction {
    /** A look at the clock takes as long as finding a row. */
    private static final int USES_PER_LOOK = 8;

    /** The transactions over several stores that transactions of this process are about to decide on, in whatever stores. */
    private static final Set<String> DECIDING = ConcurrentHashMap.newKeySet();

    private enum State {
        ACTIVE,
        /** A write failed: only a rollback is legal. */
        FAILED,
        /** It is a prepared branch: it can be committed, rolled back, or left to those who open the store next. */
        PREPARED,
        COMMITTED,
        ROLLED_BACK,
        /** It was prepared, and is decided when the store is opened again. */
        LEFT,
        /** Rolled back, because it took too long. */
        TIMED_OUT
    }

    private final CommitPipeline pipeline;
    private final Snapshots snapshots;
    private final CommitOrigin origin;
    private final boolean readCommitted;
    private final boolean readOnly;
    private final Deadline deadline;
    /** What it may be prepared for. */
    private final @Nullable PreparedTransaction branchOf;

    private final Workspace workspace = new Workspace();
    /** Kept if the transaction is serializable and may write. */
    private final @Nullable ReadSet reads;
    /** Cursors that hold a snapshot of their own, because each statement has one. */
    private List<EngineCursor> cursors = List.of();

    private Snapshot snapshot;
    private boolean holding = true;
    private boolean inDoubt;
    /** How often it was asked whether the transaction may go on. */
    private int uses;

    /** What is held of it, once that was tried. */
    private @Nullable EngineBranch branch;
    /** The transaction over several stores that its commit decides. */
    private @Nullable PreparedTransaction decided;

    private State state = State.ACTIVE;

    EngineTransaction(
            CommitPipeline pipeline,
            Snapshots snapshots,
            CommitOrigin origin,
            Isolation isolation,
            boolean readOnly,
            Deadline deadline,
            @Nullable PreparedTransaction branchOf) {
        this.pipeline = pipeline;
        this.snapshots = snapshots;
        this.origin = origin;
        this.readCommitted = isolation == Isolation.READ_COMMITTED;
        this.readOnly = readOnly;
        this.deadline = deadline;
        this.branchOf = branchOf;
        // what only reads could have run when its snapshot was made: nothing of it has to be checked
        boolean checked = isolation == Isolation.SERIALIZABLE && !readOnly;
        this.snapshot = checked ? pipeline.holdWatched() : snapshots.hold();
        this.reads = checked ? new ReadSet(snapshot) : null;
    }

    // reading

    @Override
    public Catalog catalog() {
        requireUsable();
        if (reads != null) {
            reads.addCatalog();
        }
        return new EngineCatalog(this, workspace);
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        Snapshot now = readSnapshot();
        TransactionTable own = workspace.own(table);
        if (own != null) {
            read(own, id);
            return Optional.ofNullable(own.row(id, now.sequence));
        }
        Table committed = table(table, now);
        if (reads != null) {
            reads.add(committed, id);
        }
        Row row = committed.rowAt(id, now.sequence);
        if (row == null) {
            committed.requireKeyType(id);
        }
        return Optional.ofNullable(row);
    }

    @Override
    public RowCursor select(Select select) {
        Snapshot now = readSnapshot();
        RowSource rows = run(select, now).rows();
        if (!readCommitted) {
            return new EngineCursor(this, rows, null);
        }
        EngineCursor cursor = new EngineCursor(this, rows, now.tryHold() ? now : null);
        if (cursors.isEmpty()) {
            cursors = new ArrayList<>();
        }
        cursors.add(cursor);
        return cursor;
    }

    @Override
    public long count(Select select) {
        return run(select, readSnapshot()).count();
    }

    @Override
    public Explanation explain(Select select) {
        Table table = table(select.table(), readSnapshot());
        Select bound = select.bind(table.schema());
        return Planner.explain(table, bound);
    }

    private SelectRun run(Select select, Snapshot now) {
        Table table = table(select.table(), now);
        Select bound = select.bind(table.schema());
        if (reads != null) {
            reads.add(table, bound.condition());
        }
        return new SelectRun(table, workspace.own(select.table()), bound, now.sequence, deadline);
    }

    /** Notes that a row was looked at, by a read or by a write that depends on it. */
    private void read(TransactionTable own, Object id) {
        if (reads != null) {
            reads.add(own.table(), id);
        }
    }

    private Table table(String name, Snapshot now) {
        Table table = workspace.table(name, now);
        if (table == null) {
            if (reads != null) {
                reads.addCatalog();
            }
            throw Table.missing(name, workspace.tables(now).keySet());
        }
        return table;
    }

    Table newTable(TableSchema schema) {
        return pipeline.newTable(schema, 0);
    }

    boolean hasRows(Select select) {
        return run(select.limit(1L), snapshot).rows().next() != null;
    }

    /** The snapshot for a statement that begins. */
    Snapshot readSnapshot() {
        requireUsable();
        if (readCommitted && snapshots.current() != snapshot) {
            Snapshot former = snapshot;
            snapshot = snapshots.hold();
            pipeline.release(former);
        }
        return snapshot;
    }

    // writing

    /** Something that changes the transaction's rows or tables; if it throws, only a rollback is legal after it. */
    void change(Consumer<Snapshot> statement) {
        Snapshot now = beginWrite();
        State outcome = State.FAILED;
        try {
            requireWritable();
            statement.accept(now);
            outcome = State.ACTIVE;
        } finally {
            state = outcome;
        }
    }

    private Snapshot beginWrite() {
        return readSnapshot();
    }

    private void requireWritable() {
        if (readOnly) {
            throw new UnsupportedException("The transaction is read-only; begin another one to write");
        }
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        Snapshot now = beginWrite();
        State outcome = State.FAILED;
        try {
            requireWritable();
            TransactionTable own = workspace.writable(table, now);
            List<Row> stored;
            if (rows.size() == 1) {
                stored = List.of(write(own, mode, rows.get(0), now));
            } else {
                stored = new ArrayList<>(rows.size());
                for (Row row : rows) {
                    stored.add(write(own, mode, row, now));
                }
            }
            outcome = State.ACTIVE;
            return stored;
        } finally {
            state = outcome;
        }
    }

    private Row write(TransactionTable own, WriteMode mode, Row given, Snapshot now) {
        RowShaper shaper = own.table().shaper();
        Object id = shaper.keyFor(given, mode);
        read(own, id);
        Row current = own.row(id, now.sequence);
        Row row = shaper.shape(given, mode, id, current);
        Write.Premise premise = mode == WriteMode.INSERT
                ? Write.Premise.NO_ROW
                : shaper.isWhole(given) ? Write.Premise.NOTHING : Write.Premise.BASE;
        put(own, new Write(id, current, row, premise), now);
        return row;
    }

    @Override
    public void load(String table, List<Row> rows) {
        change(now -> {
            TransactionTable own = workspace.writable(table, now);
            for (Row row : rows) {
                load(own, row, now);
            }
        });
    }

    private void load(TransactionTable own, Row given, Snapshot now) {
        RowShaper shaper = own.table().shaper();
        Object id = shaper.keyFor(given, WriteMode.UPDATE); // no key is generated
        read(own, id);
        if (own.row(id, now.sequence) != null) {
            throw shaper.duplicateKey(id);
        }
        put(own, new Write(id, null, shaper.loaded(given, id), Write.Premise.NO_ROW), now);
    }

    /** Notes that a row of this key was there once, so that the log, and whoever reads it, generates later ones only. */
    void raiseGeneratedKey(TransactionTable own, Long key, Snapshot now) {
        own.table().shaper().noteKey(key);
        if (own.write(key) == null && own.row(key, now.sequence) == null) {
            workspace.put(own, new Write(key, null, null, Write.Premise.NOTHING));
        }
    }

    @Override
    public long update(String table, Condition where, Assignments changes) {
        long[] count = new long[1];
        change(now -> count[0] = update(table, where, changes, now));
        return count[0];
    }

    private long update(String table, Condition where, Assignments changes, Snapshot now) {
        List<Row> rows = run(Select.from(table).where(where), now).toList();
        TransactionTable own = workspace.writable(table, now);
        Assigner assigner = new Assigner(own.table(), changes);
        for (Row row : rows) {
            put(own, new Write(keyOf(own, row), row, assigner.apply(row), Write.Premise.BASE), now);
        }
        return rows.size();
    }

    /** Stores every row of a table as it is, in the form that the table has now. */
    void writeAgain(String table, Snapshot now) {
        List<Row> rows = run(Select.from(table), now).toList();
        TransactionTable own = workspace.writable(table, now);
        for (Row row : rows) {
            put(own, new Write(keyOf(own, row), row, row, Write.Premise.BASE), now);
        }
    }

    @Override
    public long delete(String table, Condition where) {
        long[] count = new long[1];
        change(now -> {
            List<Row> rows = run(Select.from(table).where(where), now).toList();
            TransactionTable own = workspace.writable(table, now);
            for (Row row : rows) {
                put(own, new Write(keyOf(own, row), row, null, Write.Premise.BASE), now);
            }
            count[0] = rows.size();
        });
        return count[0];
    }

    @Override
    public boolean delete(String table, Object id) {
        boolean[] deleted = new boolean[1];
        change(now -> {
            TransactionTable own = workspace.writable(table, now);
            read(own, id);
            Row current = own.row(id, now.sequence);
            if (current == null) {
                own.table().requireKeyType(id);
                return;
            }
            put(own, new Write(id, current, null, Write.Premise.NOTHING), now);
            deleted[0] = true;
        });
        return deleted[0];
    }

    private static Object keyOf(TransactionTable own, Row row) {
        return Objects.requireNonNull(own.table().schema().keyOf(row));
    }

    /** Notes a write, as if it were the first of its row. */
    private void put(TransactionTable own, Write write, Snapshot now) {
        Write former = own.write(write.id());
        if (former == null) {
            requireNotOvertaken(own.table(), write, now);
        }
        Row row = write.row();
        if (row != null) {
            requireUnique(own, write.id(), row, now);
        }
        workspace.put(own, former == null ? write : former.then(row));
    }

    private void requireUnique(TransactionTable own, Object id, Row row, Snapshot now) {
        try {
            own.requireUnique(id, row, now.sequence);
        } catch (DuplicateKeyException e) {
            if (reads != null) {
                reads.addAll(own.table()); // that somebody has the key is something that was read
            }
            throw e;
        }
    }

    /** A conflict that is certain by now need not wait for the commit. */
    private void requireNotOvertaken(Table table, Write write, Snapshot now) {
        RowSlot slot = readCommitted || table.rows().lastModified() <= now.sequence ? null : table.slot(write.id());
        if (slot != null) {
            Snapshot latest = snapshots.hold();
            try {
                new CommitCheck(true, now.sequence).requireCurrent(table, write, slot, slot.versionAt(latest.sequence));
            } finally {
                pipeline.release(latest);
            }
        }
    }

    /**
     * Checks the writes that a change of their table takes along, when the first one is made: the commit then looks only
     * at what others did after that. Where each statement sees what is committed, that was not so when they were written.
     */
    void requireCurrent(TransactionTable own, Snapshot now) {
        Table table = own.table();
        if (!readCommitted || workspace.altered().containsKey(table.name())) {
            return;
        }
        if (now.tables.get(table.name()) != table) {
            throw CommitCheck.tableChanged(table.name());
        }
        CommitCheck check = new CommitCheck(false, now.sequence);
        for (Write write : own.writes()) {
            RowSlot slot = table.slot(write.id());
            check.requireCurrent(table, write, slot, slot == null ? null : slot.versionAt(now.sequence));
        }
    }

    // savepoints and the end

    @Override
    public Savepoint savepoint() {
        requireUsable();
        return workspace.savepoint();
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        requireNotEnded();
        workspace.rollbackTo(savepoint);
        state = State.ACTIVE;
    }

    @Override
    public void release(Savepoint savepoint) {
        requireUsable();
        workspace.release(savepoint);
    }

    @Override
    public void prepare(PreparedTransaction global) {
        requireInTime();
        if (!global.equals(branchOf)) {
            throw new IllegalArgumentException("The transaction was not begun as a branch of " + global.globalId());
        }
        if (!workspace.altered().isEmpty()) {
            throw new UnsupportedException(
                    "A transaction over several stores cannot change tables, but this one changes "
                            + workspace.altered().keySet() + "; change them in a transaction of their own");
        }
        State outcome = State.FAILED;
        try {
            CommitPipeline.Pending pending;
            pipeline.lock();
            try {
                pending = hold(global);
            } finally {
                pipeline.unlock();
            }
            pipeline.complete(pending);
            outcome = State.PREPARED;
        } catch (ConflictException | DuplicateKeyException e) {
            pipeline.settle();
            throw e;
        } finally {
            state = outcome;
        }
    }

    @Override
    public void decide(PreparedTransaction global, List<String> stores) {
        BackendTransaction.super.decide(global, stores);
        decided = global;
        DECIDING.add(global.globalId());
    }

    /** See {@link Engine#isDeciding}. */
    static boolean isDeciding(String globalId) {
        return DECIDING.contains(globalId);
    }

    /** Checks the branch as if it were committed now, and keeps everybody from what that depends on. */
    private CommitPipeline.@Nullable Pending hold(PreparedTransaction global) {
        pipeline.requireWritable();
        pipeline.branches().requireOpen();
        Set<String> tables = workspace.tableNames();
        if (reads != null) {
            tables.addAll(reads.tables());
        }
        pipeline.branches().requireFree(tables);
        requireCurrent();
        EngineBranch held = new EngineBranch(pipeline, origin, global, workspace.rows());
        CommitPipeline.Pending pending = held.hold(tables);
        branch = held;
        return pending;
    }

    @Override
    public void commit() {
        if (branch != null && state == State.PREPARED) {
            branch.decide(true);
            end(State.COMMITTED);
            return;
        }
        requireInTime();
        State outcome = State.ROLLED_BACK;
        Commit commit = new Commit(pipeline, origin, !readCommitted);
        try {
            if (!workspace.isEmpty()) {
                CommitPipeline.Pending pending;
                pipeline.lock();
                try {
                    pending = install(commit);
                } finally {
                    pipeline.unlock();
                }
                pipeline.complete(pending);
            }
            outcome = State.COMMITTED;
        } catch (ConflictException | DuplicateKeyException e) {
            pipeline.settle();
            throw e;
        } finally {
            inDoubt = outcome != State.COMMITTED && commit.taken();
            end(outcome);
        }
    }

    @Override
    public boolean isInDoubt() {
        return inDoubt;
    }

    private CommitPipeline.@Nullable Pending install(Commit commit) {
        awaitBranches();
        pipeline.requireWritable();
        for (Map.Entry<String, Workspace.Origin> entry : workspace.altered().entrySet()) {
            String name = entry.getKey();
            Table origin = entry.getValue().table();
            if (pipeline.tables().get(name) != origin
                    || (origin != null
                            && origin.rows().lastModified() > entry.getValue().sequence())) {
                throw CommitCheck.tableChanged(name);
            }
            TransactionTable own = workspace.own(name);
            if (own != null) {
                requireIndexNamesFree(own.table());
            }
            commit.replace(name, own == null ? null : own.table());
        }
        requireCurrent();
        // nothing is read any more, and before the commit is visible: that what it replaces need not be kept for it
        letGo();
        commit.writes(workspace.tables()).changes(workspace.steps());
        if (decided != null) {
            commit.step(new BranchStep.Deciding(decided.globalId()));
        }
        return commit.run();
    }

    /** Waits for branches that hold what is to be written. A person's edit has happened already, and is taken as it is. */
    private void awaitBranches() {
        if (pipeline.branches().isEmpty() || origin == CommitOrigin.EXTERNAL) {
            return;
        }
        Set<String> names = workspace.tableNames();
        names.forEach(name -> pipeline.branches().awaitFree(name, () -> deadline));
        // while one was waited for another may have come: it is rather told than waited for in a circle
        pipeline.branches().requireFree(names);
    }

    /** @throws ConflictException if others committed first what the transaction wrote or, being serializable, read */
    private void requireCurrent() {
        if (reads != null) {
            reads.requireUnchanged(workspace.altered().keySet(), pipeline.tables(), pipeline.recent());
        }
        CommitCheck check = new CommitCheck(!readCommitted, snapshot.sequence);
        for (TransactionTable own : workspace.tables()) {
            String name = own.table().name();
            if (!workspace.altered().containsKey(name)) {
                check.requireCurrent(own, pipeline.tables().get(name));
            }
        }
    }

    /** Index names are unique in a store: another table may have got one since the snapshot. */
    private void requireIndexNamesFree(Table altered) {
        for (Index index : altered.schema().indexes()) {
            for (Table other : pipeline.tables().values()) {
                if (!workspace.altered().containsKey(other.name())
                        && other.schema().indexes().stream()
                                .anyMatch(taken -> taken.name().equals(index.name()))) {
                    throw CommitCheck.tableChanged(other.name());
                }
            }
        }
    }

    @Override
    public void rollback() {
        if (ended()) {
            return;
        }
        try {
            if (branch != null && branch.isUndecided()) {
                branch.decide(false);
            }
        } finally {
            leave();
            end(State.ROLLED_BACK);
        }
    }

    private void leave() {
        if (branch != null && branch.isUndecided()) {
            branch.leave();
        }
    }

    @Override
    public void close() {
        if (state == State.PREPARED) {
            leave();
            end(State.LEFT);
        } else {
            rollback();
        }
    }

    private void end(State last) {
        state = last;
        letGo();
        if (decided != null) {
            DECIDING.remove(decided.globalId());
        }
    }

    private void letGo() {
        if (!cursors.isEmpty()) {
            List.copyOf(cursors).forEach(EngineCursor::close);
        }
        if (holding) {
            holding = false;
            if (reads == null) {
                pipeline.release(snapshot);
            } else {
                pipeline.releaseWatched(snapshot);
            }
        }
    }

    /** Lets go of the snapshot that a cursor held. */
    void closed(EngineCursor cursor, Snapshot held) {
        cursors.remove(cursor);
        pipeline.release(held);
    }

    private boolean ended() {
        return state != State.ACTIVE && state != State.FAILED && state != State.PREPARED;
    }

    private void requireNotEnded() {
        if (ended()) {
            throw new IllegalStateException("The transaction has ended: it was "
                    + switch (state) {
                        case COMMITTED -> "committed";
                        case LEFT -> "prepared, and is in doubt until the store is opened again";
                        case TIMED_OUT -> "rolled back, because it took longer than its timeout";
                        default -> "rolled back";
                    });
        }
    }

    /** Checks that the transaction, and with it its cursors, may go on; rolls it back if its time is over. */
    void requireUsable() {
        if (++uses % USES_PER_LOOK == 0) {
            requireInTime();
        } else {
            requireActive();
        }
    }

    private void requireInTime() {
        requireActive();
        if (deadline.passed()) {
            end(State.TIMED_OUT);
            throw deadline.exceeded();
        }
    }

    /** The same, but for the deadline. */
    void requireActive() {
        if (state != State.ACTIVE) {
            requireNotEnded();
            if (state == State.PREPARED) {
                throw new IllegalStateException("The transaction is prepared: only commit and rollback are possible");
            }
            throw new IllegalStateException(
                    "A write in the transaction failed before; only rollback, or rollbackTo a savepoint, is possible");
        }
        pipeline.requireOpen();
    }
}
