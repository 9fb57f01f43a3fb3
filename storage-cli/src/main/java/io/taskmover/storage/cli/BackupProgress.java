package io.taskmover.storage.cli;

import io.taskmover.storage.backup.BackupListener;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.cli.load.CancelledException;
import io.taskmover.storage.cli.output.Progress;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows how a backup goes on, and stops it when it is cancelled. */
final class BackupProgress implements BackupListener, AutoCloseable {
    private static final DateTimeFormatter MADE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    private final Session session;
    private final Progress progress;
    private Progress.@Nullable Task task;

    BackupProgress(Session session) {
        this.session = session;
        this.progress = session.progress();
    }

    /** What a backup holds, in a few words. */
    static String summary(BackupManifest backup) {
        return String.format(
                Locale.ROOT,
                "%,d tables, %,d rows, of %s",
                backup.tables().size(),
                backup.rows(),
                MADE.format(backup.made()));
    }

    @Override
    public void writing(String table, long rows) {
        begin("Writing " + table, rows);
    }

    @Override
    public void verifying(String table, long rows) {
        begin("Verifying " + table, rows);
    }

    @Override
    public void restoring(String table, long rows) {
        begin("Restoring " + table, rows);
    }

    private void begin(String what, long rows) {
        end();
        task = progress.start(what, "rows", rows);
    }

    @Override
    public void done(String table, long rows) {
        Progress.Task running = task;
        if (running != null) {
            running.update(rows, rows);
        }
        if (session.cancelled()) {
            throw new CancelledException();
        }
    }

    @Override
    public void close() {
        end();
    }

    /** Nothing more is shown of what was under way. */
    void end() {
        Progress.Task running = task;
        if (running != null) {
            running.close();
            task = null;
        }
    }
}
