package io.taskmover.storage.sql;

import java.sql.SQLException;

/** The numbers for generated keys of a database that gives them to the rows it inserts, and keeps count by itself. */
final class AssignedKeys implements GeneratedKeys {
    static final AssignedKeys INSTANCE = new AssignedKeys();

    private AssignedKeys() {}

    @Override
    public long next(Session session, StoredTable table) {
        throw new IllegalStateException("The database gives a row its key when it is inserted");
    }

    @Override
    public void used(StoredTable table, long key) {
        // what is inserted moves the count
    }

    @Override
    public long last(Session session, StoredTable table) throws SQLException {
        return ((MariadbDialect) session.dialect()).lastAssigned(session, table);
    }

    @Override
    public void raise(Session session, StoredTable table, long key) throws SQLException {
        // the server would lower the count down to the keys that are there
        if (key > last(session, table) && key < Long.MAX_VALUE) {
            session.dialect().define(session, "alter table " + table.quotedName() + " auto_increment = " + (key + 1));
        }
    }

    @Override
    public void forget(String table) {
        // the count goes with the table
    }
}
