package io.taskmover.storage.sql;

import java.sql.SQLException;
import java.util.List;

/**
 * Definitions that are made in a database although this library has not noted them: the process died between the two. Who makes
 * them again asks here. There are none where definitions are a part of transactions.
 */
final class Leftovers {
    private final Session session;
    private final boolean possible;

    private Leftovers(Session session, boolean possible) {
        this.session = session;
        this.possible = possible;
    }

    static Leftovers in(Session session) {
        return new Leftovers(session, session.dialect().definesAtOnce());
    }

    /** Of a catalog in which nothing is made. */
    static Leftovers none(Session session) {
        return new Leftovers(session, false);
    }

    /** Whether a table, in which this library knows of no such column, has it in the database. */
    boolean hasColumn(StoredTable table, PhysicalColumn column) throws SQLException {
        return possible && isThere(session.dialect().findColumn(), table, column.name());
    }

    /** Whether a table, in which this library knows the column, has it no more in the database. */
    boolean lacksColumn(StoredTable table, PhysicalColumn column) throws SQLException {
        return possible && !isThere(session.dialect().findColumn(), table, column.name());
    }

    /** Whether a table, in which this library knows of no such index, has it in the database. */
    boolean hasIndex(StoredTable table, String name) throws SQLException {
        return possible && isThere(session.dialect().findIndex(), table, name);
    }

    /** Whether a table, in which this library knows the index, has it no more in the database. */
    boolean lacksIndex(StoredTable table, String name) throws SQLException {
        return possible && !isThere(session.dialect().findIndex(), table, name);
    }

    private boolean isThere(String query, StoredTable table, String name) throws SQLException {
        return !session.queryTexts(query, List.of(table.names().table(), name)).isEmpty();
    }
}
