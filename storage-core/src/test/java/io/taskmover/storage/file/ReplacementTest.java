package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Another content for a folder of files: who is in its way, and what is left of both. */
@Timeout(60)
class ReplacementTest {
    private static final Map<Object, Row> FORMER = Map.of("former", note("former", 1));
    private static final Map<Object, Row> COMING = Map.of("coming", note("coming", 2));

    @TempDir
    Path root;

    @BeforeEach
    void fill() {
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("former", 1)));
        }
    }

    private static void load(Replacement replacement) {
        replacement.create(NOTES, 0);
        replacement.load("notes", List.of(note("coming", 2)));
    }

    private static void replace(FileSystemBackend store) {
        try (Replacement replacement = store.beginReplacement()) {
            load(replacement);
            replacement.commit();
        }
    }

    @Test
    void whatIsLoadedTakesThePlaceAndNothingElseIsLeft() throws IOException {
        Files.writeString(root.resolve("README.md"), "a person's");
        try (FileSystemBackend store = open(root)) {
            replace(store);
            assertThat(rows(store, "notes")).isEqualTo(COMING);
        }
        assertThat(root.resolve("notes/coming.json")).exists();
        assertThat(root.resolve("notes/former.json")).doesNotExist();
        assertThat(root.resolve("README.md")).hasContent("a person's");
        assertThat(root.resolve(".storage/replacement")).doesNotExist();
        assertThat(root.resolve(".storage/switch")).doesNotExist();
        // what the files say is the same
        StoreFixture.deleteAll(root.resolve(".storage"));
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).isEqualTo(COMING);
        }
    }

    @Test
    void whatIsNotCommittedIsRemoved() {
        try (FileSystemBackend store = open(root)) {
            try (Replacement replacement = store.beginReplacement()) {
                load(replacement);
                assertThat(root.resolve(".storage/replacement")).exists();
            }
            assertThat(root.resolve(".storage/replacement")).doesNotExist();
            assertThat(rows(store, "notes")).isEqualTo(FORMER);
        }
    }

    @Test
    void whatIsLeftOfAnotherOneIsNoPartOfIt() throws IOException {
        Path other = root.resolve(".storage/replacement");
        try (FileSystemBackend left = open(other)) {
            left.createTable(TableSchema.builder("left")
                    .column("id", DataType.TEXT)
                    .primaryKey("id")
                    .build());
        }
        StoreFixture.deleteAll(other.resolve(".storage")); // as if it had been removed half
        try (FileSystemBackend store = open(root)) {
            replace(store);
            try (BackendTransaction reading = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(reading.catalog().tables()).containsExactly("notes");
            }
            assertThat(rows(store, "notes")).isEqualTo(COMING);
        }
    }

    @Test
    void twoDoNotReplaceItAtOnce() {
        try (FileSystemBackend store = open(root);
                Replacement first = store.beginReplacement()) {
            load(first);
            assertThatThrownBy(store::beginReplacement).isInstanceOf(LockedException.class);
            first.commit();
            assertThat(rows(store, "notes")).isEqualTo(COMING);
        }
    }

    @Test
    void aStoreThatSomebodyReadsIsNotReplaced() {
        try (FileSystemBackend store = open(root)) {
            try (FileSystemBackend reader = open(root, "mode", "ro")) {
                assertThatThrownBy(() -> replace(store))
                        .isInstanceOf(LockedException.class)
                        .hasMessageContaining("mode=ro");
                assertThat(rows(store, "notes")).isEqualTo(FORMER);
                assertThat(rows(reader, "notes")).isEqualTo(FORMER);
                assertThatThrownBy(reader::beginReplacement).isInstanceOf(UnsupportedException.class);
            }
            replace(store);
            assertThat(rows(store, "notes")).isEqualTo(COMING);
        }
    }

    @Test
    void whoIsAtItIsInNobodysWayUntilTheEnd() {
        try (FileSystemBackend store = open(root);
                Replacement replacement = store.beginReplacement()) {
            load(replacement);
            store.write("notes", WriteMode.INSERT, List.of(note("meanwhile", 3)));
            try (FileSystemBackend reader = open(root, "mode", "ro")) {
                assertThat(rows(reader, "notes")).hasSize(2);
            }
            BackendTransaction left = store.begin(TransactionOptions.DEFAULT);
            replacement.commit();
            assertThat(rows(store, "notes")).isEqualTo(COMING);
            assertThatThrownBy(() -> left.find("notes", "former")).isInstanceOf(IllegalStateException.class);
            left.close();
        }
    }

    @Test
    void aDirectoryThatIsNoTablesIsNotTaken() throws IOException {
        Files.createDirectories(root.resolve("photos/summer"));
        try (FileSystemBackend store = open(root)) {
            try (Replacement replacement = store.beginReplacement()) {
                replacement.create(
                        TableSchema.builder("photos")
                                .column("id", DataType.TEXT)
                                .primaryKey("id")
                                .build(),
                        0);
                assertThatThrownBy(replacement::commit)
                        .isInstanceOf(StorageIoException.class)
                        .hasMessageContaining("photos");
            }
            assertThat(rows(store, "notes")).isEqualTo(FORMER);
        }
        assertThat(root.resolve("photos/summer")).isDirectory();
    }

    @Test
    void aStoreInTheMiddleOfItIsNotReadAndOpeningItEndsIt() throws IOException {
        leftInTheMiddle();
        assertThatThrownBy(() -> open(root, "mode", "ro"))
                .isInstanceOf(LockedException.class)
                .hasMessageContaining("being replaced");
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).isEqualTo(COMING);
        }
        try (FileSystemBackend reader = open(root, "mode", "ro")) {
            assertThat(rows(reader, "notes")).isEqualTo(COMING);
        }
    }

    @Test
    void whatDecidesIsChecked() throws IOException {
        leftInTheMiddle();
        Path decides = root.resolve(".storage/switch");
        String text = Files.readString(decides);
        Files.writeString(decides, text.replace("+notes", "+nodes"));
        assertThatThrownBy(() -> open(root))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("switch");
        assertThat(root.resolve("notes/former.json")).exists();
        Files.writeString(decides, text);
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).isEqualTo(COMING);
        }
    }

    /** As if the process had been killed when it was decided and nothing was done yet. */
    private void leftInTheMiddle() throws IOException {
        Path other = root.resolve(".storage/replacement");
        try (FileSystemBackend store = open(other)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("coming", 2)));
        }
        StorePaths paths = new StorePaths(root);
        try (StoreLock lock = StoreLock.acquire(root, paths.lock(), Instant.EPOCH)) {
            new StoreSwitch(new RealDisk(), paths).decide(lock.readers(paths));
        }
    }
}
