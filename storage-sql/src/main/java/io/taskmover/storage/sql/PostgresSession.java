package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Isolation;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** A session of PostgreSQL. The driver begins transactions by itself, in the message of their first statement. */
final class PostgresSession extends Session {
    private final Connection connection;
    private @Nullable Isolation isolation;
    private boolean bookkept;
    private boolean broken;

    PostgresSession(Connection connection) throws SQLException {
        super(connection, PostgresDialect.INSTANCE);
        this.connection = connection;
    }

    /** What comes next is a transaction. Costs a message only if the last one's isolation was another. */
    void begin(Isolation level, boolean readOnly) throws SQLException {
        connection.setAutoCommit(false);
        if (isolation != level) {
            connection.setTransactionIsolation(
                    switch (level) {
                        case READ_COMMITTED -> Connection.TRANSACTION_READ_COMMITTED;
                        case SNAPSHOT -> Connection.TRANSACTION_REPEATABLE_READ;
                        case SERIALIZABLE -> Connection.TRANSACTION_SERIALIZABLE;
                    });
            isolation = level;
        }
        connection.setReadOnly(readOnly);
    }

    /** What comes next is one statement that only reads, and a transaction of its own. */
    void beginStatement() throws SQLException {
        connection.setReadOnly(false);
        connection.setAutoCommit(true);
    }

    @Override
    void commit() throws SQLException {
        connection.commit();
    }

    /** If the connection is gone, the server has rolled back, or will. */
    @Override
    void rollback() {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
        } catch (SQLException e) {
            broken = true;
        }
    }

    /** Leaves nothing open: the pool asks idle connections whether they live, and that is to be no transaction. */
    void release() {
        try {
            rollback();
            connection.setAutoCommit(true);
        } catch (SQLException e) {
            broken = true;
        }
    }

    /** Whether the connection is of no use any more. */
    boolean isBroken() {
        try {
            return broken || connection.isClosed();
        } catch (SQLException e) {
            return true; // one that cannot even say so is of no use either
        }
    }

    /** Whether this library's tables are known to be there; once they are, they stay. */
    boolean isBookkept() {
        return bookkept;
    }

    void setBookkept(boolean there) {
        bookkept = there;
    }
}
