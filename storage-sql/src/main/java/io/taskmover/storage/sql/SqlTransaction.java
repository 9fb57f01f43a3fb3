package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of the database: on the writer's connection if it may write, on a reader's else. Keeps the rules that
 * are the same for every operation, who may do what when, and leaves the work to {@link SqlReads} and {@link RowWriter}.
 */
final class SqlTransaction implements BackendTransaction {
    private final Session session;
    private final boolean readOnly;
    private final Owner owner;
    private final @Nullable ChangeCapture capture;
    /** The time by {@link System#nanoTime} when it is over; 0 for never. */
    private final long deadline;

    private final List<OpenCursor> cursors = new ArrayList<>();
    private final Deque<Mark> savepoints = new ArrayDeque<>();
    private Tables tables;
    /** Once it was tried to prepare it. */
    private @Nullable Branch branch;

    private State state = State.ACTIVE;
    private boolean timedOut;
    private boolean inDoubt;
    private int savepointNumber;
    /** How many of the captured changes are committed, by a change of the catalog. */
    private int committed;

    private enum State {
        ACTIVE,
        /** A write failed: only a rollback helps. */
        FAILED,
        /** It is a prepared branch: it can be committed, rolled back, or left to those who open the store next. */
        PREPARED,
        ENDED
    }

    /** The transaction as a part of one over several stores. */
    interface Branch {
        /** Makes sure that it can be committed, whatever happens. */
        void prepare() throws SQLException;

        /** Ends it, or rolls it back if it could not be prepared. */
        void finish(boolean commit) throws SQLException;
    }

    /** What a transaction needs of its backend. */
    interface Owner {
        SqlErrors errors();

        GeneratedKeys generatedKeys();

        /**
         * The transaction as the branch that it was begun as.
         *
         * @throws UnsupportedException if the database prepares nothing
         * @throws IllegalArgumentException if it was not begun as this one
         */
        default Branch branch(PreparedTransaction transaction) {
            throw new UnsupportedException("This database cannot prepare a transaction for a two-phase commit");
        }

        /** Whether it was begun to be prepared. */
        default boolean isBranch() {
            return false;
        }

        /** What is known of the tables does not hold any more. */
        default void outdated() {}

        /** A change of the catalog is committed, though the transaction is not. */
        default void catalogCommitted() {}

        /** The transaction is about to be committed; {@link #ended} follows in any case. */
        default void committing() {}

        /** The transaction is committed; called before {@link #ended}. */
        void committed(List<RowChange> changes, boolean catalogChanged);

        /** The session is free. */
        void ended();
    }

    /** Work with a result that may fail in the database. */
    @FunctionalInterface
    interface Result<R> {
        R get() throws SQLException;
    }

    private static final class Mark implements Savepoint {
        private final String name;
        private final int changes;

        Mark(String name, int changes) {
            this.name = name;
            this.changes = changes;
        }
    }

    /** The session has begun a transaction, and {@code tables} are those of its snapshot. */
    SqlTransaction(
            Session session,
            Tables tables,
            boolean readOnly,
            @Nullable ChangeCapture capture,
            long deadline,
            Owner owner) {
        this.session = session;
        this.tables = tables;
        this.readOnly = readOnly;
        this.capture = capture;
        this.deadline = deadline;
        this.owner = owner;
    }

    SqlErrors errors() {
        return owner.errors();
    }

    Tables tables() {
        return tables;
    }

    /** @throws IllegalStateException after the end and after a failed write */
    void requireUsable() {
        if (state != State.ACTIVE) {
            throw new IllegalStateException(
                    switch (state) {
                        case ENDED ->
                            "The transaction has ended" + (timedOut ? ": it took longer than its timeout" : "");
                        case PREPARED -> "The transaction is prepared: only commit and rollback are possible";
                        default ->
                            "A statement of this transaction has failed: only rollback and rollbackTo are possible";
                    });
        }
        if (deadline != 0 && System.nanoTime() - deadline > 0) {
            timedOut = true;
            StorageTimeoutException failure =
                    new StorageTimeoutException("The transaction took longer than its timeout and is rolled back");
            rollbackAfter(failure);
            throw failure;
        }
    }

    <R> R read(Result<R> work) {
        requireUsable();
        try {
            return work.get();
        } catch (SQLException e) {
            throw failed(e);
        }
    }

    /** A statement that reads has failed. */
    StorageException failed(SQLException e) {
        if (session.dialect().failureEndsTransaction() && state == State.ACTIVE) {
            state = State.FAILED;
        }
        if (errors().isOutdated(e)) {
            owner.outdated();
        }
        return errors().translate(e);
    }

    <R> R write(Result<R> work) {
        requireUsable();
        if (readOnly) {
            throw new UnsupportedException("This transaction is read-only");
        }
        try {
            detachCursors();
            return work.get();
        } catch (SQLException e) {
            state = State.FAILED;
            throw failed(e);
        } catch (RuntimeException e) {
            state = State.FAILED;
            throw e;
        }
    }

    /** The catalog is no more what it was when this transaction began. */
    void catalogChanged() {
        tables = new Tables(Tables.UNCOMMITTED);
    }

    /** A change of the catalog has ended. Where it is committed at once, savepoints are gone, and are made anew. */
    void catalogChangeEnded() throws SQLException {
        if (session.dialect().catalogChanged(session)) {
            owner.catalogCommitted();
            committed = capture == null ? 0 : capture.mark();
            Iterator<Mark> oldestFirst = savepoints.descendingIterator();
            while (oldestFirst.hasNext()) {
                session.execute("savepoint " + oldestFirst.next().name);
            }
        }
    }

    void closed(OpenCursor cursor) {
        cursors.remove(cursor);
    }

    private StoredTable table(String name) throws SQLException {
        return tables.require(name, session);
    }

    private RowWriter writer(StoredTable table) {
        return new RowWriter(session, table, errors(), owner.generatedKeys(), capture);
    }

    private ConditionalWrites conditional(StoredTable table) {
        return new ConditionalWrites(this, session, table, capture);
    }

    @Override
    public Catalog catalog() {
        return new SqlCatalog(this, session, owner);
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        return read(() -> SqlReads.find(session, table(table), id));
    }

    @Override
    public RowCursor select(Select select) {
        return read(() -> open(select));
    }

    /** Whether it was begun as a branch of one over several stores. */
    boolean isBranch() {
        return owner.isBranch();
    }

    /** A cursor that this transaction closes at its end. */
    SqlCursor open(Select select) throws SQLException {
        return open(select, false);
    }

    /** @param toChange whether its rows are about to be changed, so that nobody else is to change them before */
    SqlCursor open(Select select, boolean toChange) throws SQLException {
        StoredTable table = table(select.table());
        SqlCursor cursor = new SqlCursor(this, session, table, Selection.of(table, select), toChange);
        cursors.add(cursor);
        return cursor;
    }

    @Override
    public RowCursor executeSql(String sql, List<? extends @Nullable Object> parameters) {
        requireUsable();
        NativeStatement statement = NativeStatement.of(sql, parameters);
        if (readOnly) {
            return read(() -> execute(statement));
        }
        return statement.defines() ? define(statement) : write(() -> execute(statement));
    }

    private RowCursor define(NativeStatement statement) {
        if (!statement.parameters().isEmpty()) {
            throw new QueryException("A statement that changes definitions takes no parameters");
        }
        new SqlCatalog(this, session, owner).run(statement.sql());
        return new CountCursor(this, 0);
    }

    private RowCursor execute(NativeStatement statement) throws SQLException {
        PreparedStatement prepared = session.prepareOnce(statement.sql());
        boolean streams = false;
        try {
            session.dialect().stream(prepared);
            statement.bind(prepared, session.dialect());
            if (!prepared.execute()) {
                return new CountCursor(this, prepared.getLargeUpdateCount());
            }
            OpenCursor cursor =
                    new NativeCursor(this, prepared, session.dialect().typesValues());
            cursors.add(cursor);
            streams = true;
            return cursor;
        } finally {
            if (!streams) {
                prepared.close();
            }
        }
    }

    @Override
    public long count(Select select) {
        return read(() -> SqlReads.count(this, session, table(select.table()), select));
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return write(() -> {
            try (RowWriter writer = writer(table(table))) {
                return writer.write(mode, rows);
            }
        });
    }

    @Override
    public void load(String table, List<Row> rows) {
        write(() -> {
            StoredTable stored = table(table);
            try (RowWriter writer = new RowWriter(session, stored, errors(), owner.generatedKeys(), null)) {
                writer.load(rows);
            }
            return stored;
        });
    }

    @Override
    public long update(String table, Condition where, Assignments changes) {
        return write(() -> {
            StoredTable stored = table(table);
            try (RowWriter writer = writer(stored)) {
                return conditional(stored).update(where, changes, writer);
            }
        });
    }

    @Override
    public long delete(String table, Condition where) {
        return write(() -> {
            StoredTable stored = table(table);
            try (RowWriter writer = writer(stored)) {
                return conditional(stored).delete(where, writer);
            }
        });
    }

    @Override
    public boolean delete(String table, Object id) {
        return write(() -> {
            StoredTable stored = table(table);
            try (RowWriter writer = writer(stored)) {
                return writer.delete(stored.schema().coerceKey(id));
            }
        });
    }

    @Override
    public Explanation explain(Select select) {
        return read(() -> session.dialect().explain(session, table(select.table()), select));
    }

    @Override
    public Savepoint savepoint() {
        return read(() -> {
            Mark mark = new Mark("s" + savepointNumber++, capture == null ? 0 : capture.mark());
            session.execute("savepoint " + mark.name);
            savepoints.push(mark);
            return mark;
        });
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        Mark mark = own(savepoint);
        try {
            detachCursors();
            session.execute("rollback to savepoint " + mark.name);
        } catch (SQLException e) {
            throw errors().translate(e);
        }
        while (savepoints.peek() != mark) {
            savepoints.pop();
        }
        if (capture != null) {
            capture.rollbackTo(Math.max(mark.changes, committed));
        }
        if (tables.version() == Tables.UNCOMMITTED) {
            catalogChanged();
        }
        state = State.ACTIVE;
    }

    private void detachCursors() throws SQLException {
        for (OpenCursor cursor : List.copyOf(cursors)) {
            cursor.detach();
        }
    }

    @Override
    public void release(Savepoint savepoint) {
        requireUsable();
        Mark mark = own(savepoint);
        read(() -> {
            session.execute("release savepoint " + mark.name);
            return mark;
        });
        Mark gone;
        do {
            gone = savepoints.pop();
        } while (gone != mark);
    }

    private Mark own(Savepoint savepoint) {
        if (state == State.ENDED || branch != null) {
            throw new IllegalStateException(
                    branch == null ? "The transaction has ended" : "The transaction is prepared or could not be");
        }
        if (!(savepoint instanceof Mark mark) || !savepoints.contains(mark)) {
            throw new IllegalArgumentException(
                    "The savepoint is another transaction's, or was released or rolled back");
        }
        return mark;
    }

    @Override
    public void prepare(PreparedTransaction transaction) {
        requireUsable();
        Branch wanted = owner.branch(transaction);
        branch = wanted;
        try {
            closeCursors();
            wanted.prepare();
            state = State.PREPARED;
        } catch (SQLException e) {
            state = State.FAILED;
            throw errors().translate(e);
        }
    }

    @Override
    public void decide(PreparedTransaction transaction, List<String> stores) {
        write(() -> {
            session.deciding(transaction.globalId());
            return transaction;
        });
        BackendTransaction.super.decide(transaction, stores);
    }

    @Override
    public void commit() {
        if (state == State.PREPARED && branch != null) {
            commit(branch);
            return;
        }
        requireUsable();
        try {
            closeCursors();
            owner.committing();
            session.commit();
        } catch (SQLException e) {
            StorageException failure = errors().translateCommit(e);
            inDoubt = errors().isInDoubt(failure);
            rollbackAfter(failure);
            throw failure;
        }
        inDoubt = true; // unless the rest is done too
        committed(tables.version() == Tables.UNCOMMITTED);
        inDoubt = false;
    }

    /** Stays prepared if that fails. */
    private void commit(Branch prepared) {
        try {
            owner.committing();
            prepared.finish(true);
        } catch (SQLException e) {
            throw errors().translate(e);
        }
        committed(false);
    }

    private void committed(boolean catalogChanged) {
        try {
            owner.committed(capture == null ? List.of() : capture.merged(), catalogChanged);
        } finally {
            end();
        }
    }

    @Override
    public boolean isInDoubt() {
        return inDoubt;
    }

    private void rollbackAfter(StorageException failure) {
        try {
            rollback();
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
    }

    @Override
    public void rollback() {
        if (state == State.ENDED) {
            return;
        }
        try {
            closeCursors();
            if (branch != null) {
                branch.finish(false);
            } else {
                session.rollback();
            }
            if (capture != null && committed > 0) {
                capture.rollbackTo(committed);
                owner.committing();
                owner.committed(capture.merged(), true);
            }
        } catch (SQLException e) {
            throw errors().translate(e);
        } finally {
            end();
        }
    }

    private void closeCursors() {
        for (OpenCursor cursor : List.copyOf(cursors)) {
            cursor.close();
        }
    }

    private void end() {
        state = State.ENDED;
        owner.ended();
    }

    @Override
    public void close() {
        if (state == State.PREPARED) {
            end();
        } else {
            rollback();
        }
    }
}
