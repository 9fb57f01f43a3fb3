package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "apply",
        description = {
            "Apply what is pending, in order; the store is made if there is none.",
            "",
            "If it is cut off or fails, apply again: it goes on from where it was."
        })
final class MigrateApplyCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final MigrationArguments migrations = new MigrationArguments();

    @Option(names = "--allow-destructive", description = "Make changes that take values away, without a backup.")
    private boolean destructive;

    @Option(
            names = "--backup",
            paramLabel = "FILE",
            description = "Back up the store into this new file before the first change that takes values away.")
    private @Nullable Path backup;

    @Option(names = "--out-of-order", description = "Also what is below a version that is applied.")
    private boolean outOfOrder;

    @Option(
            names = "--accept",
            paramLabel = "VERSION",
            description = "Take a migration that was changed since it was applied for what was applied.")
    private List<String> accepted = List.of();

    @Option(
            names = "--forget",
            paramLabel = "VERSION",
            description = "Do not remember any more that a migration was applied whose file is gone.")
    private List<String> forgotten = List.of();

    MigrateApplyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openOrCreate(migrations.url())) {
            MigrationManager manager =
                    migrations.manager(backend).outOfOrder(outOfOrder).allowDestructive(destructive);
            if (backup != null) {
                manager.backupTo(backup);
            }
            accepted.forEach(manager::accept);
            forgotten.forEach(manager::forget);
            List<Migration> applied = manager.apply();
            for (Migration migration : applied) {
                session.note("applied " + migration);
            }
            if (applied.isEmpty()) {
                session.note("nothing to apply");
            }
        }
        return ExitCode.OK.code();
    }
}
