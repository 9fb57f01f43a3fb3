package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class MaterialiserTest {
    private final CountingDisk disk = new CountingDisk();

    @TempDir
    Path root;

    @Test
    void theCheckpointMovesOnlyWhenFilesAndDirectoriesAreDurable() {
        try (FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root)) {
            store.createTable(NOTES);
            store.drain();
            disk.operations.clear();
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1), note("b", 2)));
            store.drain();
            List<String> order = disk.operations;
            assertThat(order.get(0)).startsWith("force ").endsWith(".journal");
            int manifest = order.indexOf("force manifest");
            for (String file : List.of("a.json", "b.json")) {
                assertThat(order.indexOf("force " + file)).isPositive().isLessThan(order.indexOf("move " + file));
                assertThat(order.indexOf("move " + file)).isLessThan(order.indexOf("forceDirectory notes"));
            }
            assertThat(order.indexOf("forceDirectory notes")).isPositive().isLessThan(manifest);
        }
    }

    @Test
    void theJournalIsTrimmedOnlyAfterTheManifestIsDurable() {
        String text = "x".repeat(1 << 20);
        try (FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root, "durability", "none")) {
            store.createTable(NOTES.toBuilder().column("text", DataType.TEXT).build());
            for (int i = 0; i < 20; i++) {
                store.insert("notes", Map.of("id", "a", "n", i, "text", text));
                store.delete("notes", "a");
            }
            store.drain();
        }
        List<String> order = disk.operations;
        int trim = firstIndex(order, "delete \\d+\\.journal");
        assertThat(trim).isPositive();
        // the journal's own thread goes on meanwhile
        assertThat(order.subList(0, trim))
                .filteredOn(operation -> !operation.matches(".*(journal|segment)"))
                .last()
                .isEqualTo("force manifest");
    }

    @Test
    void aCompactManifestIsDurableWithItsNameBeforeItCounts() {
        FileSystemBackend store = new FileSystemBackend(disk, Bounds.USUAL.withManifestGrowth(500));
        try (store) {
            store.connect(StorageConfig.of("file:" + root));
            store.createTable(NOTES);
            store.drain();
            disk.operations.clear();
            for (int i = 0; i < 30; i++) {
                store.write("notes", WriteMode.UPSERT, List.of(note("n" + i, i)));
                store.drain();
            }
        }
        List<String> order = disk.operations;
        int move = order.indexOf("move manifest");
        assertThat(move).isPositive();
        assertThat(order.subList(move - 1, move + 2))
                .containsExactly("force manifest", "move manifest", "forceDirectory .storage");
    }

    /** The file that had its name before has none any more: what is said in that would be lost, and the journal let go. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aCompactManifestThatCannotBeOpenedIsNotTakenForTheFormer(boolean whenTheStoreIsClosed) throws IOException {
        AtomicBoolean compact = new AtomicBoolean();
        AtomicBoolean armed = new AtomicBoolean();
        AtomicBoolean failed = new AtomicBoolean();
        disk.hook = (operation, path) -> {
            if (path.endsWith("manifest") && operation.equals("move")) {
                compact.set(true);
            } else if (path.endsWith("manifest") && operation.equals("open") && compact.get() && armed.get()) {
                armed.set(false);
                failed.set(true);
                throw new IOException("too many open files");
            }
        };
        Map<Object, Row> acknowledged = new HashMap<>();
        FileSystemBackend store = new FileSystemBackend(disk, Bounds.USUAL.withManifestGrowth(500));
        try (store) {
            store.connect(StorageConfig.of("file:" + root));
            store.createTable(NOTES);
            store.drain();
            compact.set(false);
            armed.set(!whenTheStoreIsClosed);
            for (int i = 0; i < 40; i++) {
                try {
                    store.write("notes", WriteMode.INSERT, List.of(note("n" + i, i)));
                    acknowledged.put("n" + i, note("n" + i, i));
                    store.drain();
                } catch (StorageException e) {
                    assertThat(failed).isTrue();
                }
            }
            compact.set(false);
            armed.set(true);
        }
        assertThat(failed).isTrue();
        for (int i = 0; i < 2; i++) {
            try (FileSystemBackend again = open(root)) {
                assertThat(rows(again, "notes")).containsAllEntriesOf(acknowledged);
                assertThat(again.verify().problems()).isEmpty();
            }
        }
    }

    @Test
    void repeatedWritesOfARowBecomeOneFile() {
        try (FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root, "durability", "none")) {
            store.createTable(NOTES);
            for (int i = 0; i < 500; i++) {
                store.write("notes", WriteMode.UPSERT, List.of(note("a", i)));
            }
            store.drain();
        }
        assertThat(disk.operations.stream().filter("move a.json"::equals).count())
                .isBetween(1L, 100L);
    }

    @Test
    void writersWaitWhenTooMuchWaitsToBecomeFiles() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        try (FileSystemBackend store = open(disk, 2_000, root)) {
            store.createTable(NOTES);
            store.drain();
            disk.hook = (operation, path) -> {
                if (operation.equals("move") && path.toString().endsWith(".json")) {
                    stuck.countDown();
                    await(go);
                }
            };
            CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> {
                for (int i = 0; i < 200; i++) {
                    store.write("notes", WriteMode.INSERT, List.of(note("n" + i, i)));
                }
                return 200;
            });
            stuck.await();
            // the files cannot be made: the writer comes to the bound and stays there
            assertThatThrownBy(() -> writer.get(700, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            go.countDown();
            assertThat(writer.get()).isEqualTo(200);
            assertThat(store.verify().problems()).isEmpty();
            assertThat(rows(store, "notes")).hasSize(200);
        }
    }

    @Test
    void aFullDiskIsNamedAndWritingGoesOnOnceThereIsSpace() {
        try (FileSystemBackend store = open(disk, 2_000, root)) {
            store.createTable(NOTES);
            store.drain();
            disk.hook = (operation, path) -> {
                if (operation.equals("create")) {
                    throw new IOException("No space left on device");
                }
            };
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 1_000; i++) {
                            store.write("notes", WriteMode.UPSERT, List.of(note("n" + i, i)));
                        }
                    })
                    .isInstanceOfSatisfying(StorageIoException.class, e -> {
                        assertThat(e.diskFull()).isTrue();
                        assertThat(e.retryable()).isTrue();
                    });
            assertThat(store.find("notes", "n0")).isPresent();
            assertThatThrownBy(store::verify).isInstanceOf(StorageException.class);
            disk.hook = (operation, path) -> {};
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (true) {
                try {
                    store.write("notes", WriteMode.UPSERT, List.of(note("after", 1)));
                    break;
                } catch (StorageIoException e) {
                    assertThat(System.nanoTime()).isLessThan(deadline);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // leaves the locks to who recovers
                }
            }
            store.drain();
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void aFailedForceOfAFileStopsTheStoreAndLosesNothing() {
        FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root);
        store.createTable(NOTES);
        store.drain();
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.toString().endsWith("a.json")) {
                throw new IOException("Input/output error");
            }
        };
        store.write("notes", WriteMode.INSERT, List.of(note("a", 1)));
        assertThatThrownBy(store::drain).isInstanceOf(StorageException.class);
        disk.hook = (operation, path) -> {};
        assertThatThrownBy(() -> store.write("notes", WriteMode.INSERT, List.of(note("b", 1))))
                .isInstanceOf(StorageException.class);
        store.close();
        try (FileSystemBackend again = open(root)) {
            assertThat(again.find("notes", "a")).contains(note("a", 1));
            assertThat(again.find("notes", "b")).isEmpty();
            assertThat(again.verify().problems()).isEmpty();
        }
    }

    @Test
    void whoWaitsForTheJournalHearsOfWantOfMemory() {
        FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root);
        store.createTable(NOTES);
        store.drain();
        disk.hook = (operation, path) -> {
            if (operation.equals("write")) {
                throw new OutOfMemoryError("direct buffer memory");
            }
        };
        assertThatThrownBy(() -> store.write("notes", WriteMode.INSERT, List.of(note("a", 1))))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("direct buffer memory");
        disk.hook = (operation, path) -> {};
        store.close();
    }

    @Test
    void aSegmentThatCouldNotBeRemovedIsNoGapInTheJournal() throws IOException {
        AtomicInteger refused = new AtomicInteger();
        disk.hook = (operation, path) -> {
            if (operation.equals("delete") && path.toString().endsWith(".journal") && refused.getAndIncrement() == 0) {
                throw new IOException("the file is in use");
            }
        };
        String text = "x".repeat(1 << 20);
        FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root, "durability", "none");
        store.createTable(NOTES.toBuilder().column("text", DataType.TEXT).build());
        for (int i = 0; i < 40; i++) {
            store.insert("notes", Map.of("id", "n" + i, "n", i, "text", text));
            if (i == 20) {
                drainAtLast(store);
            }
        }
        drainAtLast(store);
        assertThat(refused.get()).isGreaterThan(1);
        // what is left has no gap
        long checkpoint = 41;
        JournalReader journal = new JournalReader(root.resolve(".storage/journal"));
        assertThat(journal.read(checkpoint, new HashMap<>(), commit -> {}).lastSequence())
                .isEqualTo(checkpoint);
        assertThat(journal.segments()).hasSizeLessThan(3);
        store.close();
    }

    @Test
    void aStoreThatIsKilledOnceItsJournalIsInTheFilesOpensAgain() throws IOException {
        Path killed = root.resolve("killed");
        Path again = root.resolve("again");
        try (FileSystemBackend store = open(root.resolve("first"))) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1)));
            copy(root.resolve("first"), killed);
        }
        try (FileSystemBackend recovered = open(killed)) {
            recovered.drain(); // and nothing is committed that would go to a new segment
            copy(killed, again);
        }
        try (FileSystemBackend store = open(again)) {
            assertThat(store.find("notes", "a")).contains(note("a", 1));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    /** What the manifest tells of the former table, out of order, has keys that those of the new one cannot be compared to. */
    @ParameterizedTest
    @EnumSource
    void aTableThatWasMadeAnewWithKeysOfAnotherTypeIsRecovered(Layout layout) throws IOException {
        Path killed = root.resolve("killed");
        TableSchema numbered = TableSchema.builder("notes")
                .column("id", DataType.INTEGER)
                .primaryKey("id")
                .build();
        String named = layout.name().toLowerCase(Locale.ROOT);
        try (FileSystemBackend store =
                open(disk, Materialiser.MAX_BACKLOG_BYTES, root.resolve("first"), Layout.OPTION, named)) {
            store.createTable(numbered);
            for (long id : new long[] {2, 1}) {
                store.write("notes", WriteMode.INSERT, List.of(Row.of(numbered.rowType(), id)));
                store.drain();
            }
            disk.hook = (operation, path) -> {
                if (path.startsWith(root.resolve("first/notes"))) {
                    throw new IOException("the new table is to be in the journal alone");
                }
            };
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().drop("notes");
                transaction.catalog().create(NOTES);
                transaction.write("notes", WriteMode.INSERT, List.of(note("a", 1)));
                transaction.commit();
            }
            copy(root.resolve("first"), killed);
            disk.hook = (operation, path) -> {};
        }
        for (int i = 0; i < 2; i++) {
            try (FileSystemBackend store = open(killed)) {
                assertThat(rows(store, "notes")).isEqualTo(Map.of("a", note("a", 1)));
                assertThat(store.verify().problems()).isEmpty();
            }
        }
    }

    /** What a process leaves that is killed now. */
    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                if (!file.getFileName().toString().equals("lock")) {
                    Files.copy(file, to.resolve(from.relativize(file).toString()), StandardCopyOption.COPY_ATTRIBUTES);
                }
            }
        }
    }

    @Test
    void aBatchThatIsTriedAgainPutsNoRowIntoTwoFiles() throws IOException {
        FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root);
        store.createTable(NOTES);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < EntityFolder.FLAT_FILES; i++) {
            rows.add(note("n" + i, i));
        }
        store.write("notes", WriteMode.INSERT, rows);
        store.drain();
        AtomicInteger failures = new AtomicInteger();
        AtomicBoolean filed = new AtomicBoolean();
        disk.hook = (operation, path) -> {
            if (operation.equals("forceDirectory") && path.endsWith("notes")) {
                filed.set(true);
            } else if (operation.equals("write") && filed.get() && failures.getAndIncrement() == 0) {
                throw new IOException("No space left on device"); // the manifest's, after all files
            }
        };
        // one commit: a row that goes beyond the thousand, and another that makes room among them
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.write("notes", WriteMode.INSERT, List.of(note("late", 1)));
            transaction.delete("notes", "n7");
            transaction.commit();
        }
        drainAtLast(store);
        assertThat(failures).hasValueGreaterThan(1);
        assertThat(new EntityFolder(root.resolve("notes")).list())
                .filteredOn(file -> file.endsWith("late.json"))
                .hasSize(1);
        store.close();
        try (FileSystemBackend again = open(root)) {
            assertThat(again.verify().problems()).isEmpty();
            assertThat(rows(again, "notes")).hasSize(EntityFolder.FLAT_FILES);
        }
    }

    @Test
    void aTableDroppedBeforeItsFilesWereDoneLeavesNothing() {
        AtomicBoolean filed = new AtomicBoolean();
        CountDownLatch failed = new CountDownLatch(1);
        disk.hook = (operation, path) -> {
            if (operation.equals("move") && path.endsWith("b.json")) {
                filed.set(true);
            } else if (operation.equals("write") && filed.get()) {
                failed.countDown();
                throw new IOException("No space left on device");
            }
        };
        try (FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1), note("b", 2)));
            await(failed);
            disk.hook = (operation, path) -> {
                if (operation.equals("truncate")) {
                    throw new IOException("No space left on device"); // before the manifest is tried again
                }
            };
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().drop("notes");
                transaction.commit();
            }
        }
        assertThat(root.resolve("notes/a.json")).exists();
        open(root).close();
        assertThat(root.resolve("notes")).doesNotExist();
        assertThat(new StorePaths(root).quarantine()).doesNotExist();
    }

    /** Waits until a store has overcome a failure. */
    private static void drainAtLast(FileSystemBackend store) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (true) {
            try {
                store.drain();
                return;
            } catch (StorageIoException e) {
                assertThat(System.nanoTime()).isLessThan(deadline);
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(5)); // leaves the locks to who recovers
            }
        }
    }

    private static int firstIndex(List<String> operations, String regex) {
        for (int i = 0; i < operations.size(); i++) {
            if (operations.get(i).matches(regex)) {
                return i;
            }
        }
        return -1;
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
