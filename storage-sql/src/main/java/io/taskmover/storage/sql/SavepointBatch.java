package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * Batches whose driver makes statements of many rows of them, so that nobody knows which row was refused. What a failure
 * undoes is tried again row by row, which finds it.
 */
final class SavepointBatch {
    private static final String SAVEPOINT = "batch";

    private SavepointBatch() {}

    static void run(RowBatch batch) throws SQLException {
        Session session = batch.session();
        session.execute("savepoint " + SAVEPOINT);
        try {
            batch.statement().executeBatch();
        } catch (SQLException e) {
            if (batch.errors().translate(e).retryable()) {
                // what others did is no row's fault, and would have to be waited for again
                throw batch.errors().translate(e, batch.table(), null);
            }
            session.execute("rollback to savepoint " + SAVEPOINT);
            runEach(batch);
        }
        session.execute("release savepoint " + SAVEPOINT);
    }

    private static void runEach(RowBatch batch) throws SQLException {
        PreparedStatement statement = batch.statement();
        statement.clearBatch();
        for (Row row : batch.rows()) {
            RowBatch.bind(batch.table(), statement, row);
            try {
                statement.executeUpdate();
            } catch (SQLException e) {
                throw batch.errors()
                        .translate(e, batch.table(), batch.table().schema().keyOf(row));
            }
        }
    }
}
