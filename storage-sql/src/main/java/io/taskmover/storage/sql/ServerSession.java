package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Isolation;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
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
    abstract void begin(Isolation level, boolean readOnly, @Nullable Duration timeout) throws SQLException;

    /** Whether a transaction of this level keeps others from changing whatever it reads. */
    boolean locksWhatItReads(Isolation level, boolean readOnly) {
        return false;
    }

    /** What comes next is one statement that only reads, and a transaction of its own. */
    abstract void beginStatement() throws SQLException;

    /** Rolls back the transaction, if there is one. */
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
            return broken || connection.isClosed();
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
