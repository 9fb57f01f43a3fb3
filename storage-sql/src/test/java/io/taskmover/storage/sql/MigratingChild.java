package io.taskmover.storage.sql;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.testkit.MigrationScenario;
import java.time.Duration;

/** A process that applies migrations and rolls them back until it is killed, and says {@code turn} each time. */
final class MigratingChild {
    static final MigrationScenario SCENARIO = new MigrationScenario(300, 40, Duration.ofMillis(400));

    private MigratingChild() {}

    /** Argument: the URL of the store. */
    public static void main(String[] arguments) {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(arguments[0]))) {
            MigrationManager manager = SCENARIO.manager(store);
            while (true) {
                System.out.println("turn");
                System.out.flush();
                manager.apply();
                manager.rollbackTo("001");
            }
        }
    }
}
