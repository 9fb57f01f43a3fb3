package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a table {@code (id, name unique, n)} holds, as plainly as can be: rows in a sorted map. */
final class TableModel {
    private final SortedMap<Long, ModelAction.Value> rows;
    private Class<? extends RuntimeException> refusal = DuplicateKeyException.class;

    TableModel() {
        this(new TreeMap<>());
    }

    private TableModel(SortedMap<Long, ModelAction.Value> rows) {
        this.rows = rows;
    }

    TableModel copy() {
        return new TableModel(new TreeMap<>(rows));
    }

    /** All rows in id order. */
    List<ModelAction.Value> rows() {
        return List.copyOf(rows.values());
    }

    /** What a store throws for the change that was refused last. */
    Class<? extends RuntimeException> refusal() {
        return refusal;
    }

    /** The number of rows written, or null if one of them is refused; the model is of no more use then. */
    @Nullable
    Integer write(WriteMode mode, List<ModelAction.Value> values) {
        for (ModelAction.Value value : values) {
            ModelAction.Value there = rows.get(value.id());
            if (mode == WriteMode.UPDATE && there == null) {
                refusal = NotFoundException.class;
                return null;
            }
            if (mode == WriteMode.INSERT && there != null) {
                refusal = DuplicateKeyException.class;
                return null;
            }
            String name = !value.partial() ? value.name() : there == null ? null : there.name();
            if (name != null && isTaken(name, value.id())) {
                refusal = DuplicateKeyException.class;
                return null;
            }
            rows.put(value.id(), new ModelAction.Value(value.id(), false, name, value.n()));
        }
        return values.size();
    }

    private boolean isTaken(String name, long id) {
        return rows.values().stream().anyMatch(row -> row.id() != id && name.equals(row.name()));
    }

    boolean delete(long id) {
        return rows.remove(id) != null;
    }

    long update(Operator operator, long operand, long n) {
        List<ModelAction.Value> matching = matching(operator, operand);
        matching.forEach(row -> rows.put(row.id(), new ModelAction.Value(row.id(), false, row.name(), n)));
        return matching.size();
    }

    long delete(Operator operator, long operand) {
        List<ModelAction.Value> matching = matching(operator, operand);
        matching.forEach(row -> rows.remove(row.id()));
        return matching.size();
    }

    private List<ModelAction.Value> matching(Operator operator, long operand) {
        List<ModelAction.Value> matching = new ArrayList<>();
        for (ModelAction.Value row : rows.values()) {
            if (row.n() != null && operator.holds(Long.compare(row.n(), operand))) {
                matching.add(row);
            }
        }
        return matching;
    }

    /** The rows that the selection asks for: nulls last ascending, ties by id. */
    List<ModelAction.Value> select(ModelAction.SelectWhere select) {
        Comparator<ModelAction.Value> byName = TableModel::compareNames;
        List<ModelAction.Value> sorted = new ArrayList<>(matching(select.operator(), select.operand()));
        sorted.sort(select.descending() ? byName.reversed() : byName);
        return sorted.stream()
                .skip(select.offset())
                .limit(select.limit() == null ? Long.MAX_VALUE : select.limit())
                .toList();
    }

    private static int compareNames(ModelAction.Value a, ModelAction.Value b) {
        String x = a.name();
        String y = b.name();
        return x == null || y == null ? Boolean.compare(x == null, y == null) : DataType.TEXT.compare(x, y);
    }
}
