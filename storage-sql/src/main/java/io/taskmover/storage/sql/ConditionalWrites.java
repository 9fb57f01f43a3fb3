package io.taskmover.storage.sql;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Updates and deletes by condition: in one statement where the database decides the condition as this library does and
 * nobody has to know the rows, else row by row.
 */
final class ConditionalWrites {
    private final SqlTransaction transaction;
    private final Session session;
    private final StoredTable table;
    private final @Nullable ChangeCapture capture;

    ConditionalWrites(SqlTransaction transaction, Session session, StoredTable table, @Nullable ChangeCapture capture) {
        this.transaction = transaction;
        this.session = session;
        this.table = table;
        this.capture = capture;
    }

    /** Returns how many rows there were. */
    long delete(Condition where, RowWriter writer) throws SQLException {
        Select select = Select.from(table.name()).where(where).bind(table.schema());
        QueryShape shape = new QueryShape(table, select.condition());
        QueryPlan plan = QueryPlanner.delete(table, shape);
        long seen = seen(select);
        if (plan.complete() && capture == null) {
            return allOf(seen, execute(plan, shape.values()));
        }
        List<Row> rows = rows(select);
        allOf(seen, rows.size());
        for (Row row : rows) {
            writer.delete(Objects.requireNonNull(table.schema().keyOf(row)));
        }
        return rows.size();
    }

    /** Returns how many rows there were. */
    long update(Condition where, Assignments changes, RowWriter writer) throws SQLException {
        Select select = Select.from(table.name()).where(where).bind(table.schema());
        SortedMap<Integer, Expression> assigned = new TreeMap<>();
        changes.bind(table.schema()).values().forEach((column, value) -> assigned.put(table.position(column), value));
        List<@Nullable Object> constants = new ArrayList<>();
        long seen = seen(select);
        QueryShape shape = new QueryShape(table, select.condition());
        if (capture == null && constants(assigned, constants)) {
            QueryPlan plan = QueryPlanner.update(table, shape, new TreeSet<>(assigned.keySet()));
            if (plan.complete()) {
                List<Object> values = new ArrayList<>(shape.values());
                values.addAll(constants);
                return allOf(seen, execute(plan, values));
            }
        }
        List<Row> rows = rows(select);
        allOf(seen, rows.size());
        return updateEach(rows, assigned, writer);
    }

    /** How many rows the transaction sees that satisfy the condition, if the write may pass over some of them; else -1. */
    private long seen(Select select) throws SQLException {
        return table.dialect().passesOverChangedRows(session)
                ? SqlReads.count(transaction, session, table, select)
                : -1;
    }

    /** @throws ConflictException if others have changed rows that the transaction saw */
    private long allOf(long seen, long met) {
        if (seen >= 0 && met < seen) {
            throw new ConflictException(
                    "Rows of table '" + table.name() + "' that were to be changed were so by another transaction"
                            + " meanwhile. Run this one again",
                    table.name(),
                    null,
                    null,
                    null);
        }
        return met;
    }

    private long updateEach(List<Row> rows, SortedMap<Integer, Expression> assigned, RowWriter writer)
            throws SQLException {
        SortedMap<Integer, Function<Row, @Nullable Object>> functions = new TreeMap<>();
        assigned.forEach(
                (position, expression) -> functions.put(position, Evaluation.expression(expression, table.rowType())));
        SortedSet<Integer> positions = new TreeSet<>(assigned.keySet());
        int version = table.versionPosition();
        if (version >= 0) {
            positions.add(version);
        }
        for (Row row : rows) {
            @Nullable Object[] values = row.toArray();
            functions.forEach((position, function) -> values[position] = coerced(position, function.apply(row)));
            if (version >= 0) {
                values[version] = (Long) Objects.requireNonNull(row.get(version)) + 1;
            }
            writer.replace(row, values, positions);
        }
        return rows.size();
    }

    private @Nullable Object coerced(int position, @Nullable Object value) {
        Column column = table.rowType().column(position);
        if (value == null || column.type().javaType().isInstance(value)) {
            return value;
        }
        try {
            return column.type().coerce(value);
        } catch (IllegalArgumentException e) {
            throw new QueryException("Column '" + column.name() + "' cannot be set: " + e.getMessage());
        }
    }

    /**
     * Collects the values of assignments that are all constants which their columns take for sure. One that a column
     * refuses is no error as long as there is no row to set it in, so such go the long way.
     */
    private boolean constants(SortedMap<Integer, Expression> assigned, List<@Nullable Object> into) {
        for (var assignment : assigned.entrySet()) {
            Column column = table.rowType().column(assignment.getKey());
            if (!table.own()
                    || !(assignment.getValue() instanceof Expression.Literal literal)
                    || !accepts(column, literal.value())) {
                return false;
            }
            into.add(literal.value());
        }
        return true;
    }

    private static boolean accepts(Column column, @Nullable Object value) {
        if (value == null) {
            return !column.notNull();
        }
        if (column.type().problem(value) != null) {
            return false;
        }
        for (Check check : column.checks()) {
            if (check.problem(column.type(), value) != null) {
                return false;
            }
        }
        return true;
    }

    /** All of them before the first is changed, so that none is met twice. */
    private List<Row> rows(Select select) throws SQLException {
        List<Row> rows = new ArrayList<>();
        try (SqlCursor cursor = transaction.open(select, true)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private long execute(QueryPlan plan, List<Object> values) throws SQLException {
        PreparedStatement statement = session.take(plan.sql());
        try {
            plan.bind(statement, values, null, 0);
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw transaction.errors().translate(e, table, null);
        } finally {
            session.give(plan.sql(), statement);
        }
    }
}
