package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.migration.MigrationStatus;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = {
            "Take a migration back that no other depends on, or all that came after a version.",
            "",
            "What a migration took away of the data is there again then, as far as it was set aside."
        })
final class MigrateRollbackCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final MigrationArguments migrations = new MigrationArguments();

    @ArgGroup(multiplicity = "1")
    @SuppressWarnings("NullAway.Init")
    private Which which;

    @Option(names = "--allow-destructive", description = "Take values away, without a backup.")
    private boolean destructive;

    /** One migration or several. */
    private static final class Which {
        @Parameters(index = "2", paramLabel = "VERSION", description = "The migration to take back.")
        private String version = "";

        @Option(names = "--to", paramLabel = "VERSION", description = "The last one that stays; 0 for none.")
        private String last = "";
    }

    MigrateRollbackCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.open(migrations.url())) {
            MigrationManager manager = migrations.manager(backend).allowDestructive(destructive);
            List<MigrationStatus> before = manager.applied();
            if (which.last.isEmpty()) {
                manager.rollback(which.version);
            } else {
                manager.rollbackTo(which.last);
            }
            List<MigrationStatus> after = manager.applied();
            for (MigrationStatus migration : before) {
                if (!after.contains(migration)) {
                    session.note("rolled back " + migration.version() + " (" + migration.description() + ")");
                }
            }
        }
        return ExitCode.OK.code();
    }
}
