package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.StoreBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "backup",
        description = {
            "Write all that a store holds into one file.",
            "",
            "What is written is one moment of the store. The file is read again before it gets its name. Restore it into"
                    + " a store of any kind."
        })
final class BackupCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Parameters(index = "1", paramLabel = "FILE", description = "The file to make; one that is there is not replaced.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    BackupCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        session.cancellable();
        try (StorageBackend from = session.openToRead(store.url());
                BackupProgress progress = new BackupProgress(session)) {
            BackupManifest written = StoreBackup.at(file).listener(progress).write(from);
            progress.end();
            session.note("wrote " + file + ": " + BackupProgress.summary(written));
        }
        return ExitCode.OK.code();
    }
}
