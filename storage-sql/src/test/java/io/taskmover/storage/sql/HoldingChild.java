package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.List;

/** A process of its own that holds the turn of a store's writer, and says so line by line. */
final class HoldingChild {
    static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    private HoldingChild() {}

    static Row note(long id) {
        return Row.of(NOTES.rowType(), id, "note " + id);
    }

    /** @param arguments the URL */
    public static void main(String[] arguments) throws IOException {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(arguments[0]))) {
            hold(store);
        }
    }

    /** Holds the writer's turn until its input has a byte, or ends. */
    private static void hold(StorageBackend store) throws IOException {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.write("notes", WriteMode.INSERT, List.of(note(1)));
            System.out.println("held");
            System.in.read();
            transaction.commit();
        }
        System.out.println("committed");
    }
}
