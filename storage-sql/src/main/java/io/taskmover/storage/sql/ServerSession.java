package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Isolation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session of a server, which may be lost at any time. */
abstract class ServerSession extends Session {
    private final Connection connection;
    private boolean bookkept;
    private boolean broken;

    ServerSession(Connection connection, Dialect dialect) {
        super(connection, dialect);
        this.connection = connection;
    }

    /**
     * What comes next is a transaction.
     *
     * @param timeout longer than that none of its statements is to take, nor to wait for others; null for the store's own
     */
    final void begin(Isolation level, boolean readOnly, @Nullable Duration timeout) throws SQLException {
        begin(level, readOnly, timeout, null);
    }

    /**
     * The same, of a transaction that can be prepared.
     *
     * @param branch what it is to be called then; null if it will not be
     */
    abstract void begin(Isolation level, boolean readOnly, @Nullable Duration timeout, @Nullable BranchId branch)
            throws SQLException;

    /** Whether a transaction of this level keeps others from changing whatever it reads. */
    boolean locksWhatItReads(Isolation level, boolean readOnly) {
        return false;
    }

    /** What comes next is one statement that only reads, and a transaction of its own. */
    abstract void beginStatement() throws SQLException;

    /** What comes next is one statement, at read committed, and a transaction of its own. */
    void beginWrite() throws SQLException {
        beginStatement();
    }

    // branches of transactions over several stores

    /** Whether the server lets this user prepare transactions, and find them again. */
    abstract boolean canPrepare() throws SQLException;

    /** What tells this database apart from others of the server, as {@link BranchId#place}. */
    abstract String place() throws SQLException;

    /** Prepares the transaction, which was begun as this branch. */
    abstract void prepare(BranchId branch) throws SQLException;

    /** Ends a branch that is prepared, by whichever session. Not in a transaction. */
    abstract void finish(BranchId branch, boolean commit) throws SQLException;

    /** The branches that are prepared in the server, those of other databases among them. Not in a transaction. */
    abstract List<BranchId> prepared() throws SQLException;

    /** Whether a branch is prepared that no other session can end as long as this one is connected. */
    boolean holdsBranch() {
        return false;
    }

    /** Makes the table of {@link Deciders}, if it is not there, and commits that. */
    abstract void makeDeciders() throws SQLException;

    /** Inserts what {@link Deciders} has of a store, if it is not there: its key, URL and machine. */
    abstract String keepDecider();

    /** Whether a transaction of any session is {@link #deciding}. Not in a transaction. */
    abstract boolean isDeciding(String globalId) throws SQLException;

    /** Rolls back the transaction, if there is one that is not prepared. */
    abstract void undo() throws SQLException;

    /** If the connection is gone, the server has rolled back, or will. */
    @Override
    final void rollback() {
        try {
            undo();
        } catch (SQLException e) {
            broken = true;
        }
    }

    /** Leaves nothing open: the pool asks idle connections whether they live, and that is to be no transaction. */
    final void release() {
        rollback();
        try {
            idle();
        } catch (SQLException e) {
            broken = true;
        }
    }

    /** What comes next is not of this session's. */
    void idle() throws SQLException {}

    /** Whether the connection is of no use any more. */
    final boolean isBroken() {
        try {
            return broken || holdsBranch() || connection.isClosed();
        } catch (SQLException e) {
            return true; // one that cannot even say so is of no use either
        }
    }

    /** Whether this library's tables are known to be there; once they are, they stay. */
    final boolean isBookkept() {
        return bookkept;
    }

    final void setBookkept(boolean there) {
        bookkept = there;
    }
}
