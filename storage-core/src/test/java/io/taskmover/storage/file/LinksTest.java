package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.deleteAll;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class LinksTest {
    @TempDir
    Path directory;

    private Path root;

    @BeforeEach
    void fill() {
        root = directory.resolve("store");
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("n1", 1)));
        }
    }

    @Test
    void aLinkInsideTheStoreIsRefusedAndNotFollowed() throws Exception {
        root = directory.resolve("crashed");
        leaveAsAfterACrash();
        for (String place : List.of(
                "notes",
                "notes/.schema.json",
                "notes/n7.json",
                "notes/HASHED",
                "notes/HASHED/ROW",
                ".storage",
                ".storage/lock",
                ".storage/.gitignore",
                ".storage/tmp",
                ".storage/journal",
                ".storage/journal/SEGMENT")) {
            Path link = find(place);
            Path outside = Files.move(link, directory.resolve("outside"));
            Files.createSymbolicLink(link, outside);
            Map<String, String> before = contents();
            for (String mode : List.of("rw", "ro")) {
                assertThatThrownBy(() -> open(root, "mode", mode))
                        .as(place)
                        .isInstanceOf(StorageIoException.class)
                        .hasMessageContaining(link + " is a symbolic link");
            }
            assertThat(contents()).as(place).isEqualTo(before);
            Files.delete(link);
            Files.move(outside, link);
        }
        try (FileSystemBackend store = open(root)) {
            assertThat(store.find("notes", "n1")).contains(note("n1", -1));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    /** With a journal, and with hash directories. */
    private void leaveAsAfterACrash() throws Exception {
        Process child = ChildJvm.start(OpeningChild.class, root, "entity");
        try (BufferedReader reports = ChildJvm.reader(child)) {
            assertThat(reports.readLine()).isEqualTo("open");
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void aLinkToNothingIsRefusedToo() throws IOException {
        Path link = root.resolve("notes/gone.json");
        Files.createSymbolicLink(link, directory.resolve("nothing"));
        assertThatThrownBy(() -> open(root)).hasMessageContaining(link + " is a symbolic link");
    }

    @Test
    void aTableIsNotMadeInADirectoryThatIsALink() throws IOException {
        Path outside = Files.createDirectory(directory.resolve("outside"));
        Path link = Files.createSymbolicLink(root.resolve("others"), outside);
        try (FileSystemBackend store = open(root)) {
            TableSchema others = TableSchema.builder("others")
                    .column("id", DataType.TEXT)
                    .primaryKey("id")
                    .build();
            assertThatThrownBy(() -> store.createTable(others)).hasMessageContaining(link + " is a symbolic link");
        }
        assertThat(outside).isEmptyDirectory();
    }

    @Test
    void aRebuildFollowsNoLinkEither() throws IOException {
        deleteAll(root.resolve(".storage"));
        Path outside = Files.move(root.resolve("notes"), directory.resolve("outside"));
        Path link = Files.createSymbolicLink(root.resolve("notes"), outside);
        assertThatThrownBy(() -> open(root)).hasMessageContaining(link + " is a symbolic link");
    }

    @Test
    void aPipeIsRefusedAndNotWaitedFor() throws Exception {
        Path pipe = root.resolve("notes/pipe.json");
        assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor())
                .isZero();
        assertThatThrownBy(() -> open(root))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining(pipe.toString());
    }

    @Test
    void theWholeStoreMayBeReachedThroughALinkThatIsThenMoved() throws IOException {
        Path other = Files.createDirectory(directory.resolve("other"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), root);
        try (FileSystemBackend store = open(link)) {
            Files.delete(link);
            Files.createSymbolicLink(link, other);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                rows.add(note("late" + i, i));
            }
            store.write("notes", WriteMode.INSERT, rows);
            assertThat(store.verify().problems()).isEmpty();
        }
        assertThat(other).isEmptyDirectory();
        try (FileSystemBackend store = open(root)) {
            assertThat(store.find("notes", "late9")).contains(note("late9", 9));
        }
    }

    private Path find(String place) throws IOException {
        if (place.endsWith("SEGMENT")) {
            return new JournalReader(root.resolve(".storage/journal"))
                    .segments()
                    .firstEntry()
                    .getValue();
        }
        if (!place.contains("HASHED")) {
            return root.resolve(place);
        }
        try (Stream<Path> entries = Files.walk(root.resolve("notes"), 2)) {
            Path row = entries.filter(
                            file -> root.resolve("notes").relativize(file).getNameCount() == 2)
                    .findFirst()
                    .orElseThrow();
            return place.endsWith("ROW") ? row : row.getParent();
        }
    }

    /** Everything in the store and outside, but for who locked it. */
    private Map<String, String> contents() throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(directory)) {
            for (Path path : all.toList()) {
                if (!path.endsWith("lock")) {
                    contents.put(
                            path.toString(),
                            Files.isSymbolicLink(path)
                                    ? "-> " + Files.readSymbolicLink(path)
                                    : Files.isRegularFile(path)
                                            ? Files.readString(path, StandardCharsets.ISO_8859_1)
                                            : "");
                }
            }
        }
        return contents;
    }
}
