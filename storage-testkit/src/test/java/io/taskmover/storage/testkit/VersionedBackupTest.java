package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import io.taskmover.storage.EntityVersion;
import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Versions of rows are in a backup, though they are in no list of tables. */
class VersionedBackupTest {
    record Note(String id, String text) {}

    @TempDir
    Path directory;

    @Test
    void aBackupHasTheVersionsOfRows() {
        Path file = directory.resolve("backup.zip");
        try (Storage storage = Storage.open("memory:?versioningEnabled=true&cache=true")) {
            Repository<Note, String> notes = storage.repository(Note.class, String.class);
            notes.save(new Note("a", "first"));
            notes.save(new Note("a", "second"));
            storage.backup(file);
        }
        String url = "file:" + directory.resolve("restored");
        try (StorageBackend target = StorageBackend.open(StorageConfig.of(url))) {
            StoreBackup.at(file).restore(target);
        }
        try (Storage storage = Storage.open(url)) {
            Repository<Note, String> notes = storage.repository(Note.class, String.class);
            notes.save(new Note("a", "third"));
            assertThat(notes.history("a"))
                    .extracting(
                            EntityVersion::number,
                            version -> version.entity().orElseThrow().text())
                    .containsExactly(tuple(1L, "first"), tuple(2L, "second"), tuple(3L, "third"));
        }
    }
}
