package io.taskmover.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups as files: when they are there, and that whatever happens to them is told. */
class StoreBackupTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();
    private static final TableSchema NUMBERS = TableSchema.builder("numbers")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();

    private static final int BITS = Boolean.getBoolean("crash") ? 1 : 8;

    @TempDir
    private Path directory;

    private final StorageBackend store = StorageBackend.open(StorageConfig.of("memory:"));
    private Path file;

    @BeforeEach
    void fill() {
        file = directory.resolve("backup.zip");
        store.createTable(NOTES);
        store.createTable(NUMBERS);
        write("notes", Map.of("id", "a", "text", "one"), Map.of("id", "b", "text", "two"));
        write("numbers", Map.of("id", 1, "n", 10), Map.of("id", 2, "n", 20), Map.of("id", 3, "n", 30));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @SafeVarargs
    private void write(String table, Map<String, Object>... rows) {
        for (Map<String, Object> row : rows) {
            store.insert(table, row);
        }
    }

    private BackupManifest backUp() {
        return StoreBackup.at(file)
                .clock(Clock.fixed(Instant.parse("2026-11-29T12:00:00Z"), ZoneOffset.UTC))
                .write(store);
    }

    private byte[] backedUp() throws IOException {
        backUp();
        return Files.readAllBytes(file);
    }

    private CorruptionException refused(byte[] bytes) throws IOException {
        Files.write(file, bytes);
        try {
            StoreBackup.at(file).verify();
        } catch (CorruptionException e) {
            assertThat(e).hasMessageContaining(file.toString());
            return e;
        }
        throw new AssertionError("It is taken for whole");
    }

    @Test
    void everyBitOfABackupCounts() throws IOException {
        byte[] whole = backedUp();
        for (int i = 0; i < whole.length; i++) {
            // in every build one bit of each byte only
            for (int bit = i % BITS; bit < 8; bit += BITS) {
                whole[i] ^= (byte) (1 << bit);
                CorruptionException refusal = refused(whole);
                assertThat(refusal.place()).matches(".*, (part [a-z0-9./]+|between its parts|its end)");
                whole[i] ^= (byte) (1 << bit);
            }
        }
        Files.write(file, whole);
        assertThat(StoreBackup.at(file).verify().rows()).isEqualTo(5);
    }

    @Test
    void aDamagedPartIsNamed() throws IOException {
        byte[] whole = backedUp();
        List<String> parts = List.of("schema/1.json", "rows/1.jsonl", "schema/2.json", "rows/2.jsonl", "manifest.json");
        String text = new String(whole, StandardCharsets.ISO_8859_1);
        for (String part : parts) {
            int from = text.indexOf(part);
            // its bytes follow its name, and the last bits of the last one may mean nothing
            int to = text.indexOf("PK\u0007\b", from) - 1;
            for (int i = from + part.length(); i < to; i++) {
                whole[i] ^= 0x10;
                assertThat(refused(whole).place()).endsWith(", part " + part);
                whole[i] ^= 0x10;
            }
        }
    }

    @Test
    void aBackupIsRefusedWhereverItIsCutOffAndIfSomethingFollows() throws IOException {
        byte[] whole = backedUp();
        for (int length = 0; length < whole.length; length++) {
            assertThat(refused(Arrays.copyOf(whole, length)).place()).endsWith("its end");
        }
        refused(Arrays.copyOf(whole, whole.length + 1));
    }

    @Test
    void whatIsNoBackupIsRefused() throws IOException {
        refused(new byte[0]);
        refused("{}\n".repeat(200).getBytes(StandardCharsets.UTF_8));
        assertThatThrownBy(() -> StoreBackup.at(directory.resolve("none.zip")).verify())
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("none.zip");
    }

    /** A backup with other parts, whose seal is right: as nobody makes it who does not mean to. */
    private static final class Forgery {
        final Map<String, byte[]> parts = new LinkedHashMap<>();

        Forgery(byte[] whole) throws IOException {
            try (ZipInputStream zip = new ZipInputStream(new ByteArrayInputStream(whole))) {
                for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                    parts.put(entry.getName(), zip.readAllBytes());
                }
            }
        }

        void replace(String part, String former, String latter) {
            String text = new String(parts.get(part), StandardCharsets.UTF_8);
            assertThat(text).contains(former);
            parts.put(part, text.replace(former, latter).getBytes(StandardCharsets.UTF_8));
        }

        /** Gives a part another content that the manifest agrees with. */
        void rewrite(String part, String content) {
            String manifest = new String(parts.get("manifest.json"), StandardCharsets.UTF_8);
            byte[] former = parts.get(part);
            byte[] latter = content.getBytes(StandardCharsets.UTF_8);
            parts.put(part, latter);
            int from = manifest.indexOf("\"" + part + "\"");
            String tail = manifest.substring(from)
                    .replaceFirst("\"bytes\": " + former.length, "\"bytes\": " + latter.length)
                    .replaceFirst("\"sha256\": \"[0-9a-f]{64}\"", "\"sha256\": \"" + sha256(latter) + "\"");
            parts.put("manifest.json", (manifest.substring(0, from) + tail).getBytes(StandardCharsets.UTF_8));
        }

        private static String sha256(byte[] bytes) {
            var digest = Sha256.begin();
            digest.update(bytes);
            return Sha256.hex(digest);
        }

        byte[] bytes() throws IOException {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            SealingOutputStream sealing = new SealingOutputStream(out);
            ZipOutputStream zip = new ZipOutputStream(sealing);
            long manifest = 0;
            for (Map.Entry<String, byte[]> part : parts.entrySet()) {
                if (part.getKey().equals("manifest.json")) {
                    manifest = sealing.count();
                }
                zip.putNextEntry(new ZipEntry(part.getKey()));
                zip.write(part.getValue());
                zip.closeEntry();
            }
            zip.setComment(BackupSeal.unsummed(manifest).text());
            zip.finish();
            sealing.seal();
            return out.toByteArray();
        }
    }

    @Test
    void aBackupIsWhatItsManifestSaysEvenIfItsSealIsRight() throws IOException {
        byte[] whole = backedUp();
        Files.write(file, new Forgery(whole).bytes());
        assertThat(StoreBackup.at(file).verify().rows()).isEqualTo(5);

        Forgery swapped = new Forgery(whole);
        byte[] first = swapped.parts.get("rows/1.jsonl");
        swapped.parts.put("rows/1.jsonl", swapped.parts.get("rows/2.jsonl"));
        swapped.parts.put("rows/2.jsonl", first);
        assertThat(refused(swapped.bytes()).place()).endsWith("part rows/1.jsonl");

        Forgery reordered = new Forgery(whole);
        List<Map.Entry<String, byte[]>> entries = new ArrayList<>(reordered.parts.entrySet());
        Collections.swap(entries, 0, 2);
        reordered.parts.clear();
        entries.forEach(entry -> reordered.parts.put(entry.getKey(), entry.getValue()));
        assertThat(refused(reordered.bytes()).place()).endsWith("part schema/1.json");

        Forgery more = new Forgery(whole);
        more.parts.put("rows/3.jsonl", new byte[0]);
        assertThat(refused(more.bytes()).place()).endsWith("part manifest.json");

        Forgery less = new Forgery(whole);
        less.parts.remove("rows/2.jsonl");
        assertThat(refused(less.bytes()).place()).endsWith("part rows/2.jsonl");

        Forgery elsewhere = new Forgery(whole);
        elsewhere.replace("manifest.json", "rows/2.jsonl", "../../rows/2.jsonl");
        assertThat(refused(elsewhere.bytes()).place()).endsWith("part rows/2.jsonl");

        Forgery later = new Forgery(whole);
        later.replace("manifest.json", "\"format\": 1", "\"format\": 2");
        assertThat(refused(later.bytes())).hasMessageContaining("format 2");
    }

    @Test
    void rowsThatCannotBeThoseOfTheTableAreRefused() throws IOException {
        byte[] whole = backedUp();
        for (String rows : List.of(
                "{\"id\":1,\"n\":10}\n{\"id\":1,\"n\":20}\n{\"id\":3,\"n\":30}\n",
                "{\"id\":1,\"n\":10}\n{\"id\":3,\"n\":20}\n{\"id\":2,\"n\":30}\n",
                "{\"id\":1,\"n\":10}\n{\"id\":2,\"m\":20}\n{\"id\":3,\"n\":30}\n",
                "{\"id\":1,\"n\":10}\n{\"n\":20}\n{\"id\":3,\"n\":30}\n",
                "{\"id\":1,\"n\":10}\n{\"id\":2,\"n\":\"x\"}\n{\"id\":3,\"n\":30}\n",
                "{\"id\":1,\"n\":10}\n{\"id\":2,\"n\":20}\n",
                "{\"id\":1,\"n\":10}\n{\"id\":2,\"n\":20}\n{\"id\":3,\"n\":30}")) {
            Forgery forgery = new Forgery(whole);
            forgery.rewrite("rows/2.jsonl", rows);
            assertThat(refused(forgery.bytes()).place()).endsWith("part rows/2.jsonl");
        }
    }

    @Test
    void aPartThatUnpacksToMoreThanItShouldIsNotUnpacked() throws IOException {
        Forgery bomb = new Forgery(backedUp());
        bomb.parts.put("rows/1.jsonl", new byte[200_000_000]);
        assertThat(refused(bomb.bytes()).place()).endsWith("part rows/1.jsonl");
        // as long as it should be, but one row
        Forgery row = new Forgery(backedUpAgain());
        row.rewrite("rows/1.jsonl", " ".repeat(200_000));
        assertThat(refused(row.bytes())).hasMessageContaining("longest");
    }

    private byte[] backedUpAgain() throws IOException {
        Files.delete(file);
        return backedUp();
    }

    @Test
    void aDamagedBackupIsNotRestored() throws IOException {
        byte[] whole = backedUp();
        whole[whole.length - 1] ^= 1; // the very last byte: all rows were read by then
        Files.write(file, whole);
        write("notes", Map.of("id", "later", "text", "three"));
        assertThatThrownBy(() -> StoreBackup.at(file).replace(store)).isInstanceOf(CorruptionException.class);
        assertThat(store.find("notes", "later")).isPresent();
    }

    @Test
    void aBackupTakesNoFilesPlaceAndWhatACrashLeftIsWrittenOver() throws IOException {
        Files.writeString(directory.resolve(".backup.zip.part"), "left by a crash".repeat(10_000));
        backUp();
        byte[] first = Files.readAllBytes(file);
        assertThatThrownBy(this::backUp).isInstanceOf(StorageIoException.class).hasMessageContaining("already");
        assertThat(Files.readAllBytes(file)).isEqualTo(first);
        try (var files = Files.list(directory)) {
            assertThat(files).containsExactly(file);
        }
        if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void whatFailsLeavesNoFile() throws IOException {
        BackupListener failing = new BackupListener() {
            @Override
            public void verifying(String table, long rows) {
                assertThat(file).doesNotExist();
                throw new IllegalStateException("Enough");
            }
        };
        assertThatThrownBy(() -> StoreBackup.at(file).listener(failing).write(store))
                .hasMessage("Enough");
        try (var files = Files.list(directory)) {
            assertThat(files).isEmpty();
        }
    }

    @Test
    void twoDoNotWriteTheSameBackup() {
        BackupListener second = new BackupListener() {
            @Override
            public void writing(String table, long rows) {
                assertThatThrownBy(() -> StoreBackup.at(file).write(store)).isInstanceOf(LockedException.class);
            }
        };
        StoreBackup.at(file).listener(second).write(store);
        assertThat(StoreBackup.at(file).verify().rows()).isEqualTo(5);
    }

    @Test
    void aBackupIsReadableByAnyZipProgram() throws IOException {
        backUp();
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(file))) {
            assertThat(zip.getNextEntry().getName()).isEqualTo("schema/1.json");
            assertThat(zip.getNextEntry().getName()).isEqualTo("rows/1.jsonl");
            assertThat(new String(zip.readAllBytes(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"id\":\"a\",\"text\":\"one\"}\n{\"id\":\"b\",\"text\":\"two\"}\n");
        }
    }

    @Test
    void loadedRowsAreWholeAndKeepTheRules() {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            Row row = store.find("notes", "a").orElseThrow();
            assertThatThrownBy(() -> transaction.load("notes", List.of(row))).hasMessageContaining("already");
        }
        assertThat(store.write(
                        "notes",
                        WriteMode.UPSERT,
                        List.of(store.find("notes", "a").orElseThrow())))
                .hasSize(1);
    }
}
