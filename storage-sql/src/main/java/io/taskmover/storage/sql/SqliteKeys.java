package io.taskmover.storage.sql;

import io.taskmover.storage.error.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * SQLite's numbers for generated keys. The database remembers the highest that was ever committed
 * ({@code AUTOINCREMENT}), this class the highest ever handed out, committed or not. Used only by the one writer.
 */
final class SqliteKeys implements GeneratedKeys {
    private final Map<String, Long> highest = new HashMap<>();
    /** The tables whose numbers were compared with the database's in this transaction. */
    private final Set<String> current = new HashSet<>();

    /** A new write transaction sees what other processes committed meanwhile. */
    void refresh() {
        current.clear();
    }

    @Override
    public long next(Session session, StoredTable table) throws SQLException {
        long last = highest.getOrDefault(table.name(), 0L);
        if (current.add(table.name())) {
            last = Math.max(last, stored(session, table));
        }
        if (last == Long.MAX_VALUE) {
            throw new StorageException("Table '" + table.name() + "' has used up the numbers for its keys");
        }
        highest.put(table.name(), last + 1);
        return last + 1;
    }

    @Override
    public void used(StoredTable table, long key) {
        highest.merge(table.name(), key, Math::max);
    }

    @Override
    public void forget(String table) {
        highest.remove(table);
        current.remove(table);
    }

    @Override
    public long last(Session session, StoredTable table) throws SQLException {
        return stored(session, table);
    }

    @Override
    public void raise(Session session, StoredTable table, long key) throws SQLException {
        used(table, key);
        if (!table.own()) {
            return; // the keys that are there are all that is known of it
        }
        String name = table.names().table();
        if (session.queryTexts("select seq from sqlite_sequence where name = ?", List.of(name))
                .isEmpty()) {
            update(session, "insert into sqlite_sequence (seq, name) values (?, ?)", key, name);
        } else {
            update(session, "update sqlite_sequence set seq = max(seq, ?) where name = ?", key, name);
        }
    }

    private static void update(Session session, String sql, long key, String name) throws SQLException {
        PreparedStatement statement = session.take(sql);
        try {
            statement.setLong(1, key);
            statement.setString(2, name);
            statement.executeUpdate();
        } finally {
            session.give(sql, statement);
        }
    }

    private static long stored(Session session, StoredTable table) throws SQLException {
        if (!table.own()) {
            return session.queryLong("select max("
                    + table.dialect().quote(table.value(table.keyPositions()[0]).name()) + ") from "
                    + table.quotedName());
        }
        String sql = "select seq from sqlite_sequence where name = ?";
        PreparedStatement statement = session.take(sql);
        statement.setString(1, table.names().table());
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        } finally {
            session.give(sql, statement);
        }
    }
}
