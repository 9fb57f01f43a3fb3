package io.taskmover.storage.examples;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.StoreBackup;
import java.nio.file.Files;
import java.nio.file.Path;

/** A backup of a folder of files that is brought back into a database. */
public final class Backups {
    /** A note. */
    record Note(String id, String text) {}

    private Backups() {}

    public static void main(String[] args) throws Exception {
        Path data = Files.createTempDirectory("data");
        Path file = data.resolve("notes.zip");
        // README:backups
        // backs itself up once a day, as long as it is open; thirty backups stay
        try (Storage storage =
                Storage.open("file:" + data.resolve("notes") + "?backupsKept=30&backups=" + data.resolve("backups"))) {
            Repository<Note, String> notes = storage.repository(Note.class, String.class);
            notes.save(new Note("n1", "Buy milk"));
            BackupManifest manifest = storage.backup(file); // and now
            System.out.println(manifest.rows() + " row in " + manifest.tables().size() + " table");
        }
        try (Storage other = Storage.open("sqlite:" + data.resolve("notes.db"))) {
            StoreBackup.at(file).restore(other.backend()); // into an empty store; replace(…) into any
            System.out.println(other.repository(Note.class, String.class).findAll());
        }
        // end
    }
}
