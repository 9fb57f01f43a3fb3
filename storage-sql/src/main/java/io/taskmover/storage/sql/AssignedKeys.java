package io.taskmover.storage.sql;

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
    public void forget(String table) {
        // the count goes with the table
    }
}
