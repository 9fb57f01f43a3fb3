package io.taskmover.storage.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.sqlite.SQLiteConnection;
import org.sqlite.core.CoreStatement;

/** A session of SQLite, whose transactions are begun and ended by statements. */
final class SqliteSession extends Session {
    private final SQLiteConnection connection;

    SqliteSession(SQLiteConnection connection) {
        super(connection, SqliteDialect.INSTANCE);
        this.connection = connection;
        // the transactions are begun and ended by statements of ours; in its own auto-commit mode the driver would try
        // an empty transaction after each of them
        connection.getConnectionConfig().setAutoCommit(false);
    }

    /** After a failure that is not a matter of rules or locks, of the disk for one, the driver throws a statement away. */
    @Override
    boolean isUsable(PreparedStatement statement) {
        return !(statement instanceof CoreStatement known && known.pointer.isClosed());
    }

    @Override
    void commit() throws SQLException {
        execute("commit");
    }

    /** Ends the transaction, if there still is one: after some errors, a full disk for one, SQLite has ended it itself. */
    @Override
    void rollback() throws SQLException {
        executeUnless("rollback", "no transaction is active");
    }

    /** Undoes what was done since a savepoint. Returns whether it is still there: it goes when SQLite ends the transaction. */
    boolean rollbackTo(String savepoint) throws SQLException {
        return executeUnless("rollback to savepoint " + savepoint, "no such savepoint");
    }

    /** Returns false if SQLite refused for that reason. */
    private boolean executeUnless(String sql, String reason) throws SQLException {
        try {
            execute(sql);
            return true;
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains(reason)) {
                throw e;
            }
            return false;
        }
    }

    /** How long statements wait for other processes' locks. */
    void busyTimeout(int millis) throws SQLException {
        if (connection.getBusyTimeout() != millis) {
            connection.setBusyTimeout(millis);
        }
    }
}
