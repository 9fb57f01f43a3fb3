package io.taskmover.storage.file;

import static com.google.common.jimfs.PathNormalization.CASE_FOLD_ASCII;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.deleteAll;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The store on file systems that look at names and permissions in other ways than the one that the tests run on. */
@Timeout(60)
class EveryFileSystemTest {

    enum Kind {
        /** Any bytes are a name; there are owners and modes. */
        UNIX("/data"),
        /** Names that differ in case, or in how accents are composed, are the same. */
        MACOS("/Volumes/data"),
        /** Names that differ in case are the same, many characters are forbidden, and directories cannot be forced. */
        WINDOWS("C:\\data"),
        /** As directories of ext4 can be. */
        UNIX_IGNORING_CASE("/data");

        private final String root;

        Kind(String root) {
            this.root = root;
        }

        FileSystem create() {
            return Jimfs.newFileSystem(
                    switch (this) {
                        case UNIX ->
                            Configuration.unix().toBuilder()
                                    .setAttributeViews("basic", "owner", "posix", "unix")
                                    .build();
                        case MACOS -> Configuration.osX();
                        case WINDOWS -> Configuration.windows();
                        case UNIX_IGNORING_CASE ->
                            Configuration.unix().toBuilder()
                                    .setNameCanonicalNormalization(CASE_FOLD_ASCII)
                                    .setPathEqualityUsesCanonicalForm(true)
                                    .build();
                    });
        }
    }

    /** Memory has no power cut; Jimfs does not open directories. */
    private static class MemoryDisk extends RealDisk {
        @Override
        public void forceDirectory(Path directory) throws IOException {
            assertThat(Files.isDirectory(directory)).isTrue();
        }
    }

    private static FileSystemBackend open(Path root) {
        return open(new MemoryDisk(), root);
    }

    private static FileSystemBackend open(Disk disk, Path root) {
        FileSystemBackend backend = new FileSystemBackend(disk, Materialiser.MAX_BACKLOG_BYTES);
        backend.connect(root, StorageConfig.of("file:data"));
        return backend;
    }

    @ParameterizedTest
    @EnumSource
    void whatWasWrittenIsThereAfterReopeningAndRebuilding(Kind kind) throws IOException {
        try (FileSystem system = kind.create()) {
            Path root = system.getPath(kind.root);
            Map<Object, Row> before;
            try (FileSystemBackend store = open(root)) {
                store.createTable(NOTES);
                List<Row> rows = new ArrayList<>();
                for (int i = 0; i < 1_050; i++) {
                    rows.add(note("n" + i, i));
                }
                store.write("notes", WriteMode.INSERT, rows);
                store.drain();
                store.write("notes", WriteMode.UPDATE, List.of(note("n7", -7), note("n1049", -1)));
                store.delete("notes", "n8");
                before = rows(store, "notes");
                assertThat(store.verify().problems()).isEmpty();
            }
            assertThat(root.resolve("notes").resolve("n8.json")).doesNotExist();
            try (FileSystemBackend store = open(root)) {
                assertThat(rows(store, "notes")).isEqualTo(before);
                assertThat(store.verify().problems()).isEmpty();
            }
            deleteAll(root.resolve(".storage"));
            try (FileSystemBackend store = open(root)) {
                assertThat(rows(store, "notes")).isEqualTo(before);
                try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                    transaction.catalog().drop("notes");
                    transaction.commit();
                }
                store.drain();
                assertThat(root.resolve("notes")).doesNotExist();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void whatOnlyTheJournalHoldsIsRecovered(Kind kind) throws IOException {
        try (FileSystem system = kind.create()) {
            Path root = system.getPath(kind.root);
            Path copy = root.resolveSibling("copy");
            boolean[] stuck = {false};
            Disk disk = new MemoryDisk() {
                @Override
                public void move(Path from, Path to) throws IOException {
                    if (stuck[0] && to.toString().endsWith(".json")) {
                        throw new IOException("stuck");
                    }
                    super.move(from, to);
                }
            };
            try (FileSystemBackend store = open(disk, root)) {
                store.createTable(NOTES);
                store.write("notes", WriteMode.INSERT, List.of(note("a", 1), note("b", 2)));
                store.drain();
                stuck[0] = true;
                store.write("notes", WriteMode.UPSERT, List.of(note("a", 10), note("C", 3)));
                copy(root, copy);
            }
            assertThat(copy.resolve("notes").resolve("+c.json")).doesNotExist();
            try (FileSystemBackend store = open(copy)) {
                assertThat(rows(store, "notes").values()).containsExactly(note("C", 3), note("a", 10), note("b", 2));
                assertThat(store.verify().problems()).isEmpty();
            }
            assertThat(copy.resolve("notes").resolve("+c.json")).exists();
        }
    }

    @ParameterizedTest
    @EnumSource
    void hostileIdsAndNamesOfTablesStayInTheirPlaceAndApart(Kind kind) throws IOException {
        List<String> ids = List.of(
                "../../x",
                "/etc/passwd",
                "C:\\d",
                "\\\\server\\share",
                "..",
                ".",
                "CON",
                "con",
                "nul.json",
                "a",
                "A",
                "a.",
                "a ",
                "a:b",
                "what?*",
                "é",
                "e\u0301",
                "É",
                "ß",
                "SS",
                "😀",
                "~",
                "%",
                "\u0001",
                ".schema",
                "ff",
                "FF",
                "x".repeat(512));
        List<String> tables = List.of("../evil", ".storage", "T", "t", "CON", "lpt1", "ab", "é", "e\u0301");
        try (FileSystem system = kind.create()) {
            Path root = system.getPath(kind.root);
            List<Path> beside = list(root.getRoot());
            try (FileSystemBackend store = open(root)) {
                for (String table : tables) {
                    store.createTable(TableSchema.builder(table)
                            .column("id", DataType.TEXT)
                            .column("n", DataType.TEXT)
                            .primaryKey("id")
                            .build());
                    for (String id : ids) {
                        store.insert(table, Map.of("id", id, "n", table + id));
                    }
                }
                assertThat(store.verify().problems()).isEmpty();
            }
            try (FileSystemBackend store = open(root)) {
                for (String table : tables) {
                    assertThat(rows(store, table)).hasSize(ids.size());
                    for (String id : ids) {
                        assertThat(store.find(table, id).orElseThrow().get("n"))
                                .as(id)
                                .isEqualTo(table + id);
                    }
                    assertThat(store.delete(table, "A")).isTrue();
                }
            }
            try (FileSystemBackend store = open(root)) {
                for (String table : tables) {
                    assertThat(store.find(table, "A")).isEmpty();
                    assertThat(store.find(table, "a")).isPresent();
                }
                assertThat(store.verify().problems()).isEmpty();
            }
            assertThat(list(root)).hasSize(tables.size() + 1);
            deleteAll(root.getRoot().resolve(root.subpath(0, 1)));
            assertThat(list(root.getRoot())).containsAll(beside).hasSameSizeAs(beside);
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRowIsReplacedAndDeletedWhileItsFileIsBeingRead(Kind kind) throws IOException {
        try (FileSystem system = kind.create()) {
            Path root = system.getPath(kind.root);
            try (FileSystemBackend store = open(root)) {
                store.createTable(NOTES);
                store.write("notes", WriteMode.INSERT, List.of(note("a", 1), note("b", 2)));
                store.drain();
                Path a = root.resolve("notes").resolve("a.json");
                Path b = root.resolve("notes").resolve("b.json");
                try (SeekableByteChannel ofA = Files.newByteChannel(a);
                        SeekableByteChannel ofB = Files.newByteChannel(b)) {
                    store.write("notes", WriteMode.UPDATE, List.of(note("a", 10)));
                    store.delete("notes", "b");
                    store.drain();
                    assertThat(ofA.size()).isLessThan(Files.size(a));
                    assertThat(ofB.size()).isPositive();
                }
                assertThat(Files.readString(a)).contains("10");
                assertThat(b).doesNotExist();
            }
        }
    }

    @ParameterizedTest
    @EnumSource
    void aStoreIsLockedByEveryNameThatItHas(Kind kind) throws IOException {
        try (FileSystem system = kind.create()) {
            Path root = system.getPath(kind.root);
            try (FileSystemBackend store = open(root)) {
                store.createTable(NOTES);
                assertThatThrownBy(() -> open(root)).isInstanceOf(LockedException.class);
                Path twin = root.resolveSibling("DATA");
                if (kind == Kind.UNIX) {
                    open(twin).close();
                } else {
                    assertThatThrownBy(() -> open(twin)).isInstanceOf(LockedException.class);
                }
                Path link = Files.createSymbolicLink(root.resolveSibling("link"), root);
                assertThatThrownBy(() -> open(link)).isInstanceOf(LockedException.class);
            }
            open(root.resolveSibling("link")).close();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLinkInsideTheStoreIsRefused(Kind kind) throws IOException {
        try (FileSystem system = kind.create()) {
            Path root = system.getPath(kind.root);
            try (FileSystemBackend store = open(root)) {
                store.createTable(NOTES);
            }
            Path outside = Files.writeString(root.resolveSibling("outside"), "{\"id\": \"a\", \"n\": 1}");
            Path link = Files.createSymbolicLink(root.resolve("notes").resolve("a.json"), outside);
            assertThatThrownBy(() -> open(root))
                    .isInstanceOf(StorageIoException.class)
                    .hasMessageContaining(link + " is a symbolic link");
        }
    }

    @Test
    void modesAreSetWhereThereAreModes() throws IOException {
        try (FileSystem system = Kind.UNIX.create()) {
            Path root = system.getPath(Kind.UNIX.root);
            open(root).close();
            for (Path path : List.of(root, root.resolve(".storage"), root.resolve(".storage/lock"))) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                        .isEqualTo(Files.isDirectory(path) ? "rwx------" : "rw-------");
            }
        }
    }

    /** Windows deletes and replaces no file that is mapped, or open in the way of {@link RandomAccessFile}. */
    @Test
    void noFileIsMappedOrOpenedInAWayThatBlocksItsDeletion() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .belongToAnyOf(RandomAccessFile.class, MappedByteBuffer.class, FileChannel.MapMode.class)
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.FileOutputStream")
                .orShould()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.FileInputStream")
                .check(new ClassFileImporter()
                        .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                        .importPackages("io.taskmover.storage.file"));
    }

    /** What a crash leaves: without what is under construction, and with the lock file of who is dead. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.filter(path -> !path.startsWith(new StorePaths(from).temporary()))
                    .toList()) {
                Files.copy(path, to.resolve(from.relativize(path)));
            }
        }
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.toList();
        }
    }
}
