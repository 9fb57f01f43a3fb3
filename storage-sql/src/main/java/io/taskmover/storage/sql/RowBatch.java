package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;

/**
 * Rows that are stored by one statement, many at a time.
 *
 * @param statement has the rows' values as its batch
 */
record RowBatch(Session session, StoredTable table, SqlErrors errors, PreparedStatement statement, List<Row> rows) {

    /** Sets the statement's parameters to the values of a row. */
    static void bind(StoredTable table, PreparedStatement statement, Row row) throws SQLException {
        int index = 1;
        for (PhysicalColumn column : table.written()) {
            ColumnCodec.bindOrNull(column.codec(), statement, index++, row.get(column.position()));
        }
    }
}
