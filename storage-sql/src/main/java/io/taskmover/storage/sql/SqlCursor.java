package io.taskmover.storage.sql;

import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The rows of a statement, with what the statement leaves to be done: residual conditions, order, page, projection. */
final class SqlCursor implements OpenCursor {
    private final SqlTransaction transaction;
    private final Session session;
    private final StoredTable table;
    private final QueryPlan plan;
    private final String sql;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final @Nullable Predicate<Row> residual;
    private final @Nullable Function<Row, Row> projection;
    private long toSkip;
    private long remaining;
    private boolean open = true;
    private boolean ended;
    private boolean failed;
    /** Rows that were read ahead, before residual condition and page; null while they stream. */
    private @Nullable Queue<Row> ahead;

    SqlCursor(SqlTransaction transaction, Session session, StoredTable table, Selection selection, boolean toChange)
            throws SQLException {
        this.transaction = transaction;
        this.session = session;
        this.table = table;
        Select select = selection.bound();
        this.plan = selection.plan();
        this.residual = plan.residuals() == 0
                ? null
                : Evaluation.predicate(plan.residualOf(select.condition()), table.rowType());
        this.projection = plan.direct() != null || select.projection().isEmpty()
                ? null
                : Evaluation.projection(select.projection(), table.rowType());
        boolean pageHere = !plan.complete();
        this.toSkip = pageHere ? select.offset() : 0;
        this.remaining = pageHere && select.limit() != null ? select.limit() : Long.MAX_VALUE;
        this.sql = toChange ? table.dialect().locking(plan.sql()) : plan.sql();
        this.statement = session.take(sql);
        table.dialect().stream(statement);
        try {
            selection.bind(statement);
            this.rows = statement.executeQuery();
        } catch (SQLException | RuntimeException e) {
            session.give(sql, statement);
            throw e;
        }
        try {
            if (!plan.sorted()) {
                sort(select);
            }
        } catch (SQLException | RuntimeException e) {
            release();
            throw e;
        }
    }

    private void sort(Select select) throws SQLException {
        List<Row> all = new ArrayList<>();
        for (Row row = fetch(); row != null; row = fetch()) {
            if (residual == null || residual.test(row)) {
                all.add(row);
            }
        }
        all.sort(Evaluation.comparator(select.sorts(), table.rowType()));
        ahead = new ArrayDeque<>(all);
        release();
    }

    @Override
    public @Nullable Row next() {
        transaction.requireUsable();
        if (ended) {
            return null;
        }
        try {
            while (remaining > 0) {
                Row row = ahead == null ? fetch() : ahead.poll();
                if (row == null) {
                    break;
                }
                if (residual != null && !residual.test(row)) {
                    continue;
                }
                if (toSkip > 0) {
                    toSkip--;
                    continue;
                }
                remaining--;
                return projection == null ? row : projection.apply(row);
            }
        } catch (SQLException e) {
            failed = true;
            throw transaction.failed(e);
        }
        close();
        return null;
    }

    private @Nullable Row fetch() throws SQLException {
        if (!rows.next()) {
            return null;
        }
        if (plan.direct() != null) {
            return plan.row(table, rows);
        }
        int[] columns = plan.columns();
        // the columns that were not selected stay null: nothing looks at them
        @Nullable Object[] values = new @Nullable Object[table.rowType().size()];
        for (int i = 0; i < columns.length; i++) {
            values[columns[i]] = table.read(rows, i + 1, columns[i]);
        }
        return Row.adopt(table.rowType(), values);
    }

    @Override
    public void detach() throws SQLException {
        if (ahead == null && open) {
            Queue<Row> rest = new ArrayDeque<>();
            for (Row row = fetch(); row != null; row = fetch()) {
                rest.add(row);
            }
            ahead = rest;
            release();
        }
    }

    private void release() throws SQLException {
        if (open) {
            open = false;
            rows.close();
            session.give(sql, statement);
        }
    }

    @Override
    public void close() {
        ended = true;
        ahead = null;
        transaction.closed(this);
        try {
            release();
        } catch (SQLException e) {
            // who was told of a failure need not hear of it again
            if (!failed) {
                throw transaction.errors().translate(e);
            }
        }
    }
}
