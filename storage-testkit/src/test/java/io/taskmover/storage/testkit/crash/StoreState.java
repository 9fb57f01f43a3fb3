package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.testkit.TestTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** All that a store holds: its tables by name. Immutable. */
record StoreState(Map<String, Content> tables) {
    static final StoreState EMPTY = new StoreState(Map.of());

    /** @param rows by key */
    record Content(TableSchema schema, Map<Object, Row> rows) {}

    /** What an open store holds now. */
    static StoreState of(StorageBackend store) {
        Map<String, Content> tables = new TreeMap<>();
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            for (String name : transaction.catalog().tables()) {
                TableSchema schema = transaction.catalog().table(name).orElseThrow();
                Map<Object, Row> rows = new HashMap<>();
                for (Row row : TestTable.rows(transaction, Select.from(name))) {
                    rows.put(Objects.requireNonNull(schema.keyOf(row)), row);
                }
                tables.put(name, new Content(schema, rows));
            }
        }
        return new StoreState(tables);
    }

    /** This state after a commit that changed rows; those of tables that it does not have are left out. */
    StoreState with(List<RowChange> changes) {
        Map<String, Content> changed = new TreeMap<>(tables);
        for (RowChange change : changes) {
            Content former = changed.get(change.table());
            if (former == null) {
                continue;
            }
            if (former == tables.get(change.table())) {
                former = new Content(former.schema, new HashMap<>(former.rows));
                changed.put(change.table(), former);
            }
            if (change.after() == null) {
                former.rows.remove(change.id());
            } else {
                former.rows.put(change.id(), change.after());
            }
        }
        return new StoreState(changed);
    }

    /** What another state has differently, for people. */
    String difference(StoreState other) {
        StringBuilder text = new StringBuilder();
        Map<String, Content> all = new TreeMap<>(tables);
        all.putAll(other.tables);
        for (String name : all.keySet()) {
            Content mine = tables.get(name);
            Content theirs = other.tables.get(name);
            if (mine == null || theirs == null || !mine.schema.equals(theirs.schema)) {
                text.append("table ").append(name).append(": ").append(mine == null ? null : mine.schema.columns());
                text.append(" / ")
                        .append(theirs == null ? null : theirs.schema.columns())
                        .append('\n');
            }
            Map<Object, Row> left = mine == null ? Map.of() : mine.rows;
            Map<Object, Row> right = theirs == null ? Map.of() : theirs.rows;
            Map<Object, Row> both = new HashMap<>(left);
            both.putAll(right);
            for (Object key : both.keySet()) {
                if (!Objects.equals(left.get(key), right.get(key))) {
                    text.append(name).append(' ').append(key).append(": ").append(left.get(key));
                    text.append(" / ").append(right.get(key)).append('\n');
                }
            }
        }
        return text.toString();
    }
}
