package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
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

    /** The list, found by a query. */
    List<Integer> select(BackendTransaction transaction, int key) {
        Select select = Select.from(schema.name()).where(Condition.eq(Path.of("id"), (long) key));
        try (RowCursor rows = transaction.select(select)) {
            Row row = rows.next();
            return row == null ? List.of() : values(row);
        }
    }

    /** All lists, by key. */
    Map<Integer, List<Integer>> all(BackendTransaction transaction) {
        Map<Integer, List<Integer>> lists = new HashMap<>();
        try (RowCursor rows = transaction.select(Select.from(schema.name()))) {
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
