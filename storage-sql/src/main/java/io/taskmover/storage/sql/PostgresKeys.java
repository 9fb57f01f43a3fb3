package io.taskmover.storage.sql;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A transaction's numbers for generated keys, out of the sequence that belongs to the key's column. A sequence is no part
 * of a transaction: what it gave stays given.
 */
final class PostgresKeys implements GeneratedKeys {
    /** Up to so many numbers a sequence is moved by drawing them, which is safe whoever else does at the same time. */
    private static final long DRAWN = 1_000;

    private static final String SEQUENCE = "pg_get_serial_sequence(?, ?)::regclass";
    private static final String NEXT = "select nextval(" + SEQUENCE + ") from generate_series(1, ?)";
    private static final String LAST = "select coalesce(pg_sequence_last_value(" + SEQUENCE + "), 0)";
    private static final String MOVE = "select setval(" + SEQUENCE + ", ?)";

    private final Deque<Long> drawn = new ArrayDeque<>();
    private @Nullable StoredTable drawnFor;
    private int expected = 1;
    private long highestUsed;

    @Override
    public void expect(int rows) {
        expected = Math.max(1, rows);
    }

    @Override
    public long next(Session session, StoredTable table) throws SQLException {
        if (drawnFor != table) {
            drawn.clear();
            drawnFor = table;
        }
        if (highestUsed > 0) {
            settle(session, table);
        }
        if (drawn.isEmpty()) {
            draw(session, table, expected);
        }
        return drawn.remove();
    }

    private void draw(Session session, StoredTable table, long count) throws SQLException {
        PreparedStatement statement = session.take(NEXT);
        bindColumn(statement, table);
        statement.setLong(3, count);
        try (ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                drawn.add(rows.getLong(1));
            }
        } finally {
            session.give(NEXT, statement);
        }
    }

    private static void bindColumn(PreparedStatement statement, StoredTable table) throws SQLException {
        statement.setString(1, table.quotedName());
        statement.setString(2, table.value(table.keyPositions()[0]).name());
    }

    @Override
    public void used(StoredTable table, long key) {
        highestUsed = Math.max(highestUsed, key);
    }

    @Override
    public void settle(Session session, StoredTable table) throws SQLException {
        long used = highestUsed;
        highestUsed = 0;
        AtomicLong reached = table.shaped(Reached.SEQUENCE, shape -> new AtomicLong());
        if (used <= reached.get()) {
            return;
        }
        long last = last(session, table);
        if (used > last) {
            drawn.clear();
            if (used - last <= DRAWN) {
                draw(session, table, used - last);
                drawn.clear();
            } else {
                // would do harm only if others drew more than a thousand between the look and the move
                move(session, table, used);
            }
        }
        reached.accumulateAndGet(Math.max(used, last), Math::max);
    }

    /** Under which a table keeps how far its sequence is known to have come. */
    private enum Reached {
        SEQUENCE
    }

    @Override
    public void raise(Session session, StoredTable table, long key) throws SQLException {
        used(table, key);
        settle(session, table);
    }

    @Override
    public long last(Session session, StoredTable table) throws SQLException {
        PreparedStatement statement = session.take(LAST);
        bindColumn(statement, table);
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
            return rows.getLong(1);
        } finally {
            session.give(LAST, statement);
        }
    }

    private static void move(Session session, StoredTable table, long to) throws SQLException {
        PreparedStatement statement = session.take(MOVE);
        bindColumn(statement, table);
        statement.setLong(3, to);
        try (ResultSet rows = statement.executeQuery()) {
            rows.next();
        } finally {
            session.give(MOVE, statement);
        }
    }

    @Override
    public void forget(String table) {
        drawn.clear();
        drawnFor = null;
        highestUsed = 0;
    }
}
