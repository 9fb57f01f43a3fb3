package io.taskmover.storage.sql;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** What rows of a table have to keep to before they are written, and the words for those that do not. */
final class RowRules {
    private final StoredTable table;

    RowRules(StoredTable table) {
        this.table = table;
    }

    /** The values as a row that keeps the table's rules and loses nothing in its columns; takes the array. */
    Row checked(@Nullable Object[] values) {
        Row row = Row.adopt(table.rowType(), values);
        table.schema().validate(row);
        if (!table.own() || table.dialect().boundsOwnValues()) {
            requireNoLoss(row);
        }
        return row;
    }

    private void requireNoLoss(Row row) {
        List<Violation> violations = new ArrayList<>();
        for (int i = 0; i < table.rowType().size(); i++) {
            Object value = row.get(i);
            String loss = value == null ? null : table.value(i).codec().lossOf(value);
            if (loss != null) {
                violations.add(new Violation(table.rowType().column(i).name(), loss));
            }
        }
        if (!violations.isEmpty()) {
            throw new ConstraintException(table.name(), table.schema().keyOf(row), violations);
        }
    }

    /** The key whose parts are the values at its positions. */
    Object requireKey(IntFunction<@Nullable Object> values) {
        List<Violation> violations = new ArrayList<>();
        List<Object> parts = new ArrayList<>();
        for (int position : table.keyPositions()) {
            Column column = table.rowType().column(position);
            Object part = values.apply(position);
            String problem = part == null ? "must not be null" : column.type().problem(part);
            if (problem != null) {
                violations.add(new Violation(column.name(), problem));
            } else {
                parts.add(Objects.requireNonNull(part));
            }
        }
        if (!violations.isEmpty()) {
            throw new ConstraintException(table.name(), null, violations);
        }
        return table.schema().coerceKey(parts.size() == 1 ? parts.get(0) : parts);
    }

    /** The failure of a write that expected another version than there is. */
    ConflictException conflict(@Nullable Object key, @Nullable Object expected, @Nullable Object actual, String what) {
        return new ConflictException(
                "Row '" + key + "' of table '" + table.name() + "' " + what + ": version " + expected + " was given, "
                        + (actual == null ? "none" : actual) + " is stored. Read it again and retry",
                table.name(),
                key,
                expected,
                actual);
    }
}
