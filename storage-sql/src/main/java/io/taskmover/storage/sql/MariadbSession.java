package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageTimeoutException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A session of MariaDB or MySQL. Each statement is a transaction of its own unless one was begun. */
final class MariadbSession extends ServerSession {
    private static final String SNAPSHOTS = "innodb_snapshot_isolation";

    /** Changes of the catalog come one after the other; a lock's name has 64 characters at most. */
    private static final String LOCK = "concat('storage ', left(sha2(database(), 256), 40))";

    /** The format of this library's xids: "tmst". */
    private static final int XID_FORMAT = 0x746d7374;

    /** What an error says to who has not the right to see branches: fatal (1401), or plainly (1227). */
    private static final Set<Integer> NOT_ALLOWED = Set.of(1401, 1227);

    /** The name of the lock that those hold who are about to decide; it has 64 characters at most. */
    private static final String DECISION = "concat('storage decision ', left(sha2(?, 256), 40))";

    private final boolean mariadb;
    private final boolean snapshots;
    private final Limits usual;
    private @Nullable Limits set;
    private @Nullable Isolation isolation;
    private boolean inTransaction;
    /** What the transaction is called as a branch; null if it is none. */
    private @Nullable BranchId branch;

    private boolean prepared;
    /** The transaction over several stores that this session is about to decide on. */
    private @Nullable String deciding;

    private boolean holdsCatalog;
    private boolean defined;

    /** How long a statement may take, and wait for the locks of others. */
    record Limits(long statementMillis, long lockMillis) {
        /** Those of a store. */
        static Limits of(StorageConfig config) {
            long statement = Math.max(1, Math.min(config.timeout().toMillis(), Integer.MAX_VALUE));
            long lock = config.option(MariadbOptions.LOCK_TIMEOUT)
                    .map(text -> Math.max(1, StorageConfig.parseDuration(text).toMillis()))
                    .orElse(statement);
            return new Limits(statement, Math.min(statement, lock));
        }

        /** Those of a transaction with a timeout of its own. */
        static Limits of(Duration timeout) {
            long millis = Math.max(1, Math.min(timeout.toMillis(), Integer.MAX_VALUE));
            return new Limits(millis, millis);
        }

        /** The server counts in seconds. */
        long lockSeconds() {
            return (lockMillis + 999) / 1000;
        }
    }

    private MariadbSession(Connection connection, boolean mariadb, boolean snapshots, Limits usual) {
        super(connection, mariadb ? MariadbDialect.MARIADB : MariadbDialect.MYSQL);
        this.mariadb = mariadb;
        this.snapshots = snapshots;
        this.usual = usual;
    }

    static MariadbSession open(Connection connection, Limits limits) throws SQLException {
        Map<String, String> variables = new HashMap<>();
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "show variables where variable_name in ('version', '" + SNAPSHOTS + "')")) {
            while (rows.next()) {
                variables.put(rows.getString(1), rows.getString(2));
            }
        }
        boolean mariadb = variables.getOrDefault("version", "").contains("MariaDB");
        boolean snapshots = mariadb && variables.containsKey(SNAPSHOTS);
        MariadbSession session = new MariadbSession(connection, mariadb, snapshots, limits);
        session.executeOnce("set session time_zone = '+00:00', sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_IN_DATE,"
                + "NO_ZERO_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_AUTO_VALUE_ON_ZERO,NO_ENGINE_SUBSTITUTION'"
                // the name of an index is read out of a message
                + ", lc_messages = 'en_US'"
                + (snapshots ? ", " + SNAPSHOTS + " = on" : ""));
        session.apply(limits);
        return session;
    }

    /** Whether a transaction can be had that fails when it writes what was changed since it began. */
    boolean hasSnapshots() {
        return snapshots;
    }

    Limits limits() {
        return set == null ? usual : set;
    }

    private void apply(Limits limits) throws SQLException {
        if (!limits.equals(set)) {
            // MySQL limits what reads only
            String statement = mariadb
                    ? "max_statement_time = " + limits.statementMillis / 1000.0
                    : "max_execution_time = " + limits.statementMillis;
            executeOnce("set session " + statement + ", innodb_lock_wait_timeout = " + limits.lockSeconds()
                    + ", lock_wait_timeout = " + limits.lockSeconds());
            set = limits;
        }
    }

    @Override
    void begin(Isolation level, boolean readOnly, @Nullable Duration timeout, @Nullable BranchId wanted)
            throws SQLException {
        apply(timeout == null ? usual : Limits.of(timeout));
        // one that only reads takes no locks: what it sees is what was committed when it began, which is serializable
        // too
        Isolation used = readOnly && level == Isolation.SERIALIZABLE ? Isolation.SNAPSHOT : level;
        if (isolation != used) {
            isolate(used);
        }
        if (wanted != null) {
            beginBranch(wanted);
            return;
        }
        execute(
                used == Isolation.SNAPSHOT
                        ? readOnly
                                ? "start transaction with consistent snapshot, read only"
                                : "start transaction with consistent snapshot"
                        : readOnly ? "start transaction read only" : "start transaction");
        inTransaction = true;
    }

    private void isolate(Isolation level) throws SQLException {
        executeOnce("set session transaction isolation level "
                + switch (level) {
                    case READ_COMMITTED -> "read committed";
                    case SNAPSHOT -> "repeatable read";
                    case SERIALIZABLE -> "serializable";
                });
        isolation = level;
    }

    /** Rows of this library's tables too: none could be made as long as there is such a transaction. */
    @Override
    boolean locksWhatItReads(Isolation level, boolean readOnly) {
        return level == Isolation.SERIALIZABLE && !readOnly;
    }

    private void beginBranch(BranchId wanted) throws SQLException {
        executeOnce("xa start " + xid(wanted));
        branch = wanted;
        inTransaction = true;
        if (isolation == Isolation.SNAPSHOT) {
            // a branch's snapshot is not made before it reads something; this table is there since it got its name
            queryLong("select 1 from " + Deciders.TABLE + " limit 1");
        }
    }

    @Override
    void beginStatement() throws SQLException {
        apply(usual);
    }

    /** Goes on in another transaction of the same kind. */
    void restart() throws SQLException {
        execute(isolation == Isolation.SNAPSHOT ? "start transaction with consistent snapshot" : "start transaction");
        inTransaction = true;
    }

    /** Makes this the only session that changes the catalog, until it says otherwise or is idle again. */
    void lockCatalog() throws SQLException {
        if (queryLong("select get_lock(" + LOCK + ", " + limits().lockSeconds() + ")") != 1) {
            throw new StorageTimeoutException(
                    "Another transaction is changing the catalog and did not end within the timeout; try again");
        }
        holdsCatalog = true;
        defined = false;
    }

    void unlockCatalog() throws SQLException {
        holdsCatalog = false;
        queryLong("select release_lock(" + LOCK + ")");
    }

    /**
     * A lock by name outlives transactions. One that a change of the catalog has left behind would keep all others waiting;
     * that of a decision is let go now, and not before, for now the decision can be read.
     */
    @Override
    void idle() throws SQLException {
        if (holdsCatalog) {
            unlockCatalog();
        }
        String decided = deciding;
        if (decided != null) {
            deciding = null;
            queryTexts("select release_lock(" + DECISION + ")", List.of(decided));
        }
    }

    /** Runs a definition, which is committed at once, and what was done before with it. */
    void define(String definition) throws SQLException {
        commit();
        defined = true;
        try {
            executeOnce(definition);
        } catch (SQLException e) {
            try {
                restart();
            } catch (SQLException lost) {
                e.addSuppressed(lost);
            }
            throw e;
        }
        restart();
    }

    /** Whether something was defined since this session has locked the catalog. */
    boolean hasDefined() {
        return defined;
    }

    /** Whether its transaction sees what was committed when it began, whatever is committed later. */
    boolean isSnapshot() {
        return isolation == Isolation.SNAPSHOT;
    }

    @Override
    void commit() throws SQLException {
        BranchId unprepared = branch;
        if (unprepared == null) {
            execute("commit");
        } else {
            executeOnce("xa end " + xid(unprepared));
            executeOnce("xa commit " + xid(unprepared) + " one phase");
            branch = null;
        }
        inTransaction = false;
    }

    @Override
    void undo() throws SQLException {
        if (inTransaction) {
            inTransaction = false;
            BranchId unprepared = branch;
            if (unprepared == null) {
                execute("rollback");
            } else {
                branch = null;
                undo(unprepared);
            }
        }
    }

    /** One that has failed has ended already, and is only to be rolled back. */
    private void undo(BranchId unprepared) throws SQLException {
        try {
            executeOnce("xa end " + xid(unprepared));
        } catch (SQLException e) {
            try {
                executeOnce("xa rollback " + xid(unprepared));
            } catch (SQLException second) {
                second.addSuppressed(e);
                throw second;
            }
            return;
        }
        executeOnce("xa rollback " + xid(unprepared));
    }

    /** MySQL lets not everybody find branches again. */
    @Override
    boolean canPrepare() throws SQLException {
        try {
            prepared();
            return true;
        } catch (SQLException e) {
            if (NOT_ALLOWED.contains(e.getErrorCode())) {
                return false;
            }
            throw e;
        }
    }

    @Override
    String place() throws SQLException {
        return queryTexts("select left(sha2(database(), 256), 16)").get(0);
    }

    /** Statements for branches take no parameters. */
    private static String xid(BranchId branch) {
        HexFormat hex = HexFormat.of();
        return "x'" + hex.formatHex(branch.globalId().getBytes(StandardCharsets.US_ASCII)) + "',x'"
                + hex.formatHex(branch.qualifier().getBytes(StandardCharsets.US_ASCII)) + "'," + XID_FORMAT;
    }

    @Override
    void prepare(BranchId wanted) throws SQLException {
        executeOnce("xa end " + xid(wanted));
        executeOnce("xa prepare " + xid(wanted));
        prepared = true;
        inTransaction = false;
    }

    @Override
    void finish(BranchId other, boolean commit) throws SQLException {
        executeOnce((commit ? "xa commit " : "xa rollback ") + xid(other));
        branch = null;
        prepared = false;
    }

    /** MariaDB gives a branch to nobody else while the session that prepared it is connected. */
    @Override
    boolean holdsBranch() {
        return prepared;
    }

    @Override
    List<BranchId> prepared() throws SQLException {
        List<BranchId> branches = new ArrayList<>();
        PreparedStatement statement = prepareOnce("xa recover");
        try (statement;
                ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                byte[] data = rows.getBytes(4);
                int length = rows.getInt(2);
                if (rows.getInt(1) == XID_FORMAT) {
                    String text = new String(data, StandardCharsets.US_ASCII);
                    BranchId.parse(text.substring(0, length), text.substring(length))
                            .ifPresent(branches::add);
                }
            }
        }
        return branches;
    }

    @Override
    void makeDeciders() throws SQLException {
        executeOnce("create table if not exists " + Deciders.TABLE
                + " (id char(16) character set ascii collate ascii_bin primary key, url text not null,"
                + " machine text not null) engine=InnoDB default character set utf8mb4");
    }

    @Override
    String keepDecider() {
        return "insert ignore into " + Deciders.TABLE + " (id, url, machine) values (?, ?, ?)";
    }

    @Override
    void deciding(String globalId) throws SQLException {
        if (!queryTexts("select get_lock(" + DECISION + ", 0)", List.of(globalId))
                .equals(List.of("1"))) {
            throw new SQLException("Another session is deciding on transaction " + globalId);
        }
        deciding = globalId;
    }

    @Override
    boolean isDeciding(String globalId) throws SQLException {
        return !queryTexts("select 1 where is_used_lock(" + DECISION + ") is not null", List.of(globalId))
                .isEmpty();
    }
}
