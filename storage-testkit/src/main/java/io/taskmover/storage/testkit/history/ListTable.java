package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A table of lists, each a row: its key, and its values as text. */
final class ListTable {
    private final TableSchema schema;

    ListTable(String name) {
        schema = TableSchema.builder(name)
                .column("id", DataType.INTEGER)
                .column("list", DataType.TEXT)
                .primaryKey("id")
                .build();
    }

    TableSchema schema() {
        return schema;
    }

    /** The list, looked up by its key. */
    List<Integer> find(BackendTransaction transaction, int key) {
        return transaction
                .find(schema.name(), (long) key)
                .map(ListTable::values)
                .orElse(List.of());
    }

    /** The lists from a key up to another, found by one query; those that are not there are empty. */
    Map<Integer, List<Integer>> range(BackendTransaction transaction, int from, int to) {
        Condition.Between range = new Condition.Between(
                Path.of("id"), new Expression.Literal((long) from), new Expression.Literal((long) to));
        Map<Integer, List<Integer>> lists =
                lists(transaction, Select.from(schema.name()).where(range));
        for (int key = from; key <= to; key++) {
            lists.putIfAbsent(key, List.of());
        }
        return lists;
    }

    /** All lists, by key. */
    Map<Integer, List<Integer>> all(BackendTransaction transaction) {
        return lists(transaction, Select.from(schema.name()));
    }

    private static Map<Integer, List<Integer>> lists(BackendTransaction transaction, Select select) {
        Map<Integer, List<Integer>> lists = new TreeMap<>();
        try (RowCursor rows = transaction.select(select)) {
            for (Row row = rows.next(); row != null; row = rows.next()) {
                lists.put(Math.toIntExact((Long) Objects.requireNonNull(row.get("id"))), values(row));
            }
        }
        return lists;
    }

    /** Reads the list and writes it with a value more. */
    void append(BackendTransaction transaction, int key, int value) {
        String list = transaction
                .find(schema.name(), (long) key)
                .map(row -> text(row) + "," + value)
                .orElse(Integer.toString(value));
        transaction.write(schema.name(), WriteMode.UPSERT, List.of(Row.of(schema.rowType(), (long) key, list)));
    }

    private static List<Integer> values(Row row) {
        return Arrays.stream(text(row).split(",")).map(Integer::valueOf).collect(Collectors.toUnmodifiableList());
    }

    private static String text(Row row) {
        @Nullable Object list = row.get("list");
        return (String) Objects.requireNonNull(list);
    }
}
