package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Isolation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** A session of PostgreSQL. The driver begins transactions by itself, in the message of their first statement. */
final class PostgresSession extends ServerSession {
    private final Connection connection;
    private @Nullable Isolation isolation;

    PostgresSession(Connection connection) {
        super(connection, PostgresDialect.INSTANCE);
        this.connection = connection;
    }

    /** What comes next is a transaction. Costs a message only if the last one's isolation was another. */
    @Override
    void begin(Isolation level, boolean readOnly, @Nullable Duration timeout) throws SQLException {
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
        if (timeout != null) {
            limit(timeout);
        }
    }

    @Override
    void beginStatement() throws SQLException {
        connection.setReadOnly(false);
        connection.setAutoCommit(true);
    }

    @Override
    void commit() throws SQLException {
        connection.commit();
    }

    @Override
    void undo() throws SQLException {
        if (!connection.getAutoCommit()) {
            connection.rollback();
        }
    }

    @Override
    void idle() throws SQLException {
        connection.setAutoCommit(true);
    }

    private void limit(Duration timeout) throws SQLException {
        String sql = "select set_config('statement_timeout', t, true), set_config('lock_timeout', t, true)"
                + " from (values (?)) as v (t)";
        PreparedStatement statement = take(sql);
        statement.setString(1, Long.toString(Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE))));
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
        } finally {
            give(sql, statement);
        }
    }
}
