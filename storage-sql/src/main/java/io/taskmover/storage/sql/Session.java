package io.taskmover.storage.sql;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A connection and the statements that were prepared on it. A driver compiles a statement each time that it is
 * prepared, which takes longer than to run a small one; so they are kept, the least recently used go first.
 *
 * <p>A statement is taken out while it is in use: two cursors over the same query are two statements. Not thread-safe.
 */
abstract class Session {
    /** More statements than a program of usual size has shapes of queries; each takes some kilobytes. */
    private static final int KEPT_STATEMENTS = 128;

    private final Connection connection;
    private final Dialect dialect;
    private final LinkedHashMap<String, PreparedStatement> idle = new LinkedHashMap<>();

    Session(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /** Ends the transaction; what it did stays. */
    abstract void commit() throws SQLException;

    /** Ends the transaction, if there is one; nothing stays of it. */
    abstract void rollback() throws SQLException;

    /**
     * The transaction is about to decide on one over several stores: until it has ended, those who ask for that have to see
     * it. Where one transaction writes at a time, they do.
     */
    void deciding(String globalId) throws SQLException {}

    final Dialect dialect() {
        return dialect;
    }

    /** A statement for {@code sql}, to be given back. */
    final PreparedStatement take(String sql) throws SQLException {
        PreparedStatement kept = idle.remove(sql);
        return kept != null ? kept : connection.prepareStatement(sql);
    }

    /** Whether a statement can be run again, as it was prepared. */
    boolean isUsable(PreparedStatement statement) {
        return true;
    }

    /** Takes back a statement whose result is closed. */
    final void give(String sql, PreparedStatement statement) throws SQLException {
        if (!isUsable(statement)) {
            statement.close();
            return;
        }
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
    final void execute(String sql) throws SQLException {
        PreparedStatement statement = take(sql);
        try {
            statement.execute();
        } finally {
            give(sql, statement);
        }
    }

    /** A statement that is not kept, to be closed. */
    final PreparedStatement prepareOnce(String sql) throws SQLException {
        return connection.prepareStatement(sql);
    }

    /** Runs a statement without parameters that is not worth keeping: a change of the schema. */
    final void executeOnce(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    /** The first column of the only row of a query without parameters; 0 if there is no row. */
    final long queryLong(String sql) throws SQLException {
        PreparedStatement statement = take(sql);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        } finally {
            give(sql, statement);
        }
    }

    /** The first column of a query without parameters. */
    final List<String> queryTexts(String sql) throws SQLException {
        return queryTexts(sql, List.of());
    }

    /** The first column of a query; {@code parameters} are texts. */
    final List<String> queryTexts(String sql, List<String> parameters) throws SQLException {
        List<String> texts = new ArrayList<>();
        PreparedStatement statement = take(sql);
        for (int i = 0; i < parameters.size(); i++) {
            statement.setString(i + 1, parameters.get(i));
        }
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                texts.add(rows.getString(1));
            }
        } finally {
            give(sql, statement);
        }
        return texts;
    }

    void close() throws SQLException {
        for (PreparedStatement statement : idle.values()) {
            statement.close();
        }
        idle.clear();
        connection.close();
    }
}
