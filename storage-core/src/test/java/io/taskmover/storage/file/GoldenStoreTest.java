package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.deleteAll;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Opens what released versions have written. */
@Timeout(60)
class GoldenStoreTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"format-1-closed", "format-1-crashed", "format-1-lines-closed", "format-1-lines-crashed"})
    void aStoreOfAnEarlierVersionHoldsWhatWasWritten(String name) throws IOException {
        Path root = directory.resolve("store");
        GoldenStore.unpack(name + ".zip", root);
        String expected = expected(name);
        Map<String, String> before = contents(root);
        try (FileSystemBackend store = open(root, "mode", "ro")) {
            assertThat(GoldenStore.describe(store)).isEqualTo(expected);
            assertThat(store.verify().problems()).isEmpty();
        }
        assertThat(contents(root)).isEqualTo(before);
        for (int i = 0; i < 2; i++) {
            try (FileSystemBackend store = open(root)) {
                assertThat(GoldenStore.describe(store)).isEqualTo(expected);
                assertThat(store.verify().problems()).isEmpty();
            }
        }
        Map<String, String> settled = rowFiles(root);
        saveEverythingAgain(root);
        assertThat(rowFiles(root)).isEqualTo(settled);
        deleteAll(root.resolve(".storage"));
        try (FileSystemBackend store = open(root)) {
            assertThat(GoldenStore.describe(store)).isEqualTo(expected);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"format-1", "format-1-lines"})
    void keysGoOnWhereTheEarlierVersionWas(String name) throws IOException {
        GoldenStore.unpack(name + "-closed.zip", directory.resolve("closed"));
        try (FileSystemBackend store = open(directory.resolve("closed"))) {
            assertThat(store.insert("counted", Map.of("name", "next"))).isEqualTo(4L);
        }
        GoldenStore.unpack(name + "-crashed.zip", directory.resolve("crashed"));
        try (FileSystemBackend store = open(directory.resolve("crashed"))) {
            assertThat(store.insert("counted", Map.of("name", "next"))).isEqualTo(5L);
        }
    }

    /** The header is the same in every version: eight bytes of magic, the version, and a checksum at the end. */
    @ParameterizedTest
    @ValueSource(strings = {"manifest", "journal"})
    void aStoreOfALaterVersionIsRefusedAndNotTouched(String part) throws IOException {
        Path root = directory.resolve("store");
        GoldenStore.unpack("format-1-crashed.zip", root);
        StorePaths paths = new StorePaths(root);
        Files.writeString(paths.temporary().resolve("later"), "what a later version may keep here");
        Files.delete(paths.gitignore());
        boolean journal = part.equals("journal");
        Path file = journal
                ? new JournalReader(paths.journal()).segments().firstEntry().getValue()
                : paths.manifest();
        byte[] bytes = Files.readAllBytes(file);
        int checksumAt = journal ? 20 : 12;
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.wrap(bytes).putInt(8, 2).slice(0, checksumAt));
        ByteBuffer.wrap(bytes).putInt(checksumAt, (int) checksum.getValue());
        Files.write(file, bytes);
        Map<String, String> before = contents(root);
        for (String mode : List.of("rw", "ro")) {
            assertThatThrownBy(() -> open(root, "mode", mode))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("later version");
            assertThat(contents(root)).isEqualTo(before);
        }
    }

    private static void saveEverythingAgain(Path root) {
        try (FileSystemBackend store = open(root)) {
            List<String> tables;
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                tables = transaction.catalog().tables();
            }
            for (String table : tables) {
                if (store.schemaOf(table).versionColumn().isEmpty()) {
                    store.write(
                            table,
                            WriteMode.UPDATE,
                            List.copyOf(rows(store, table).values()));
                }
            }
        }
    }

    /** The rows are the same in every layout. */
    private static String expected(String name) throws IOException {
        try (var text = GoldenStoreTest.class.getResourceAsStream(name.replace("-lines", "") + ".golden")) {
            return new String(text.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static Map<String, String> rowFiles(Path root) throws IOException {
        Map<String, String> files = contents(root);
        files.keySet().removeIf(path -> path.startsWith(".storage"));
        return files;
    }

    /** Every file and directory with its bytes and time, but for the lock, which is not the store's content. */
    private static Map<String, String> contents(Path root) throws IOException {
        Map<String, String> contents = new TreeMap<>();
        try (Stream<Path> all = Files.walk(root)) {
            for (Path path : all.toList()) {
                if (!path.endsWith("lock")) {
                    contents.put(
                            root.relativize(path).toString(),
                            Files.isDirectory(path)
                                    ? ""
                                    : Files.getLastModifiedTime(path) + " " + digest(Files.readAllBytes(path)));
                }
            }
        }
        return contents;
    }

    private static String digest(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
