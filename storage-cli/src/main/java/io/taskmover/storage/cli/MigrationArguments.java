package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.migration.MigrationDirectory;
import io.taskmover.storage.migration.MigrationManager;
import java.nio.file.Path;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** The store that is migrated, and the directory of the migrations. */
final class MigrationArguments {
    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Parameters(index = "1", paramLabel = "DIR", description = "The directory of the migrations.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    String url() {
        return store.url();
    }

    /** The migrations of the directory, for an open store. */
    MigrationManager manager(StorageBackend backend) {
        return new MigrationManager(backend).registerAll(MigrationDirectory.read(directory));
    }
}
