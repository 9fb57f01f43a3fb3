package io.taskmover.storage.cli;

import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.StoreBackup;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(name = "verify-backup", description = "Read a whole backup, and say whether it is what was written.")
final class VerifyBackupCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(index = "0", paramLabel = "FILE", description = "The backup.")
    @SuppressWarnings("NullAway.Init")
    private Path file;

    VerifyBackupCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        session.cancellable();
        try (BackupProgress progress = new BackupProgress(session)) {
            BackupManifest verified = StoreBackup.at(file).listener(progress).verify();
            progress.end();
            session.print("whole: " + BackupProgress.summary(verified));
        }
        return ExitCode.OK.code();
    }
}
