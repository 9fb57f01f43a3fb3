package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Isolation;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A session of PostgreSQL. The driver begins transactions by itself, in the message of their first statement. */
final class PostgresSession extends ServerSession {
    /** What the names of this library's prepared transactions begin with. */
    private static final String BRANCHES = "taskmover-storage:";
    /** What the names of locks begin with that those hold who are about to decide. */
    private static final String DECISION = "taskmover-storage decision ";

    private final Connection connection;
    private @Nullable Isolation isolation;

    PostgresSession(Connection connection) {
        super(connection, PostgresDialect.INSTANCE);
        this.connection = connection;
    }

    /** What comes next is a transaction. Costs a message only if the last one's isolation was another. */
    @Override
    void begin(Isolation level, boolean readOnly, @Nullable Duration timeout, @Nullable BranchId branch)
            throws SQLException {
        connection.setAutoCommit(false);
        isolate(level);
        connection.setReadOnly(readOnly);
        if (timeout != null) {
            limit(timeout);
        }
    }

    private void isolate(Isolation level) throws SQLException {
        if (isolation != level) {
            connection.setTransactionIsolation(
                    switch (level) {
                        case READ_COMMITTED -> Connection.TRANSACTION_READ_COMMITTED;
                        case SNAPSHOT -> Connection.TRANSACTION_REPEATABLE_READ;
                        case SERIALIZABLE -> Connection.TRANSACTION_SERIALIZABLE;
                    });
            isolation = level;
        }
    }

    @Override
    void beginStatement() throws SQLException {
        connection.setReadOnly(false);
        connection.setAutoCommit(true);
    }

    @Override
    void beginWrite() throws SQLException {
        beginStatement();
        isolate(Isolation.READ_COMMITTED);
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

    /** Of a server that has room for any: none is the default. */
    @Override
    boolean canPrepare() throws SQLException {
        return queryLong("select current_setting('max_prepared_transactions')::bigint") > 0;
    }

    @Override
    String place() throws SQLException {
        return Long.toString(queryLong("select oid from pg_namespace where nspname = current_schema()"));
    }

    /** The name of a prepared transaction takes no parameter; it has no sign that means anything. */
    private static String name(BranchId branch) {
        return "'" + BRANCHES + branch.qualifier() + ":" + branch.globalId() + "'";
    }

    @Override
    void prepare(BranchId branch) throws SQLException {
        executeOnce("prepare transaction " + name(branch));
    }

    @Override
    void finish(BranchId branch, boolean commit) throws SQLException {
        connection.setAutoCommit(true);
        executeOnce((commit ? "commit prepared " : "rollback prepared ") + name(branch));
    }

    @Override
    List<BranchId> prepared() throws SQLException {
        List<BranchId> branches = new ArrayList<>();
        for (String name : queryTexts("select gid from pg_prepared_xacts where database = current_database()"
                + " and left(gid, " + BRANCHES.length() + ") = '" + BRANCHES + "' order by prepared")) {
            int end = name.lastIndexOf(':');
            BranchId.parse(name.substring(end + 1), name.substring(BRANCHES.length(), Math.max(BRANCHES.length(), end)))
                    .ifPresent(branches::add);
        }
        return branches;
    }

    @Override
    void makeDeciders() throws SQLException {
        begin(Isolation.READ_COMMITTED, false, null);
        // two that make a table at once are in each other's way, also if they say that it may be there
        queryTexts("select pg_advisory_xact_lock(hashtext('" + Deciders.TABLE + "'), hashtext(current_schema()))");
        executeOnce("create table if not exists " + Deciders.TABLE
                + " (id text collate \"C\" primary key, url text not null, machine text not null)");
        commit();
        beginStatement();
    }

    @Override
    String keepDecider() {
        return "insert into " + Deciders.TABLE + " (id, url, machine) values (?, ?, ?) on conflict do nothing";
    }

    /** The lock is let go when the commit can be seen. That commit is to be durable, also where others need not be. */
    @Override
    void deciding(String globalId) throws SQLException {
        queryTexts(
                "select pg_advisory_xact_lock(hashtextextended(?, 0)), case when current_setting('synchronous_commit')"
                        + " = 'off' then set_config('synchronous_commit', 'on', true) end",
                List.of(DECISION + globalId));
    }

    @Override
    boolean isDeciding(String globalId) throws SQLException {
        return queryTexts(
                        "select 1 where pg_try_advisory_xact_lock(hashtextextended(?, 0))",
                        List.of(DECISION + globalId))
                .isEmpty();
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
