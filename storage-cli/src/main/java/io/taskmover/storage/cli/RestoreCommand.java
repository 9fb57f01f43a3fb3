package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.error.SchemaException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore",
        description = {
            "Bring a backup back into a store of any kind, in one step.",
            "",
            "Whatever happens meanwhile, the store holds all that it held before, or all of the backup. Nobody else may"
                    + " use it."
        })
final class RestoreCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Parameters(index = "1", paramLabel = "FILE", description = "The backup.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    @Option(
            names = "--replace",
            description = "Also into a store that has rows: all that it holds is gone then, tables that are not in the"
                    + " backup too.")
    private boolean replace;

    RestoreCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        session.cancellable();
        try (BackupProgress progress = new BackupProgress(session)) {
            StoreBackup backup = StoreBackup.at(file).listener(progress);
            // before a store is made for it
            BackupManifest verified = backup.verify();
            try (StorageBackend target = session.openOrCreate(store.url())) {
                restore(backup, target);
            }
            progress.end();
            session.note("restored " + BackupProgress.summary(verified));
        }
        return ExitCode.OK.code();
    }

    private void restore(StoreBackup backup, StorageBackend target) {
        if (replace) {
            backup.replace(target);
            return;
        }
        try {
            backup.restore(target);
        } catch (SchemaException e) {
            throw new CommandException(ExitCode.CONFLICT, e.getMessage() + " (--replace)", e);
        }
    }
}
