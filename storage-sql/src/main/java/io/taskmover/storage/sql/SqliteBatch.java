package io.taskmover.storage.sql;

import io.taskmover.storage.error.StorageException;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Batches of SQLite. Its driver does not tell which row was refused; but each row before it has made one change, unless
 * there are triggers that made more.
 */
final class SqliteBatch {
    private SqliteBatch() {}

    static void run(RowBatch batch) throws SQLException {
        long before = changes(batch.session());
        try {
            batch.statement().executeBatch();
        } catch (SQLException e) {
            throw batch.errors().translate(e, batch.table(), failedKey(batch, before, e));
        }
    }

    /** The rows that this session has changed since it was opened; a statement that fails changes none. */
    private static long changes(Session session) throws SQLException {
        return session.queryLong("select total_changes()");
    }

    /** The key of the row that a batch failed at; null if nobody knows. */
    private static @Nullable Object failedKey(RowBatch batch, long changesBefore, SQLException failure) {
        try {
            long stored = changes(batch.session()) - changesBefore;
            return stored < batch.rows().size() && !hasTriggers(batch)
                    ? batch.table().schema().keyOf(batch.rows().get((int) stored))
                    : null;
        } catch (SQLException | StorageException e) {
            failure.addSuppressed(e);
            return null;
        }
    }

    private static boolean hasTriggers(RowBatch batch) throws SQLException {
        String sql = "select 1 from sqlite_master where type = 'trigger' and tbl_name = ? collate nocase";
        PreparedStatement statement = batch.session().take(sql);
        statement.setString(1, batch.table().names().table());
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next();
        } finally {
            batch.session().give(sql, statement);
        }
    }
}
