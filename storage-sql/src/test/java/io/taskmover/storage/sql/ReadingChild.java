package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.Objects;

/** A process of its own that reads all notes of a store, one after the other, and says how much there was. */
final class ReadingChild {
    private ReadingChild() {}

    public static void main(String[] arguments) {
        long rows = 0;
        long characters = 0;
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(arguments[0]));
                BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY);
                RowCursor cursor = transaction.select(Select.from("notes"))) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows++;
                characters += ((String) Objects.requireNonNull(row.get("text"))).length();
            }
        }
        System.out.println(rows + " " + characters + " " + Runtime.getRuntime().maxMemory());
    }
}
