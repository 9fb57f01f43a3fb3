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

    /** The table is dropped, or another of its name is made. */
    void forget(String table);
}
