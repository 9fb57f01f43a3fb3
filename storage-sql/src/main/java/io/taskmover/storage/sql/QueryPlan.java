package io.taskmover.storage.sql;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How the selections of one shape run: a statement, and what of the selection is left to be done on its rows. Shared by
 * all threads; its arrays are not changed.
 */
final class QueryPlan {
    private final String sql;
    private final Slot[] slots;
    private final int[] columns;
    private final @Nullable RowType direct;
    private final int[] residual;
    private final boolean sorted;

    QueryPlan(String sql, Slot[] slots, int[] columns, @Nullable RowType direct, int[] residual, boolean sorted) {
        this.sql = sql;
        this.slots = slots;
        this.columns = columns;
        this.direct = direct;
        this.residual = residual;
        this.sorted = sorted;
    }

    /** The statement. */
    String sql() {
        return sql;
    }

    /** The positions of the columns that it selects, in order. */
    int[] columns() {
        return columns;
    }

    /**
     * The type of its rows if they are the selection's, whole or projected; null if they are to be spread over whole
     * rows and projected.
     */
    @Nullable
    RowType direct() {
        return direct;
    }

    /** The current row of its result, where that is {@link #direct}. */
    Row row(StoredTable table, ResultSet rows) throws SQLException {
        if (direct == table.rowType()) {
            return table.read(rows);
        }
        @Nullable Object[] values = new @Nullable Object[columns.length];
        for (int i = 0; i < columns.length; i++) {
            values[i] = table.read(rows, i + 1, columns[i]);
        }
        return Row.adopt(Objects.requireNonNull(direct), values);
    }

    /** How many of the condition's conjuncts the statement does not decide. */
    int residuals() {
        return residual.length;
    }

    /** Whether the statement's rows are in the selection's order. */
    boolean sorted() {
        return sorted;
    }

    /** Whether the statement does all of it. */
    boolean complete() {
        return residual.length == 0 && sorted;
    }

    static List<Condition> conjuncts(Condition condition) {
        return condition instanceof Condition.And and ? and.conditions() : List.of(condition);
    }

    /** The part of an actual condition of this shape that is left to be tested on the rows. */
    Condition residualOf(Condition condition) {
        List<Condition> conjuncts = conjuncts(condition);
        List<Condition> left = new ArrayList<>();
        for (int place : residual) {
            left.add(conjuncts.get(place));
        }
        return left.size() == 1 ? left.get(0) : new Condition.And(left);
    }

    /** Puts the values of a selection of this shape into the statement. */
    void bind(PreparedStatement statement, List<Object> values, @Nullable Long limit, long offset) throws SQLException {
        for (int i = 0; i < slots.length; i++) {
            Slot slot = slots[i];
            Object value = switch (slot.number()) {
                case Slot.LIMIT -> limit == null ? Long.MAX_VALUE : limit;
                case Slot.OFFSET -> offset;
                default -> values.get(slot.number());
            };
            slot.form().bind(statement, i + 1, value);
        }
    }
}
