package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads that end before they return: by key, of a count, of a plan. */
final class SqlReads {
    private SqlReads() {}

    static Optional<Row> find(Session session, StoredTable table, Object id) throws SQLException {
        Object key = table.schema().coerceKey(id);
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

    static Explanation explain(Session session, StoredTable table, Select select) throws SQLException {
        Select bound = select.bind(table.schema());
        QueryShape shape = new QueryShape(bound.condition());
        QueryPlan plan = QueryPlanner.select(table, shape, bound);
        List<String> steps = new ArrayList<>();
        String sql = "explain query plan " + plan.sql();
        // prepared anew: SQLite does not notice that a kept explanation is out of date
        try (PreparedStatement statement = session.prepareOnce(sql)) {
            plan.bind(statement, shape.values(), bound.limit(), bound.offset());
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    steps.add(rows.getString(4));
                }
            }
        }
        List<String> lines = new ArrayList<>(steps);
        if (plan.residuals() > 0) {
            lines.add("then tests each row for " + plan.residuals() + " condition(s) that SQLite cannot decide");
        }
        if (!plan.sorted()) {
            lines.add("then sorts in memory");
        }
        return new Explanation(index(table, steps), String.join("\n", lines));
    }

    /** The index of the first step that searches instead of scanning. */
    private static @Nullable String index(StoredTable table, List<String> steps) {
        for (String step : steps) {
            if (!step.startsWith("SEARCH ")) {
                continue;
            }
            for (Index index : table.schema().indexes()) {
                if (step.contains(" INDEX " + table.names().index(index.name()) + " (")) {
                    return index.name();
                }
            }
            // by row id, by the key of a table without them, or by the index that SQLite keeps for a key
            return Explanation.PRIMARY_KEY;
        }
        return null;
    }
}
