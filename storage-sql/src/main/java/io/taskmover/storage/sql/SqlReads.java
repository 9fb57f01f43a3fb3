package io.taskmover.storage.sql;

import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads that end before they return: by key, by a statement that does all of it, of a count. */
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

    /**
     * The rows of a selection, without a transaction; null if the database does not do all of it, or the tables are not
     * what they are taken for.
     */
    static <R> @Nullable List<R> select(
            Session session, Tables tables, StoredTable table, Select select, Function<? super Row, ? extends R> mapper)
            throws SQLException {
        Selection selection = Selection.of(table, select);
        QueryPlan plan = selection.plan();
        if (!plan.complete() || plan.direct() == null) {
            return null;
        }
        String withVersion = table.dialect().withCatalogVersion(plan.sql());
        if (withVersion == null && table.dialect().catalogVersion(session) != tables.version()) {
            return null;
        }
        String sql = withVersion == null ? plan.sql() : withVersion;
        PreparedStatement statement = session.take(sql);
        try {
            selection.bind(statement);
            statement.execute();
            if (withVersion != null) {
                try (ResultSet version = statement.getResultSet()) {
                    if (!version.next() || version.getLong(1) != tables.version()) {
                        return null;
                    }
                }
                statement.getMoreResults();
            }
            List<R> found = new ArrayList<>();
            try (ResultSet rows = statement.getResultSet()) {
                while (rows.next()) {
                    found.add(mapper.apply(plan.row(table, rows)));
                }
            }
            return found;
        } finally {
            session.give(sql, statement);
        }
    }

    /** A read of a table as it is known. */
    @FunctionalInterface
    interface Reading<R> {
        @Nullable
        R by(Session session, Tables tables, StoredTable table) throws SQLException;
    }

    static long count(SqlTransaction transaction, Session session, StoredTable table, Select select)
            throws SQLException {
        Select bound = Select.from(select.table()).where(select.condition()).bind(table.schema());
        QueryShape shape = new QueryShape(table, bound.condition());
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
