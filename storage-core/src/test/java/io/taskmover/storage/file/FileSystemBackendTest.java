package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.deleteAll;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class FileSystemBackendTest {
    @TempDir
    Path root;

    @Test
    void aRowIsAFileThatPeopleCanRead() throws IOException {
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("t1", 3)));
            store.drain();
            assertThat(root.resolve("notes/t1.json")).hasContent("{\n  \"id\": \"t1\",\n  \"n\": 3\n}\n");
            assertThat(root.resolve("notes/.schema.json")).exists();
            assertThat(root.resolve(".storage/.gitignore")).hasContent("*\n");
            store.delete("notes", "t1");
            store.drain();
            assertThat(root.resolve("notes/t1.json")).doesNotExist();
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void theSchemeFileLeadsHere() {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of("file:" + root + "?durability=batched:5ms"))) {
            assertThat(store).isInstanceOf(FileSystemBackend.class);
        }
        assertThatThrownBy(() -> open(root, "durability", "sometimes"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("batched:10ms");
    }

    @Test
    void everythingIsThereAfterReopeningWithOrWithoutItsInternals() throws IOException {
        Map<Object, Row> before;
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 1_500; i++) {
                rows.add(note("n" + i, i));
            }
            store.write("notes", WriteMode.INSERT, rows);
            before = rows(store, "notes");
        }
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).isEqualTo(before);
            assertThat(store.verify().problems()).isEmpty();
        }
        try (Stream<Path> flat = Files.list(root.resolve("notes"))) {
            assertThat(flat.filter(file -> file.getFileName().toString().matches("n.*json")))
                    .hasSize(EntityFolder.FLAT_FILES);
        }
        deleteAll(root.resolve(".storage"));
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).isEqualTo(before);
            assertThat(store.schemaOf("notes")).isEqualTo(NOTES);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void filesNeverMove() throws IOException {
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i <= EntityFolder.FLAT_FILES; i++) {
                rows.add(note("n" + String.format("%04d", i), i));
            }
            store.write("notes", WriteMode.INSERT, rows);
            store.drain();
        }
        Path hashed;
        Path flat;
        try (Stream<Path> files = Files.walk(root.resolve("notes"))) {
            List<Path> rows = files.filter(file -> file.toString().matches(".*n\\d+\\.json"))
                    .sorted()
                    .toList();
            hashed = rows.stream().filter(file -> !isFlat(file)).findFirst().orElseThrow();
            flat = rows.stream().filter(this::isFlat).findFirst().orElseThrow();
        }
        try (FileSystemBackend store = open(root)) {
            // there is room in the directory now, but a file stays where it is
            store.delete("notes", id(flat));
            store.write("notes", WriteMode.UPDATE, List.of(note(id(hashed), -1)));
            store.drain();
            assertThat(hashed).content().contains("-1");
            assertThat(flat).doesNotExist();
            store.write("notes", WriteMode.INSERT, List.of(note("new", 1)));
            store.drain();
            assertThat(root.resolve("notes/new.json")).exists();
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    private boolean isFlat(Path file) {
        return root.resolve("notes").equals(file.getParent());
    }

    private static String id(Path file) {
        return file.getFileName().toString().replace(".json", "");
    }

    @Test
    void openingReadsNoFileThatIsAsItWas() throws IOException {
        fill();
        try (FileSystemBackend store = open(root)) {
            assertThat(store.reads()).isZero();
            assertThat(store.find("notes", "b")).contains(note("b", 2));
            assertThat(store.reads()).isEqualTo(1);
        }
    }

    @Test
    void hostileIdsAndTablesStayInTheirPlace() throws IOException {
        List<String> ids = List.of(
                "../../x",
                "/etc/passwd",
                "..",
                ".",
                ".storage",
                "CON",
                "con",
                "nul.json",
                "a",
                "A",
                "a.",
                "a ",
                "é",
                "e\u0301",
                "😀",
                "~",
                "%",
                "x".repeat(512),
                "x".repeat(511) + "y",
                "ab/cd",
                "c:\\d",
                "\u0001",
                ".schema",
                "ff");
        try (FileSystemBackend store = open(root.resolve("store"))) {
            for (String table : List.of("../evil", ".storage", "T", "t", "CON", "ab")) {
                store.createTable(TableSchema.builder(table)
                        .column("id", DataType.TEXT)
                        .primaryKey("id")
                        .build());
                for (String id : ids) {
                    store.insert(table, Map.of("id", id));
                }
            }
            assertThat(store.verify().problems()).isEmpty();
        }
        try (FileSystemBackend store = open(root.resolve("store"))) {
            for (String id : ids) {
                assertThat(store.find("../evil", id)).as(id).isPresent();
                assertThat(store.find("t", id)).as(id).isPresent();
            }
        }
        try (Stream<Path> beside = Files.list(root)) {
            assertThat(beside).hasSize(1);
        }
    }

    @Test
    void savingTheSameValueAgainTouchesNoFile() throws IOException {
        Path file = root.resolve("notes/a.json");
        FileTime old = FileTime.fromMillis(1_000_000);
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.UPSERT, List.of(note("a", 1)));
            store.drain();
            Files.setLastModifiedTime(file, old);
            store.write("notes", WriteMode.UPSERT, List.of(note("a", 1)));
            store.drain();
        }
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(old);
    }

    @Test
    void aStoreBelongsToOneAndNamesIt() {
        try (FileSystemBackend first = open(root)) {
            assertThatThrownBy(() -> open(root))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("process " + ProcessHandle.current().pid());
            first.createTable(NOTES);
        }
        open(root).close();
    }

    @Test
    void whatIsNoStoreIsNotMadeOneUnasked() throws IOException {
        Path missing = root.resolve("missing");
        assertThatThrownBy(() -> open(missing, "autoCreate", "false"))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("There is no store in " + missing);
        assertThatThrownBy(() -> open(missing, "mode", "ro")).hasMessageContaining("no such directory");
        assertThat(missing).doesNotExist();
        Path file = Files.writeString(root.resolve("file"), "");
        assertThatThrownBy(() -> open(file))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("not a directory");
    }

    @Test
    void aReadOnlyStoreSeesAllAndWritesNothing() throws IOException {
        fill();
        List<String> before = listing();
        try (FileSystemBackend store = open(root, "mode", "ro")) {
            assertThat(rows(store, "notes")).hasSize(3);
            assertThat(store.verify().problems()).isEmpty();
            assertThatThrownBy(() -> store.delete("notes", "a")).isInstanceOf(UnsupportedException.class);
        }
        assertThat(listing()).isEqualTo(before);
    }

    @Test
    void syncForcesWhatTheDurabilityLeft() {
        CountingDisk disk = new CountingDisk();
        try (FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root, "durability", "none")) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1)));
            store.sync();
            int forced = disk.journalForces.get();
            assertThat(forced).isPositive();

            store.sync();
            assertThat(disk.journalForces).hasValue(forced);
            store.write("notes", WriteMode.INSERT, List.of(note("b", 1)));
            store.sync();
            assertThat(disk.journalForces).hasValueGreaterThan(forced);
        }
    }

    @Test
    void aReadOnlyStoreLeavesTheJournalAlone() throws IOException {
        CountingDisk disk = new CountingDisk();
        FileSystemBackend full = open(disk, Materialiser.MAX_BACKLOG_BYTES, root);
        full.createTable(NOTES);
        full.drain();
        disk.hook = (operation, path) -> {
            if (operation.equals("create")) {
                throw new IOException("No space left on device");
            }
        };
        full.write("notes", WriteMode.INSERT, List.of(note("a", 1)));
        full.close();
        JournalReader journal = new JournalReader(root.resolve(".storage/journal"));
        var before = journal.segments();
        assertThat(before).isNotEmpty();
        for (int i = 0; i < 2; i++) {
            try (FileSystemBackend store = open(root, "mode", "ro")) {
                assertThat(store.find("notes", "a")).contains(note("a", 1));
            }
            assertThat(journal.segments()).isEqualTo(before);
        }
        try (FileSystemBackend store = open(root)) {
            assertThat(store.find("notes", "a")).contains(note("a", 1));
        }
    }

    @Test
    void aFileThatCannotBeUnderstoodIsNamedAndLeftAlone() throws IOException {
        fill();
        Path file = root.resolve("notes/b.json");
        for (String content : List.of(
                "{\"id\": \"b\", \"n\": ", "{\"n\": 2}", "{\"id\":\"x\",\"n\":2}", "{\"id\":\"b\",\"n\":\"2\"}", "")) {
            Files.writeString(file, content);
            try (FileSystemBackend store = open(root)) {
                assertThat(store.find("notes", "a")).contains(note("a", 1));
                assertThatThrownBy(() -> store.find("notes", "b"))
                        .isInstanceOf(CorruptionException.class)
                        .hasMessageContaining(file.toString());
                assertThatThrownBy(() -> store.write("notes", WriteMode.UPSERT, List.of(note("b", 9))))
                        .isInstanceOf(CorruptionException.class);
                assertThatThrownBy(() -> store.delete("notes", "b")).isInstanceOf(CorruptionException.class);
                assertThatThrownBy(() -> rows(store, "notes")).isInstanceOf(CorruptionException.class);
                try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                    // that it is there is known, and so is its key
                    assertThat(transaction.count(Select.from("notes"))).isEqualTo(3);
                }
                store.write("notes", WriteMode.UPSERT, List.of(note("c", 30)));
                store.createTable(other());
                assertThat(rows(store, "other")).isEmpty();
                try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                    transaction.catalog().drop("other");
                    transaction.commit();
                }
                assertThat(store.verify().problems()).anyMatch(problem -> problem.contains(file.toString()));
            }
            assertThat(file).hasContent(content);
        }
        Files.writeString(file, "{\"n\": 22, \"id\": \"b\"}");
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes").values()).containsExactly(note("a", 1), note("b", 22), note("c", 30));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    private static TableSchema other() {
        return TableSchema.builder("other")
                .column("id", DataType.TEXT)
                .primaryKey("id")
                .build();
    }

    @Test
    void membersUnknownToTheTableBecomeItsColumns() throws IOException {
        fill();
        Files.writeString(
                root.resolve("notes/b.json"), "{\"id\": \"b\", \"n\": 2, \"color\": \"red\", \"more\": {\"x\": [1]}}");
        try (FileSystemBackend store = open(root)) {
            assertThat(store.schemaOf("notes").columns())
                    .extracting(Column::name)
                    .containsExactly("id", "n", "color", "more");
            assertThat(store.verify().problems()).isEmpty();
            store.update("notes", "b", Map.of("n", 20));
        }
        assertThat(root.resolve("notes/b.json")).content().contains("\"color\": \"red\"", "\"n\": 20");
        assertThat(root.resolve("notes/a.json")).hasContent("{\n  \"id\": \"a\",\n  \"n\": 1\n}\n");
        try (FileSystemBackend store = open(root)) {
            assertThat(store.find("notes", "b").orElseThrow().get("more")).isEqualTo(Map.of("x", List.of(1L)));
        }
    }

    @Test
    void anEditThatKeepsTheLengthIsFoundByAnIndex() throws IOException {
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES.toBuilder().index("n").build());
            store.insert("notes", Map.of("id", "a", "n", 1));
        }
        Path file = root.resolve("notes/a.json");
        Files.writeString(file, Files.readString(file).replace("\"n\": 1", "\"n\": 7"));
        Files.setLastModifiedTime(file, FileTime.fromMillis(0));
        try (FileSystemBackend store = open(root)) {
            assertThat(store.delete("notes", field("n").eq(7L).condition())).isEqualTo(1);
        }
    }

    @Test
    void aTableWhoseDirectoryVanishedIsNotTakenForEmpty() throws IOException {
        fill();
        Files.move(root.resolve("notes"), root.resolve("elsewhere"));
        Files.delete(root.resolve("elsewhere/.schema.json"));
        assertThatThrownBy(() -> open(root))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("is gone");
        Files.move(root.resolve("elsewhere"), root.resolve("notes"));
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).hasSize(3);
        }
    }

    @Test
    void filesThatAreNotOfTheStoreAreNotTakenOver() throws IOException {
        Path foreign = Files.createDirectories(root.resolve("notes"));
        Files.writeString(foreign.resolve("a.json"), "{}");
        try (FileSystemBackend store = open(root)) {
            assertThatThrownBy(() -> store.createTable(NOTES))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("import");
        }
        assertThat(foreign.resolve("a.json")).hasContent("{}");
    }

    @Test
    void columnsComeAndGoInTheFilesToo() throws IOException {
        fill();
        try (FileSystemBackend store = open(root)) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction
                        .catalog()
                        .addColumn("notes", Column.of("color", DataType.TEXT).withDefault("red"));
                transaction.catalog().dropColumn("notes", "n");
                transaction.commit();
            }
            assertThat(store.verify().problems()).isEmpty();
            assertThat(root.resolve("notes/a.json")).content().doesNotContain("\"n\"");
        }
        try (FileSystemBackend store = open(root)) {
            assertThat(store.find("notes", "a").orElseThrow().toMap()).isEqualTo(Map.of("id", "a", "color", "red"));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void aDroppedTableLeavesNoFilesAndGivesItsNameFree() throws IOException {
        fill();
        try (FileSystemBackend store = open(root)) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().drop("notes");
                transaction.commit();
            }
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("z", 1)));
            assertThat(store.verify().problems()).isEmpty();
            assertThat(root.resolve("notes/a.json")).doesNotExist();
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().drop("notes");
                transaction.commit();
            }
            store.drain();
            assertThat(root.resolve("notes")).doesNotExist();
        }
        try (FileSystemBackend store = open(root)) {
            assertThat(store.verify().tables()).isZero();
        }
    }

    @Test
    void generatedKeysAreNeverUsedAgain() {
        TableSchema counted = TableSchema.builder("counted")
                .column("id", DataType.INTEGER)
                .column("text", DataType.TEXT)
                .primaryKey("id")
                .generatedKey()
                .build();
        try (FileSystemBackend store = open(root)) {
            store.createTable(counted);
            assertThat(store.insert("counted", Map.of("text", "a"))).isEqualTo(1L);
            assertThat(store.insert("counted", Map.of("text", "b"))).isEqualTo(2L);
            store.delete("counted", 2L);
        }
        try (FileSystemBackend store = open(root)) {
            assertThat(store.insert("counted", Map.of("text", "c"))).isEqualTo(3L);
        }
    }

    @Test
    void aRebuiltStoreDoesNotGiveOutTheKeyOfABrokenFileAgain() throws IOException {
        TableSchema counted = TableSchema.builder("counted")
                .column("id", DataType.INTEGER)
                .column("text", DataType.TEXT)
                .primaryKey("id")
                .generatedKey()
                .build();
        try (FileSystemBackend store = open(root)) {
            store.createTable(counted);
            store.insert("counted", Map.of("text", "a"));
            store.insert("counted", Map.of("text", "b"));
        }
        Files.writeString(root.resolve("counted/2.json"), "{");
        Files.writeString(root.resolve("counted/02.json"), "no number is spelled like that");
        Files.writeString(root.resolve("counted/99999999999999999999.json"), "no such number");
        deleteAll(root.resolve(".storage"));
        try (FileSystemBackend store = open(root)) {
            assertThat(store.insert("counted", Map.of("text", "c"))).isEqualTo(3L);
        }
    }

    @Test
    void aLaterFormatIsRefusedAndNotTouched() throws IOException {
        fill();
        Path manifest = root.resolve(".storage/manifest");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[11]++;
        Files.write(manifest, bytes);
        assertThatThrownBy(() -> open(root))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("later version");
        assertThat(manifest).hasBinaryContent(bytes);
    }

    @Test
    void aFlippedBitInTheManifestIsNoticed() throws IOException {
        fill();
        Path manifest = root.resolve(".storage/manifest");
        byte[] bytes = Files.readAllBytes(manifest);
        for (int bit = 0; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(manifest, damaged);
            assertThatThrownBy(() -> open(root))
                    .as("bit %d", bit)
                    .isInstanceOfAny(CorruptionException.class, UnsupportedException.class);
        }
    }

    @Test
    void aManifestThatWasCutOffAnywhereIsNoticed() throws IOException {
        fill();
        try (FileSystemBackend store = open(root)) {
            store.write("notes", WriteMode.UPSERT, List.of(note("d", 4)));
        }
        Path manifest = root.resolve(".storage/manifest");
        byte[] bytes = Files.readAllBytes(manifest);
        for (int length = 0; length < bytes.length; length++) {
            Files.write(manifest, java.util.Arrays.copyOf(bytes, length));
            assertThatThrownBy(() -> open(root)).as("%d bytes", length).isInstanceOf(CorruptionException.class);
        }
        Files.write(manifest, bytes);
        try (FileSystemBackend store = open(root)) {
            assertThat(rows(store, "notes")).hasSize(4);
        }
    }

    private void fill() {
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1), note("b", 2), note("c", 3)));
        }
    }

    private List<String> listing() throws IOException {
        try (Stream<Path> all = Files.walk(root)) {
            List<String> lines = new ArrayList<>();
            for (Path path : all.sorted().toList()) {
                if (Files.isRegularFile(path) && !path.endsWith("lock")) {
                    lines.add(path + " " + Files.getLastModifiedTime(path) + " "
                            + HexFormat.of().formatHex(Files.readAllBytes(path)));
                }
            }
            return lines;
        }
    }
}
