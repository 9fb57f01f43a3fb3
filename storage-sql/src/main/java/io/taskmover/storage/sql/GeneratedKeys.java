package io.taskmover.storage.sql;

import java.sql.SQLException;

/** Hands out numbers for generated keys, each at most once. */
interface GeneratedKeys {

    /** The next number, not given to any row before. */
    long next(Session session, StoredTable table) throws SQLException;

    /** Takes note of a key that a caller chose. */
    void used(StoredTable table, long key);

    /** So many rows are about to be written. */
    default void expect(int rows) {}

    /** The rows are written: what {@link #used} said from {@link #expect} on holds for everybody from now on. */
    default void settle(Session session, StoredTable table) throws SQLException {}

    /** A number at or above every key that the database has generated and committed; 0 for none. */
    long last(Session session, StoredTable table) throws SQLException;

    /** Generates only keys above this one from now on. */
    void raise(Session session, StoredTable table, long key) throws SQLException;

    /** The table is dropped, or another of its name is made. */
    void forget(String table);
}
