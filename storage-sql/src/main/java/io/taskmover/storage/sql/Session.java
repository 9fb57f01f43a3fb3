package io.taskmover.storage.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.sqlite.SQLiteConnection;

/**
 * A connection and the statements that were prepared on it. The driver compiles a statement each time that it is
 * prepared, which takes longer than to run a small one; so they are kept, the least recently used go first.
 *
 * <p>A statement is taken out while it is in use: two cursors over the same query are two statements. Not thread-safe.
 */
final class Session {
    /** More statements than a program of usual size has shapes of queries; each takes some kilobytes. */
    private static final int KEPT_STATEMENTS = 128;

    private final SQLiteConnection connection;
    private final LinkedHashMap<String, PreparedStatement> idle = new LinkedHashMap<>();

    Session(SQLiteConnection connection) {
        this.connection = connection;
        // the transactions are begun and ended by statements of ours; in its own auto-commit mode the driver would try
        // an empty transaction after each of them
        connection.getConnectionConfig().setAutoCommit(false);
    }

    /** A statement for {@code sql}, to be given back. */
    PreparedStatement take(String sql) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        return kept != null ? kept : connection.prepareStatement(sql);
    }

    /** Takes back a statement whose result is closed. */
    void give(String sql, PreparedStatement statement) throws SQLException {
        PreparedStatement twin = idle.put(sql, statement);
        if (twin != null) {
            twin.close();
        } else if (idle.size() > KEPT_STATEMENTS) {
            Iterator<Map.Entry<String, PreparedStatement>> eldest =
                    idle.entrySet().iterator();
            eldest.next().getValue().close();
            eldest.remove();
        }
    }

    /** Runs a statement without parameters and without a result: an open result would keep its lock. */
    void execute(String sql) throws SQLException {
        PreparedStatement statement = take(sql);
        try {
            statement.execute();
        } finally {
            give(sql, statement);
        }
    }

    /** A statement that is not kept, to be closed. */
    PreparedStatement prepareOnce(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /** Runs a statement without parameters that is not worth keeping: a change of the schema. */
    void executeOnce(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** The first column of the only row of a query without parameters; 0 if there is no row. */
    long queryLong(String sql) throws SQLException {
        PreparedStatement statement = take(sql);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        } finally {
            give(sql, statement);
        }
    }

    /** Ends the transaction, if there still is one: after some errors, a full disk for one, SQLite has ended it itself. */
    void rollback() throws SQLException {
        try {
            execute("rollback");
        } catch (SQLException e) {
            if (!String.valueOf(e.getMessage()).contains("no transaction is active")) {
                throw e;
            }
        }
    }

    /** How long statements wait for other processes' locks. */
    void busyTimeout(int millis) throws SQLException {
        if (connection.getBusyTimeout() != millis) {
            connection.setBusyTimeout(millis);
        }
    }

    void close() throws SQLException {
        for (PreparedStatement statement : idle.values()) {
            statement.close();
        }
        idle.clear();
        connection.close();
    }
}
