package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.deleteAll;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.UnsupportedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Where a repair, and a commit over someone else's file, puts what it takes out of a store. */
@Timeout(60)
class QuarantineTest {
    @TempDir
    Path directory;

    private Path root;
    private Path quarantine;

    @BeforeEach
    void breakARow() throws IOException {
        root = directory.resolve("store");
        quarantine = root.resolve(".quarantine");
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("n1", 1), note("n2", 2), note("n3", 3)));
        }
        Files.writeString(root.resolve("notes/n2.json"), "{\"id\": \"n2\", \"n\": tw");
    }

    private Repair repair() {
        return Storage.repair(StorageConfig.of("file:" + root));
    }

    @Test
    void itIsForItsOwnerOnlyAndOutOfGitAndSurvivesTheInternals() throws IOException {
        Repair repair = repair();
        assertThat(repair.clean()).isTrue();
        assertThat(repair.actions()).singleElement().satisfies(action -> {
            assertThat(action.place()).isEqualTo(root.resolve("notes/n2.json").toString());
            assertThat(action.kept()).contains(quarantine.resolve("notes-n2.json"));
        });
        assertThat(quarantine.resolve("notes-n2.json")).hasContent("{\"id\": \"n2\", \"n\": tw");
        assertThat(quarantine.resolve(".gitignore")).hasContent("*\n");
        assertThat(quarantine.resolve("repair.log"))
                .content()
                .contains("notes-n2.json")
                .contains("'n2'");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(quarantine)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(quarantine)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
            }
        }
        deleteAll(root.resolve(".storage"));
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).containsOnlyKeys("n1", "n3");
            assertThat(store.verify().clean()).isTrue();
        }
        assertThat(quarantine.resolve("notes-n2.json")).exists();
    }

    @Test
    void anotherFileOfTheSameNameIsKeptBesideIt() throws IOException {
        repair();
        Files.writeString(root.resolve("notes/n2.json"), "something else");
        assertThat(repair().actions())
                .singleElement()
                .satisfies(action -> assertThat(action.kept()).contains(quarantine.resolve("2-notes-n2.json")));
        assertThat(quarantine.resolve("notes-n2.json")).content().contains("tw");
        assertThat(quarantine.resolve("repair.log")).content().hasLineCount(2);
    }

    @Test
    void aLinkInItsPlaceIsRefused() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Files.createSymbolicLink(quarantine, outside);
        assertThatThrownBy(this::repair)
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining(quarantine + " is a symbolic link");
        assertThatThrownBy(() -> open(root)).hasMessageContaining(quarantine + " is a symbolic link");
        assertThat(outside).isEmptyDirectory();
        assertThat(root.resolve("notes/n2.json")).exists();
    }

    @Test
    void whatIsNoStoreOrOnlyReadIsNotRepaired() {
        assertThatThrownBy(() -> Storage.repair(StorageConfig.of("file:" + directory.resolve("nothing"))))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("There is no store");
        assertThatThrownBy(() -> Storage.repair(StorageConfig.of("file:" + root + "?mode=ro")))
                .isInstanceOf(UnsupportedException.class);
        assertThatThrownBy(() -> Storage.repair(StorageConfig.of("memory:")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("memory:");
        try (FileSystemBackend store = open(root)) {
            assertThatThrownBy(() -> store.repair(StorageConfig.of("file:" + root)))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
