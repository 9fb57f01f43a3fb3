package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.migration.MigrationStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "2", arity = "0..1", paramLabel = "VERSION", description = "The migration to take back.")
    private String version = "";

    @Option(names = "--to", paramLabel = "VERSION", description = "Take back all that came after this one; 0 for all.")
    private String last = "";

    @Option(names = "--allow-destructive", description = "Take values away, without a backup.")
    private boolean destructive;

    @Option(
            names = "--backup",
            paramLabel = "FILE",
            description = "Back up the store into this new file before the first change that takes values away.")
    private @Nullable Path backup;

    MigrateRollbackCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (version.isEmpty() == last.isEmpty()) {
            throw new ParameterException(spec.commandLine(), "name one migration, or the last that stays with --to");
        }
        try (StorageBackend backend = session.open(migrations.url())) {
            MigrationManager manager = migrations.manager(backend).allowDestructive(destructive);
            if (backup != null) {
                manager.backupTo(backup);
            }
            List<MigrationStatus> before = manager.applied();
            if (last.isEmpty()) {
                manager.rollback(version);
            } else {
                manager.rollbackTo(last);
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
