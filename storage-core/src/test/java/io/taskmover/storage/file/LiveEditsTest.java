package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.rows;
import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of changes that people make to the JSON files while the store is open. */
class LiveEditsTest {
    private static final TableSchema INDEXED = NOTES.toBuilder().index("n").build();

    @TempDir
    Path root;

    private final BlockingQueue<Heard> heard = new LinkedBlockingQueue<>();

    private record Heard(CommitOrigin origin, List<RowChange> changes) {}

    private FileSystemBackend open(Layout layout, String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("layout", layout.text()));
        FileSystemBackend store = StoreFixture.open(root, all.toArray(String[]::new));
        store.onCommit((origin, changes) -> heard.add(new Heard(origin, changes)));
        return store;
    }

    /** A store with the notes a, b, c … of the numbers 1, 2, 3 …, all in their files. */
    private void fill(Layout layout, int count) {
        try (FileSystemBackend store = open(layout)) {
            store.createTable(INDEXED);
            store.write(
                    "notes",
                    WriteMode.INSERT,
                    IntStream.range(0, count)
                            .mapToObj(i -> note(Character.toString('a' + i), i + 1))
                            .toList());
        }
        heard.clear();
    }

    private Path notes() {
        return root.resolve("notes");
    }

    private static Path segment(Path directory) throws IOException {
        return SegmentFolder.list(directory).get(0);
    }

    /** Does what an editor does: replaces a note's text; null removes it. */
    private static void edit(Path notes, Layout layout, String id, String json) throws IOException {
        if (layout == Layout.ENTITY) {
            Path file = notes.resolve(id + ".json");
            if (json == null) {
                Files.delete(file);
            } else {
                Files.writeString(file, json);
            }
            return;
        }
        List<String> lines = new ArrayList<>(Files.readAllLines(segment(notes)));
        lines.removeIf(line -> line.contains("\"id\":\"" + id + "\""));
        if (json != null) {
            lines.add(json);
        }
        Files.write(segment(notes), lines);
    }

    private static String json(String id, long n) {
        return "{\"id\":\"" + id + "\",\"n\":" + n + "}";
    }

    private RowChange awaitExternal() throws InterruptedException {
        while (true) {
            Heard next = heard.poll(30, TimeUnit.SECONDS);
            assertThat(next).as("a commit that is heard of").isNotNull();
            if (next.origin() == CommitOrigin.EXTERNAL && !next.changes().isEmpty()) {
                return next.changes().get(0);
            }
        }
    }

    private static List<Row> withNumber(FileSystemBackend store, long n) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return withNumber(transaction, n);
        }
    }

    private static List<Row> withNumber(BackendTransaction transaction, long n) {
        List<Row> found = new ArrayList<>();
        try (RowCursor cursor =
                transaction.select(Select.from("notes").where(field("n").eq(n).condition()))) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                found.add(row);
            }
        }
        return found;
    }

    @ParameterizedTest
    @EnumSource
    void aChangedRowIsCommittedOnceItIsStable(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes")).hasSize(3); // all in memory now
            long start = System.nanoTime();
            edit(notes(), layout, "b", json("b", 20));
            assertThat(awaitExternal()).isEqualTo(new RowChange("notes", "b", note("b", 2), note("b", 20)));
            assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(EditKeeper.STABLE_NANOS);
            assertThat(store.find("notes", "b")).contains(note("b", 20));
            assertThat(withNumber(store, 20)).containsExactly(note("b", 20));
            assertThat(withNumber(store, 2)).isEmpty();
            assertThat(store.verify().problems()).isEmpty();
            assertThat(store.metrics().value(Metric.EDITS_COMMITTED)).isEqualTo(1);
            assertThat(store.metrics().value(Metric.EDITS_REFUSED)).isZero();
        }
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes").values()).containsExactly(note("a", 1), note("b", 20), note("c", 3));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    /** The system tells of it before the store itself has noted that the table has files. */
    @Test
    void anEditRightAfterAFileCameIsCommitted() throws Exception {
        try (FileSystemBackend store = open(Layout.ENTITY)) {
            store.createTable(INDEXED);
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1)));
            Path file = notes().resolve("a.json");
            while (Files.notExists(file)) {
                Thread.onSpinWait();
            }
            Files.writeString(file, json("a", 1_000));
            assertThat(awaitExternal().after()).isEqualTo(note("a", 1_000));
            assertThat(store.find("notes", "a")).contains(note("a", 1_000));
        }
    }

    @ParameterizedTest
    @EnumSource
    void newAndRemovedRowsAreCommitted(Layout layout) throws Exception {
        fill(layout, 5);
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes")).hasSize(5);
            edit(notes(), layout, "f", json("f", 60));
            assertThat(awaitExternal()).isEqualTo(new RowChange("notes", "f", null, note("f", 60)));
            edit(notes(), layout, "b", null);
            assertThat(awaitExternal()).isEqualTo(new RowChange("notes", "b", note("b", 2), null));
            assertThat(rows(store, "notes").keySet()).containsExactly("a", "c", "d", "e", "f");
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aRowThatNobodyHasReadYetIsReplacedAllTheSame(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout);
                BackendTransaction before = store.begin(TransactionOptions.READ_ONLY)) {
            edit(notes(), layout, "b", json("b", 20));
            RowChange change = awaitExternal();
            assertThat(change.before()).isNull();
            assertThat(change.beforeKnown()).isFalse();
            assertThat(change.after()).isEqualTo(note("b", 20));
            assertThat(store.find("notes", "b")).contains(note("b", 20));
            assertThat(withNumber(store, 20)).containsExactly(note("b", 20));
            assertThat(withNumber(store, 2)).isEmpty();
            assertThat(store.write("notes", WriteMode.UPDATE, List.of(note("b", 21))))
                    .containsExactly(note("b", 21));
            // what it was before nobody knows: never another value
            assertThatThrownBy(() -> before.find("notes", "b")).isInstanceOf(ConflictException.class);
            assertThatThrownBy(() -> withNumber(before, 2)).isInstanceOf(ConflictException.class);
            assertThat(before.find("notes", "a")).contains(note("a", 1));
        }
        try (FileSystemBackend store = open(layout)) {
            assertThat(withNumber(store, 2)).isEmpty();
            assertThat(withNumber(store, 21)).containsExactly(note("b", 21));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void manyEditsAtOnceOfRowsThatNobodyHasReadAreAllCommitted(Layout layout) throws Exception {
        fill(layout, 20);
        try (FileSystemBackend store = open(layout)) {
            for (int i = 0; i < 20; i++) {
                String id = Character.toString('a' + i);
                edit(notes(), layout, id, json(id, 100 + i % 3));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(awaitExternal().after()).isNotNull();
            }
            assertThat(withNumber(store, 100)).hasSize(7);
            assertThat(withNumber(store, 5)).isEmpty();
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aLookUpWaitsForAnEditOfARowThatIsNotInMemory(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            edit(notes(), layout, "c", json("c", 33));
            assertThat(store.find("notes", "c")).contains(note("c", 33));
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEditThatIsNoRowStaysAndIsReportedAndTheLastValueGoesOn(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes")).hasSize(3);
            String bad = "{\"id\":\"b\",\"n\":\"two\"}";
            edit(notes(), layout, "b", bad);
            edit(notes(), layout, "a", json("a", 10)); // after it, in another row
            assertThat(awaitExternal().after()).isEqualTo(note("a", 10));
            awaitRefused(store, 1);
            assertThat(store.find("notes", "b")).contains(note("b", 2));
            assertThat(withNumber(store, 2)).containsExactly(note("b", 2));
            assertThat(store.verify().problems()).singleElement().asString().contains("two");
            store.drain();
            Path file = layout == Layout.ENTITY ? notes().resolve("b.json") : segment(notes());
            assertThat(file).content().contains(bad);
            edit(notes(), layout, "b", json("b", 22));
            assertThat(awaitExternal().after()).isEqualTo(note("b", 22));
            awaitRefused(store, 0);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    private static void awaitRefused(FileSystemBackend store, long count) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (store.metrics().value(Metric.EDITS_REFUSED) != count) {
            assertThat(System.nanoTime() - deadline)
                    .as("refused edits " + store.metrics().meters())
                    .isNegative();
            // not without a pause: the metrics take the very locks that the awaited thread needs
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5));
        }
    }

    @ParameterizedTest
    @EnumSource
    void aBrokenEditOfARowThatIsNotInMemoryIsAnErrorAndNeverAnotherValue(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            edit(notes(), layout, "b", "{\"id\":\"b\",\"n\":\"two\"}");
            awaitRefused(store, 1);
            assertThatThrownBy(() -> store.find("notes", "b")).isInstanceOf(CorruptionException.class);
            assertThat(store.find("notes", "a")).contains(note("a", 1));
            assertThatThrownBy(() -> rows(store, "notes")).isInstanceOf(CorruptionException.class);
            edit(notes(), layout, "b", json("b", 22));
            assertThat(awaitExternal().after()).isEqualTo(note("b", 22));
            assertThat(rows(store, "notes")).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEditThatBreaksAUniqueIndexIsRefused(Layout layout) throws Exception {
        try (FileSystemBackend store = open(layout)) {
            store.createTable(NOTES.toBuilder().unique("n").build());
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1), note("b", 2), note("c", 3)));
            store.drain();
            edit(notes(), layout, "b", json("b", 3));
            awaitRefused(store, 1);
            assertThat(store.find("notes", "b")).contains(note("b", 2));
            edit(notes(), layout, "b", json("b", 4));
            awaitRefused(store, 0);
            assertThat(store.find("notes", "b")).contains(note("b", 4));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void membersThatAreNoColumnsBecomeColumns(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            edit(notes(), layout, "b", "{\"id\":\"b\",\"n\":2,\"color\":\"red\"}");
            assertThat(awaitExternal().id()).isEqualTo("b");
            assertThat(store.schemaOf("notes").columns())
                    .extracting(Column::name)
                    .containsExactly("id", "n", "color");
            assertThat(store.find("notes", "b").orElseThrow().get("color")).isEqualTo("red");
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEditRaisesTheVersionSoThatWhoReadTheFormerRowIsTold(Layout layout) throws Exception {
        TableSchema versioned = TableSchema.builder("notes")
                .column("id", DataType.TEXT)
                .column("n", DataType.INTEGER)
                .column("v", DataType.INTEGER)
                .primaryKey("id")
                .version("v")
                .build();
        try (FileSystemBackend store = open(layout)) {
            store.createTable(versioned);
            Row first = Row.of(versioned.rowType(), "a", 1L, null);
            Row stored = store.write("notes", WriteMode.UPSERT, List.of(first)).get(0);
            store.write("notes", WriteMode.UPSERT, List.of(Row.of(versioned.rowType(), "b", 2L, null)));
            assertThat(stored.get("v")).isEqualTo(1L);
            store.drain();
            edit(notes(), layout, "a", "{\"id\":\"a\",\"n\":5,\"v\":1}");
            assertThat(awaitExternal().after()).isEqualTo(Row.of(versioned.rowType(), "a", 5L, 2L));
            assertThatThrownBy(() -> store.write("notes", WriteMode.UPSERT, List.of(stored)))
                    .isInstanceOf(ConflictException.class);
            store.drain();
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void filesThatAreRemovedOneAfterTheOtherAreAllDeletedInTheEnd(Layout layout) throws Exception {
        fill(layout, 5);
        try (FileSystemBackend store = open(layout)) {
            edit(notes(), layout, "a", null);
            // the first is stable before the second, and the second before anybody has looked at the first again
            LockSupport.parkNanos(EditKeeper.STABLE_NANOS / 3);
            edit(notes(), layout, "b", null);
            assertThat(List.of(awaitExternal().id(), awaitExternal().id())).containsExactlyInAnyOrder("a", "b");
            assertThat(rows(store, "notes")).hasSize(3);
        }
    }

    @ParameterizedTest
    @EnumSource
    void moreThanHalfOfATableGoneIsNotTakenForDeletions(Layout layout) throws Exception {
        fill(layout, 5);
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes")).hasSize(5);
            for (String id : List.of("a", "b", "c")) {
                edit(notes(), layout, id, null);
            }
            awaitRefused(store, 3);
            assertThat(rows(store, "notes")).hasSize(5);
            assertThat(store.verify().problems()).hasSize(3);
            assertThat(heard).isEmpty();
        }
        assertThatThrownBy(() -> open(layout))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("3 of the 5 rows of the table 'notes'")
                .hasMessageContaining("acceptDeletes=true");
        try (FileSystemBackend store = open(layout, "acceptDeletes", "true")) {
            assertThat(rows(store, "notes").keySet()).containsExactly("d", "e");
        }
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes").keySet()).containsExactly("d", "e");
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void rowsThatComeBackAreThereAsIfNothingHadBeen(Layout layout) throws Exception {
        fill(layout, 5);
        try (FileSystemBackend store = open(layout)) {
            for (String id : List.of("a", "b", "c")) {
                edit(notes(), layout, id, null);
            }
            awaitRefused(store, 3);
            for (int i = 0; i < 3; i++) {
                String id = Character.toString('a' + i);
                edit(notes(), layout, id, json(id, i + 1));
            }
            awaitRefused(store, 0);
            assertThat(store.awaitEdits()).isTrue();
            assertThat(rows(store, "notes")).hasSize(5);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aVanishedFolderIsNotTakenForDeletionsAndMayComeBack(Layout layout) throws Exception {
        fill(layout, 4);
        Path elsewhere = root.resolve(".elsewhere");
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes")).hasSize(4);
            Files.move(notes(), elsewhere);
            awaitRefused(store, 4);
            assertThat(rows(store, "notes")).hasSize(4);
            assertThat(store.verify().problems()).anyMatch(problem -> problem.contains("is gone"));
            Files.move(elsewhere, notes());
            awaitRefused(store, 0);
            edit(notes(), layout, "b", json("b", 20));
            assertThat(awaitExternal().after()).isEqualTo(note("b", 20));
            assertThat(store.verify().problems()).isEmpty();
        }
        Files.move(notes(), elsewhere);
        assertThatThrownBy(() -> open(layout))
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("acceptDeletes");
        try (FileSystemBackend store = open(layout, "acceptDeletes", "true")) {
            assertThat(rows(store, "notes")).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatWasChangedIsCommittedBeforeItIsReplaced(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            store.write("notes", WriteMode.UPDATE, List.of(note("b", 7)));
            edit(notes(), layout, "b", json("b", 20));
            store.drain();
            assertThat(awaitExternal()).isEqualTo(new RowChange("notes", "b", note("b", 7), note("b", 20)));
            assertThat(store.find("notes", "b")).contains(note("b", 20));
            store.drain();
            assertThat(store.verify().problems()).isEmpty();
        }
        try (FileSystemBackend store = open(layout)) {
            assertThat(rows(store, "notes").values()).containsExactly(note("a", 1), note("b", 20), note("c", 3));
        }
        assertThat(quarantined()).isEmpty();
    }

    @ParameterizedTest
    @EnumSource
    void aFileThatWasChangedIntoNoRowIsCopiedToTheQuarantineBeforeItIsReplaced(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            store.write("notes", WriteMode.UPDATE, List.of(note("b", 7)));
            String bad = "{\"id\":\"b\",\"n\":\"two\"}";
            edit(notes(), layout, "b", bad);
            store.drain();
            assertThat(store.find("notes", "b")).contains(note("b", 7));
            assertThat(quarantined())
                    .singleElement()
                    .satisfies(copy -> assertThat(copy).content().contains("two"));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @ParameterizedTest
    @EnumSource
    void anEditInTheWayWhenTheStoreIsClosedIsTakenOverAtTheNextOpening(Layout layout) throws Exception {
        fill(layout, 3);
        try (FileSystemBackend store = open(layout)) {
            store.write("notes", WriteMode.UPDATE, List.of(note("b", 7)));
            edit(notes(), layout, "b", json("b", 20));
        }
        try (FileSystemBackend store = open(layout)) {
            store.drain();
            store.drain();
            assertThat(rows(store, "notes").values()).containsExactly(note("a", 1), note("b", 20), note("c", 3));
            assertThat(store.verify().problems()).isEmpty();
        }
        assertThat(quarantined()).isEmpty();
    }

    private List<Path> quarantined() throws IOException {
        Path quarantine = new StorePaths(root).quarantine();
        if (!Files.isDirectory(quarantine)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(quarantine)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .toList();
        }
    }

    @ParameterizedTest
    @EnumSource
    void inRecoveryTooAFileThatWasChangedIsCommittedBeforeItIsReplaced(Layout layout) throws Exception {
        fill(layout, 3);
        Path crashed = root.resolve(".crashed");
        try (FileSystemBackend store = open(layout);
                FileSystemBackend reader = StoreFixture.open(root, "mode", "ro")) {
            assertThat(rows(reader, "notes")).hasSize(3); // while it is open, commits stay in the journal
            store.write("notes", WriteMode.UPDATE, List.of(note("b", 7), note("c", 8)));
            copy(root, crashed);
        }
        edit(crashed.resolve("notes"), layout, "b", json("b", 20));
        try (FileSystemBackend store = StoreFixture.open(crashed)) {
            assertThat(store.replayed()).isEqualTo(1);
            store.drain();
            store.drain();
            assertThat(rows(store, "notes").values()).containsExactly(note("a", 1), note("b", 20), note("c", 8));
            assertThat(store.verify().problems()).isEmpty();
        }
        try (FileSystemBackend store = StoreFixture.open(crashed)) {
            assertThat(rows(store, "notes").values()).containsExactly(note("a", 1), note("b", 20), note("c", 8));
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        List<Path> all;
        try (Stream<Path> walk = Files.walk(from)) {
            all = walk.filter(path -> !path.startsWith(to)).toList();
        }
        for (Path path : all) {
            Path target = to.resolve(from.relativize(path));
            if (Files.isDirectory(path)) {
                Files.createDirectories(target);
            } else {
                Files.copy(path, target, StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    @Test
    void whatTheStoreWritesItselfIsNobodysEdit() {
        try (FileSystemBackend store = open(Layout.ENTITY)) {
            store.createTable(INDEXED);
            for (int round = 0; round < 5; round++) {
                int n = round;
                store.write(
                        "notes",
                        WriteMode.UPSERT,
                        IntStream.range(0, 1_500)
                                .mapToObj(i -> note("n" + i, i * 10L + n))
                                .toList());
                store.drain();
            }
            store.delete("notes", field("n").atLeast(10_000L).condition());
            store.drain();
            assertThat(store.awaitEdits()).isTrue();
            assertThat(heard).allMatch(commit -> commit.origin() == CommitOrigin.APPLICATION);
            assertThat(store.metrics().value(Metric.EDITS_COMMITTED)).isZero();
            assertThat(store.metrics().value(Metric.EDITS_REFUSED)).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource
    void whereTheSystemDoesNotTellTheFilesAreLookedAt(Layout layout) throws Exception {
        try (FileSystem system = Jimfs.newFileSystem(Configuration.unix().toBuilder()
                .setAttributeViews("basic", "owner", "posix", "unix")
                .build())) {
            Path memory = system.getPath("/store");
            FileSystemBackend store = new FileSystemBackend(
                    new RealDisk() {
                        @Override
                        public void forceDirectory(Path directory) {}
                    },
                    Materialiser.MAX_BACKLOG_BYTES);
            try (store) {
                store.connect(
                        memory,
                        StorageConfig.builder("file:store")
                                .option("layout", layout.text())
                                .build());
                store.onCommit((origin, changes) -> heard.add(new Heard(origin, changes)));
                store.createTable(INDEXED);
                store.write("notes", WriteMode.INSERT, List.of(note("a", 1), note("b", 2)));
                store.drain();
                edit(memory.resolve("notes"), layout, "b", json("b", 20));
                assertThat(awaitExternal().after()).isEqualTo(note("b", 20));
                assertThat(store.find("notes", "b")).contains(note("b", 20));
            }
        }
    }

    @Test
    void keysThatAFileNameDoesNotTellAreFoundByTheirContent() throws Exception {
        TableSchema pairs = TableSchema.builder("pairs")
                .column("day", DataType.DATE)
                .column("n", DataType.INTEGER)
                .column("text", DataType.TEXT)
                .primaryKey("day", "n")
                .build();
        try (FileSystemBackend store = open(Layout.ENTITY)) {
            store.createTable(pairs);
            store.insert("pairs", Map.of("day", java.time.LocalDate.of(2026, 1, 2), "n", 1, "text", "x"));
            store.insert("pairs", Map.of("day", java.time.LocalDate.of(2026, 1, 2), "n", 2, "text", "y"));
            store.insert("pairs", Map.of("day", java.time.LocalDate.of(2026, 1, 2), "n", 3, "text", "z"));
            store.drain();
            Path file = root.resolve("pairs/2026-01-02,2.json");
            Files.writeString(file, Files.readString(file).replace("\"y\"", "\"yes\""));
            assertThat(awaitExternal().after().get("text")).isEqualTo("yes");
            Files.delete(file);
            assertThat(awaitExternal().after()).isNull();
            assertThat(store.verify().problems()).isEmpty();
        }
    }
}
