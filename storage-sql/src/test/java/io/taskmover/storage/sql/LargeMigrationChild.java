package io.taskmover.storage.sql;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.DataMigration;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import java.util.Objects;

/** A process that migrates a table that is larger than its memory, forth and back. */
final class LargeMigrationChild {
    private LargeMigrationChild() {}

    /** Argument: the URL of the store, which has a table {@code notes (id, n, text)}. */
    public static void main(String[] arguments) {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(arguments[0]))) {
            MigrationManager manager = new MigrationManager(store)
                    .allowDestructive(true)
                    .register(new DataMigration(
                            "1", "notes", row -> row.with("n", (Long) Objects.requireNonNull(row.get("n")) + 1)))
                    .register(Migration.of(
                            "2",
                            "text",
                            Change.changeType(
                                    "notes", Column.of("n", DataType.TEXT).withNotNull())));
            manager.apply();
            manager.rollbackTo("0");
        }
        System.out.println("done " + Runtime.getRuntime().maxMemory());
    }
}
