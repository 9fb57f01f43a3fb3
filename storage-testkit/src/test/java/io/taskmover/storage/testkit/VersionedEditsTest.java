package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.EntityVersion;
import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.history.ChangeKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people do to JSON files becomes versions, once each. */
class VersionedEditsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @TempDir
    Path directory;

    /** An entity in a file. */
    record Note(String id, String text) {}

    private Storage open(boolean versions) {
        return Storage.open(StorageConfig.builder("file:" + directory)
                .versioningEnabled(versions)
                .build());
    }

    private static Repository<Note, String> notes(Storage storage) {
        return storage.repository(Note.class, String.class);
    }

    private Path file(String id) {
        return directory.resolve("note").resolve(id + ".json");
    }

    private void edit(String id, String text) throws IOException {
        Files.writeString(file(id), "{\"id\": \"" + id + "\", \"text\": \"" + text + "\"}");
    }

    private static List<String> awaitVersions(Repository<Note, String> notes, String id, int count)
            throws InterruptedException {
        Instant end = Instant.now().plus(PATIENCE);
        while (notes.history(id).size() < count) {
            assertThat(Instant.now())
                    .as("row %s, versions %s", notes.findById(id), notes.history(id))
                    .isBefore(end);
            Thread.sleep(20);
        }
        return told(notes.history(id));
    }

    private static List<String> told(List<EntityVersion<Note>> history) {
        return history.stream()
                .map(version ->
                        version.kind() + " " + version.entity().map(Note::text).orElse("-"))
                .toList();
    }

    @Test
    void anEditIsAVersion() throws Exception {
        try (Storage storage = open(true)) {
            Repository<Note, String> notes = notes(storage);
            notes.save(new Note("a", "one"));
            notes.save(new Note("b", "one"));
            storage.verify(); // returns when the files are there
            edit("a", "by hand");
            edit("new", "by hand");
            Files.delete(file("b"));
            assertThat(awaitVersions(notes, "a", 2))
                    .containsExactly(ChangeKind.INSERT + " one", ChangeKind.EXTERNAL + " by hand");
            assertThat(awaitVersions(notes, "new", 1)).containsExactly(ChangeKind.EXTERNAL + " by hand");
            assertThat(awaitVersions(notes, "b", 2))
                    .containsExactly(ChangeKind.INSERT + " one", ChangeKind.EXTERNAL + " -");
            notes.save(new Note("a", "two"));
            assertThat(told(notes.history("a")))
                    .containsExactly(
                            ChangeKind.INSERT + " one", ChangeKind.EXTERNAL + " by hand", ChangeKind.UPDATE + " two");
        }
    }

    @Test
    void anEditOfAClosedStoreIsAVersionOnce() throws Exception {
        try (Storage storage = open(true)) {
            notes(storage).save(new Note("a", "one"));
            notes(storage).save(new Note("b", "one"));
            notes(storage).save(new Note("c", "one"));
        }
        edit("a", "by hand");
        Files.delete(file("b"));
        for (int times = 0; times < 2; times++) {
            try (Storage storage = open(true)) {
                Repository<Note, String> notes = notes(storage);
                assertThat(awaitVersions(notes, "a", 2))
                        .containsExactly(ChangeKind.INSERT + " one", ChangeKind.EXTERNAL + " by hand");
                assertThat(awaitVersions(notes, "b", 2))
                        .containsExactly(ChangeKind.INSERT + " one", ChangeKind.EXTERNAL + " -");
                assertThat(told(notes.history("c"))).containsExactly(ChangeKind.INSERT + " one");
            }
        }
    }

    @Test
    void anEditThatNobodyNotedIsAVersionBeforeTheNextChange() throws Exception {
        try (Storage storage = open(true)) {
            notes(storage).save(new Note("a", "one"));
        }
        edit("a", "by hand");
        try (Storage storage = open(false)) {
            assertThat(notes(storage).findById("a")).contains(new Note("a", "by hand"));
        }
        try (Storage storage = open(true)) {
            notes(storage).save(new Note("a", "two"));
            assertThat(told(notes(storage).history("a")))
                    .containsExactly(
                            ChangeKind.INSERT + " one", ChangeKind.EXTERNAL + " by hand", ChangeKind.UPDATE + " two");
        }
    }

    @Test
    void anEditOfARowWithoutVersionsKeepsWhatItWasBefore() throws Exception {
        try (Storage storage = open(false)) {
            notes(storage).save(new Note("a", "one"));
        }
        try (Storage storage = open(true)) {
            Repository<Note, String> notes = notes(storage);
            assertThat(notes.findById("a")).contains(new Note("a", "one"));
            assertThat(notes.history("a")).isEmpty();
            edit("a", "by hand");
            assertThat(awaitVersions(notes, "a", 2))
                    .containsExactly(ChangeKind.FOUND + " one", ChangeKind.EXTERNAL + " by hand");
        }
    }
}
