package io.taskmover.storage.sql;

import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Reads that end before they return: by key, of a count. */
final class SqlReads {
    private SqlReads() {}

    static Optional<Row> find(Session session, StoredTable table, Object id) throws SQLException {
        Object key = table.schema().coerceKey(id);
        if (!table.canHold(key)) {
            return Optional.empty();
        }
        String sql = table.statements().find();
        PreparedStatement statement = session.take(sql);
        table.bindKey(statement, 1, key);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? Optional.of(table.read(rows)) : Optional.empty();
        } finally {
            session.give(sql, statement);
        }
    }

    static long count(SqlTransaction transaction, Session session, StoredTable table, Select select)
            throws SQLException {
        Select bound = Select.from(select.table()).where(select.condition()).bind(table.schema());
        QueryShape shape = new QueryShape(bound.condition());
        QueryPlan plan = QueryPlanner.count(table, shape);
        if (!plan.complete()) {
            long count = 0;
            try (RowCursor rows = transaction.open(bound)) {
                while (rows.next() != null) {
                    count++;
                }
            }
            return count;
        }
        PreparedStatement statement = session.take(plan.sql());
        plan.bind(statement, shape.values(), null, 0);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next() ? rows.getLong(1) : 0;
        } finally {
            session.give(plan.sql(), statement);
        }
    }
}
