package io.taskmover.storage.sql;

import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A selection from a table with the plan that runs it, and the values that go into the plan's statement. */
final class Selection {
    private final Select bound;
    private final QueryPlan plan;
    private final List<Object> values;

    private Selection(Select bound, QueryPlan plan, List<Object> values) {
        this.bound = bound;
        this.plan = plan;
        this.values = values;
    }

    /** @throws io.taskmover.storage.error.QueryException if the table has not what it asks for */
    static Selection of(StoredTable table, Select select) {
        if (comparesRows(table, select)) {
            Select bound = select.after(List.of()).bind(table.schema());
            QueryShape shape = new QueryShape(table, bound.condition());
            List<Object> values = new ArrayList<>(shape.values());
            select.after().forEach(value -> values.add(Objects.requireNonNull(value)));
            return new Selection(
                    bound,
                    QueryPlanner.selectBeyond(
                            table, shape, bound, select.after().size()),
                    values);
        }
        Select bound = select.bind(table.schema());
        QueryShape shape = new QueryShape(table, bound.condition());
        return new Selection(bound, QueryPlanner.select(table, shape, bound), shape.values());
    }

    /**
     * Whether it begins at a place that one comparison of rows finds: where no key is null and all are in one direction. In
     * any other case the place becomes a condition of alternatives. (Of keys that end in an integer primary key SQLite
     * searches for the others only, by either.)
     */
    private static boolean comparesRows(StoredTable table, Select select) {
        if (select.after().size() < 2 || !table.dialect().searchesRows()) {
            return false;
        }
        boolean descending = select.sorts().get(0).descending();
        for (int i = 0; i < select.after().size(); i++) {
            Sort sort = select.sorts().get(i);
            if (sort.descending() != descending
                    || !holds(table, sort, select.after().get(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether a key of an order is a column without nulls that the database compares, and a value is of its type. */
    private static boolean holds(StoredTable table, Sort sort, @Nullable Object value) {
        int position = sort.path().isNested()
                ? -1
                : table.rowType().indexOf(sort.path().column());
        if (position < 0 || value == null) {
            return false;
        }
        Column column = table.schema().column(sort.path().column());
        return (column.notNull() || table.schema().primaryKey().contains(column.name()))
                && table.compared(position) != null
                && column.type().problem(value) == null;
    }

    /** What is asked for, ready to be run on rows; but for the place that the statement begins at. */
    Select bound() {
        return bound;
    }

    QueryPlan plan() {
        return plan;
    }

    /** Puts the values into the plan's statement. */
    void bind(PreparedStatement statement) throws SQLException {
        plan.bind(statement, values, bound.limit(), bound.offset());
    }
}
