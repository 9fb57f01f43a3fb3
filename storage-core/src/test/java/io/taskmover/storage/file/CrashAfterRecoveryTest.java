package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A store crashes, is opened, and crashes again before anything is committed: it opens all the same. */
@Timeout(60)
class CrashAfterRecoveryTest {
    @TempDir
    Path directory;

    private Path root = Path.of("");
    private String expected = "";

    private void crash(String name) throws IOException {
        root = directory.resolve("store");
        GoldenStore.unpack(name, root);
        try (FileSystemBackend store = StoreFixture.open(root, "mode", "ro")) {
            expected = GoldenStore.describe(store);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"format-1-crashed.zip", "format-1-lines-crashed.zip"})
    void whenTheFilesHaveEverythingAndTheJournalIsTrimmed(String name) throws IOException {
        crash(name);
        Path crashed = directory.resolve("again");
        try (FileSystemBackend store = StoreFixture.open(root)) {
            store.drain();
            copy(root, crashed);
        }
        assertWhole(crashed);
    }

    /** The first record of a new segment was torn, when all before it were in the files and their segments gone. */
    @ParameterizedTest
    @ValueSource(strings = {"format-1-crashed.zip", "format-1-lines-crashed.zip"})
    void whenTheJournalHadNothingButATornRecord(String name) throws IOException {
        crash(name);
        Path torn = directory.resolve("torn");
        try (FileSystemBackend store = StoreFixture.open(root)) {
            store.drain();
            copy(root, torn);
        }
        Path journal = new StorePaths(torn).journal();
        StoreFixture.deleteAll(journal);
        Files.createDirectory(journal);
        ByteBuffer segment = ByteBuffer.allocate(JournalSpace.FIRST_BYTES).put(JournalFormat.header(77));
        segment.putInt(segment.position() + JournalFormat.RECORD_HEADER_BYTES + 8, 4711);
        Files.write(journal.resolve(JournalFormat.fileName(77)), segment.array());

        Path crashed = directory.resolve("again");
        try (FileSystemBackend store = StoreFixture.open(torn)) {
            assertThat(GoldenStore.describe(store)).isEqualTo(expected);
            copy(torn, crashed);
        }
        assertWhole(crashed);
    }

    private void assertWhole(Path crashed) throws IOException {
        for (int i = 0; i < 2; i++) {
            try (FileSystemBackend store = StoreFixture.open(crashed)) {
                assertThat(GoldenStore.describe(store)).isEqualTo(expected);
                assertThat(store.verify().problems()).isEmpty();
            }
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                Path copy = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else if (!path.equals(new StorePaths(from).lock())) {
                    Files.copy(path, copy);
                    Files.setLastModifiedTime(copy, Files.getLastModifiedTime(path));
                }
            }
        }
    }
}
