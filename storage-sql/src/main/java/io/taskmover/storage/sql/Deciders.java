package io.taskmover.storage.sql;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The stores that decide on branches in a database: a table with a row for each, because the name of a prepared transaction
 * has no room for a URL, and what the transaction itself writes nobody sees before it is decided. Thread-safe.
 */
final class Deciders {
    /** The name of the table. */
    static final String TABLE = "_storage_deciders";

    private static final int KEY_BYTES = 8;

    /** Those that are certainly in the table. */
    private final Set<String> kept = ConcurrentHashMap.newKeySet();

    /**
     * A store that decides.
     *
     * @param machine where its URL means something
     */
    record Decider(String url, String machine) {
        /** Which row of the table is its. */
        String key() {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256")
                        .digest((machine + "\n" + url).getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest, 0, KEY_BYTES);
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("Every Java runtime has SHA-256", e);
            }
        }
    }

    /** Whether it is certainly in the table. */
    boolean isKept(Decider decider) {
        return kept.contains(decider.key());
    }

    /** Makes sure that a decider is in the table, in transactions of the session's own that are committed. */
    void keep(Decider decider, ServerSession session) throws SQLException {
        session.makeDeciders();
        String sql = session.keepDecider();
        PreparedStatement statement = session.take(sql);
        try {
            statement.setString(1, decider.key());
            statement.setString(2, decider.url());
            statement.setString(3, decider.machine());
            statement.executeUpdate();
        } finally {
            session.give(sql, statement);
        }
        kept.add(decider.key());
    }

    /** The decider that has this key; null if it is not in the table. */
    static @Nullable Decider find(String key, Session session) throws SQLException {
        String sql = "select url, machine from " + TABLE + " where id = ?";
        PreparedStatement statement = session.take(sql);
        statement.setString(1, key);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? new Decider(rows.getString(1), rows.getString(2)) : null;
        } finally {
            session.give(sql, statement);
        }
    }
}
