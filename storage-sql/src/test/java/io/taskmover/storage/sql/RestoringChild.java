package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/**
 * A process that restores one of two backups and then the other, until it is killed; says {@code begin} before each and
 * {@code done} after it.
 */
final class RestoringChild {
    private static final int ROWS = 400;

    private RestoringChild() {}

    /** The first and the second content: neither has a table that is as in the other. */
    static void fill(StorageBackend store, boolean second) {
        table(store, "both", second ? "second" : "first");
        table(store, second ? "later" : "former", "only");
    }

    private static void table(StorageBackend store, String name, String text) {
        TableSchema schema = TableSchema.builder(name)
                .column("id", DataType.INTEGER)
                .column("text", DataType.TEXT)
                .primaryKey("id")
                .index("text")
                .build();
        store.createTable(schema);
        List<Row> rows = new ArrayList<>();
        for (long id = 0; id < ROWS; id++) {
            rows.add(Row.of(schema.rowType(), id, text + " " + id));
        }
        store.write(name, WriteMode.INSERT, rows);
    }

    /** What is in the store: its tables, with the sums of their rows. */
    static TreeMap<String, Long> content(StorageBackend store) {
        TreeMap<String, Long> content = new TreeMap<>();
        try (BackendTransaction reading = store.begin(TransactionOptions.READ_ONLY)) {
            Catalog catalog = reading.catalog();
            for (String table : catalog.tables()) {
                long sum = 0;
                try (RowCursor rows = reading.select(Select.from(table))) {
                    for (Row row = rows.next(); row != null; row = rows.next()) {
                        sum += 31L * row.hashCode() + 1;
                    }
                }
                content.put(table, sum);
            }
        }
        return content;
    }

    /** Arguments: the URL of the store, and two backups. */
    public static void main(String[] arguments) {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(arguments[0]))) {
            while (true) {
                for (String backup : List.of(arguments[1], arguments[2])) {
                    say("begin");
                    StoreBackup.at(Path.of(backup)).replace(store);
                    say("done");
                }
            }
        }
    }

    private static void say(String word) {
        System.out.println(word);
        System.out.flush();
    }
}
