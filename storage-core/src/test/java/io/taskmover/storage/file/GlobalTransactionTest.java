package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.transaction.GlobalTransaction;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.TransactionManager;
import io.taskmover.storage.transaction.TransactionState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Transactions over several stores: files, and memory. */
@Timeout(60)
class GlobalTransactionTest {
    record Item(String id, long n) {}

    @TempDir
    Path root;

    private String first;
    private String second;

    @BeforeEach
    void name() {
        first = "file:" + root.resolve("first");
        second = "file:" + root.resolve("second ünd spaces");
    }

    private static Repository<Item, String> items(Storage storage) {
        return storage.repository(Item.class, String.class);
    }

    private interface Work {
        void run(Storage one, Storage two) throws Exception;
    }

    private void open(Work work) throws Exception {
        try (Storage one = Storage.open(first);
                Storage two = Storage.open(second)) {
            work.run(one, two);
        }
    }

    @Test
    void itIsCommittedInAllStoresOrInNone() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            TransactionManager.across(one, two).transaction(tx -> {
                ones.save(new Item("a", 1));
                twos.save(new Item("b", 2));
                assertThat(ones.count()).isEqualTo(1);
                assertThat(CompletableFuture.supplyAsync(() -> ones.count() + twos.count())
                                .join())
                        .isZero();
            });
            assertThatThrownBy(() -> TransactionManager.across(one, two).transaction(tx -> {
                        ones.save(new Item("c", 1));
                        twos.save(new Item("d", 2));
                        throw new IOException("stop");
                    }))
                    .isInstanceOf(IOException.class);
            assertThat(ones.findAll()).containsExactly(new Item("a", 1));
            assertThat(twos.findAll()).containsExactly(new Item("b", 2));
            assertThat(two.backend().inDoubt()).isEmpty();
        });
        open((one, two) -> {
            assertThat(items(one).findAll()).containsExactly(new Item("a", 1));
            assertThat(items(two).findAll()).containsExactly(new Item("b", 2));
        });
    }

    @Test
    void aConflictInAnyOfThemRollsAllBack() throws Exception {
        open((one, two) -> {
            for (Storage disturbed : List.of(one, two)) {
                Repository<Item, String> ones = items(one);
                Repository<Item, String> twos = items(two);
                ones.save(new Item("a", 1));
                twos.save(new Item("a", 1));
                List<String> heard = new ArrayList<>();
                assertThatThrownBy(() -> TransactionManager.across(one, two).transaction(tx -> {
                            tx.afterRollback(() -> heard.add("rolled back"));
                            tx.afterCommit(() -> heard.add("never"));
                            ones.save(new Item("a", 2));
                            twos.save(new Item("a", 2));
                            CompletableFuture.runAsync(() -> items(disturbed).save(new Item("a", 7)))
                                    .join();
                        }))
                        .isInstanceOf(ConflictException.class);
                assertThat(heard).containsExactly("rolled back");
                assertThat(ones.findById("a").orElseThrow().n()).isEqualTo(disturbed == one ? 7 : 1);
                assertThat(twos.findById("a").orElseThrow().n()).isEqualTo(disturbed == two ? 7 : 1);
                assertThat(two.backend().inDoubt()).isEmpty();
                twos.save(new Item("free", 1));
            }
        });
    }

    @Test
    @Timeout(20)
    void itIsRetriedAsAWhole() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            ones.save(new Item("n", 0));
            twos.save(new Item("n", 0));
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                boolean forward = i % 2 == 0;
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int k = 0; k < 10; k++) {
                        // in both orders: two that hold what the other one needs do not wait for ever
                        (forward ? TransactionManager.across(one, two) : TransactionManager.across(two, one))
                                .retrying(RetryPolicy.attempts(10_000))
                                .transaction(tx -> {
                                    ones.save(new Item(
                                            "n",
                                            ones.findById("n").orElseThrow().n() + 1));
                                    twos.save(new Item(
                                            "n",
                                            twos.findById("n").orElseThrow().n() + 1));
                                });
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
            assertThat(ones.findById("n").orElseThrow().n()).isEqualTo(40);
            assertThat(twos.findById("n").orElseThrow().n()).isEqualTo(40);
        });
    }

    @Test
    void joinedWorkThatFailsDoomsTheWhole() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            twos.save(new Item("taken", 1));
            assertThatThrownBy(() -> TransactionManager.across(one, two).transaction(tx -> {
                        ones.save(new Item("a", 1));
                        assertThatThrownBy(() -> two.transaction(inner -> twos.insert(new Item("taken", 2))))
                                .isInstanceOf(DuplicateKeyException.class);
                    }))
                    .isInstanceOf(IllegalStateException.class);
            assertThat(ones.count()).isZero();
        });
    }

    @Test
    void anotherThreadTakesPartByCall() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            try (GlobalTransaction tx = TransactionManager.across(one, two).begin()) {
                CompletableFuture.runAsync(() -> {
                            try {
                                tx.call(() -> {
                                    ones.save(new Item("a", 1));
                                    return twos.save(new Item("a", 1));
                                });
                            } catch (Exception e) {
                                throw new IllegalStateException(e);
                            }
                        })
                        .join();
                tx.rollback();
                assertThat(tx.state()).isEqualTo(TransactionState.ROLLED_BACK);
            }
            assertThat(ones.count() + twos.count()).isZero();
        });
    }

    @Test
    void memoryAndFilesCommitTogether() {
        try (Storage memory = Storage.open("memory:");
                Storage files = Storage.open(first)) {
            Repository<Item, String> ones = items(memory);
            Repository<Item, String> twos = items(files);
            TransactionManager.across(memory, files).transaction(tx -> {
                ones.save(new Item("a", 1));
                twos.save(new Item("b", 2));
            });
            assertThat(ones.count()).isEqualTo(1);
            assertThat(twos.count()).isEqualTo(1);
            assertThat(Decisions.all(files.backend())).hasSize(1);
        }
    }

    @Test
    void decisionsThatNobodyNeedsAreForgotten() throws Exception {
        open((one, two) -> {
            items(one);
            items(two);
            for (int i = 0; i < 5; i++) {
                Item item = new Item("a", i);
                TransactionManager.across(one, two).transaction(tx -> {
                    items(one).save(item);
                    items(two).save(item);
                });
            }
            assertThat(Decisions.all(one.backend())).hasSize(5); // many are forgotten at once, and all at the end
        });
        open((one, two) -> {
            assertThat(Decisions.all(one.backend())).isEmpty();
            assertThat(Decisions.all(two.backend())).isEmpty();
        });
    }

    @Test
    void manyThatAreForgottenAtOnceAreNotInEachOthersWay() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int t = 0; t < 4; t++) {
                int thread = t;
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int k = 0; k < 40; k++) {
                        Item item = new Item(thread + "-" + k, k);
                        TransactionManager.across(one, two)
                                .options(TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE))
                                .retrying(RetryPolicy.attempts(10_000))
                                .transaction(tx -> {
                                    ones.save(item);
                                    twos.save(item);
                                });
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
            assertThat(Decisions.all(one.backend())).hasSizeLessThan(64);
            assertThat(ones.count()).isEqualTo(160);
            assertThat(twos.count()).isEqualTo(160);
        });
        open((one, two) -> assertThat(Decisions.all(one.backend())).isEmpty());
    }

    @Test
    void whoOnlyReadsHasNothingToDecide() throws Exception {
        open((one, two) -> {
            items(one).save(new Item("a", 1));
            items(two);
            TransactionManager.across(one, two)
                    .options(TransactionOptions.READ_ONLY)
                    .transaction(tx ->
                            assertThat(items(one).count() + items(two).count()).isEqualTo(1));
        });
    }

    @Test
    void whatFailsBeforeTheCommitInABranchRollsAllBack() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            for (Storage failing : List.of(one, two)) {
                GlobalTransaction[] global = new GlobalTransaction[1];
                assertThatThrownBy(() -> TransactionManager.across(one, two).transaction(tx -> {
                            global[0] = tx;
                            ones.save(new Item("a", 1));
                            twos.save(new Item("a", 1));
                            failing.transaction(own -> own.beforeCommit(() -> {
                                twos.save(new Item("b", 1)); // branches can still be written to
                                throw new IllegalArgumentException("no");
                            }));
                        }))
                        .isInstanceOf(IllegalArgumentException.class);
                assertThat(global[0].state()).isEqualTo(TransactionState.ROLLED_BACK);
                assertThat(ones.count() + twos.count()).isZero();
            }
        });
    }

    @Test
    void aCallbackDoesNotEndTheTransactionButMayRollItBackByWhatItThrows() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            items(two);
            GlobalTransaction[] global = new GlobalTransaction[1];
            assertThatThrownBy(() -> TransactionManager.across(one, two).transaction(tx -> {
                        global[0] = tx;
                        ones.save(new Item("a", 1));
                        tx.beforeCommit(tx::rollback);
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("callback");
            assertThat(global[0].state()).isEqualTo(TransactionState.ROLLED_BACK);
            assertThat(ones.count()).isZero();
        });
    }

    @Test
    void callbacksOfBranchesRunWhenAllHaveCommitted() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            List<String> heard = new ArrayList<>();
            TransactionManager.across(one, two).transaction(tx -> {
                one.transaction(own -> own.afterCommit(() -> {
                    twos.save(new Item("later", 1));
                    heard.add("one sees " + twos.count());
                }));
                tx.afterCommit(() -> heard.add("all"));
                ones.save(new Item("a", 1));
                twos.save(new Item("a", 1));
            });
            assertThat(heard).containsExactly("one sees 2", "all");
        });
    }

    /** Listeners run while others hold what they want to write to: they are told, and nobody waits in a circle. */
    @Test
    void aListenerThatWritesToWhatIsHeldIsToldAtOnce() throws Exception {
        open((one, two) -> {
            Repository<Item, String> ones = items(one);
            Repository<Item, String> twos = items(two);
            List<String> heard = new CopyOnWriteArrayList<>();
            one.backend().onCommit((origin, changes) -> {
                try {
                    two.backend().delete("item", "whatever"); // by itself: a repository would join the branch
                } catch (ConflictException e) {
                    heard.add("told");
                }
            });
            TransactionManager.across(one, two).transaction(tx -> {
                ones.save(new Item("a", 1));
                twos.save(new Item("a", 1));
            });
            assertThat(heard).containsExactly("told");
            assertThat(twos.findAll()).containsExactly(new Item("a", 1));
        });
    }

    /** Who opened it would decide, and the other way. */
    @Test
    void aStoreIsNotLetGoWhileSomebodyIsAboutToDecide() throws Exception {
        second += "?timeout=300ms";
        open((one, two) -> {
            Repository<Item, String> twos = items(two);
            BackendTransaction branch = two.backend().begin(TransactionOptions.DEFAULT.asBranchOf(prepared(first)));
            branch.write("item", WriteMode.INSERT, List.of(row(two, "a", 1)));
            branch.prepare(prepared(first));
            assertThatThrownBy(() -> CompletableFuture.runAsync(two::close).join())
                    .hasCauseInstanceOf(StorageTimeoutException.class)
                    .hasMessageContaining("global-1");
            assertThatThrownBy(() -> Storage.open(second)).isInstanceOf(LockedException.class);
            branch.commit();
            assertThat(twos.count()).isEqualTo(1);
        });
    }

    @Test
    void somebodyHasToKeepWhatIsDecided() throws Exception {
        Files.createDirectories(root.resolve("a"));
        Files.createDirectories(root.resolve("b"));
        try (FileOperations one = FileOperations.open(root.resolve("a"));
                FileOperations two = FileOperations.open(root.resolve("b"));
                Storage memory = Storage.open("memory:")) {
            assertThatThrownBy(() -> TransactionManager.across(one, two))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("let a durable store take part");
            assertThatThrownBy(() -> TransactionManager.across(memory, one, two))
                    .isInstanceOf(UnsupportedException.class);
            Repository<Item, String> items = items(memory);
            TransactionManager.across(memory, one).transaction(tx -> {
                one.makeDirectory(Path.of("made"));
                items.save(new Item("a", 1));
            });
            assertThat(root.resolve("a/made")).isDirectory();
            assertThat(items.count()).isEqualTo(1);
        }
    }

    @Test
    void itNeedsTwoStoresEachOnce() throws Exception {
        open((one, two) -> {
            assertThatThrownBy(() -> TransactionManager.across(one)).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> TransactionManager.across(one, one)).isInstanceOf(IllegalArgumentException.class);
        });
    }

    /** What other stores rely on is on the disk, also where commits wait for no disk. */
    @Test
    void everyStepIsForcedWhateverTheDurability() {
        CountingDisk disk = new CountingDisk();
        try (FileSystemBackend store =
                StoreFixture.open(disk, Materialiser.MAX_BACKLOG_BYTES, root.resolve("first"), "durability", "none")) {
            Decisions.createTable(store);
            store.createTable(StoreFixture.NOTES);
            try (BackendTransaction branch = store.begin(TransactionOptions.DEFAULT.asBranchOf(prepared(first)))) {
                branch.write("notes", WriteMode.INSERT, List.of(StoreFixture.note("a", 1)));
                int before = disk.journalForces.get();
                branch.prepare(prepared(first));
                int after = disk.journalForces.get();
                assertThat(after).isGreaterThan(before);
                branch.commit();
                assertThat(disk.journalForces.get()).isGreaterThan(after);
            }
            try (BackendTransaction branch = store.begin(TransactionOptions.DEFAULT)) {
                branch.write("notes", WriteMode.INSERT, List.of(StoreFixture.note("b", 1)));
                branch.decide(prepared(first), List.of());
                int before = disk.journalForces.get();
                branch.commit();
                assertThat(disk.journalForces.get()).isGreaterThan(before);
            }
        }
    }

    // in doubt

    @Test
    void aStoreThatHasNeverDecidedIsNotTheDecider() {
        leavePrepared(first);
        Storage.open(first).close();
        assertThatThrownBy(() -> Storage.open(second))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("not the store that decided");
    }

    @Test
    void aBranchThatWasLeftHoldsItsTablesAndNobodyWaitsForIt() {
        openDecider();
        try (Storage two = Storage.open(second)) {
            Repository<Item, String> items = items(two);
            try (BackendTransaction branch =
                    two.backend().begin(TransactionOptions.DEFAULT.asBranchOf(prepared(first)))) {
                branch.write("item", WriteMode.INSERT, List.of(row(two, "a", 1)));
                branch.prepare(prepared(first));
            }
            assertThatThrownBy(() -> items.save(new Item("b", 1)))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("opened again");
        }
    }

    /** The files must not get ahead of the branch: commits that can only wait are refused, and nobody hangs. */
    @Test
    void behindABranchThatWasLeftTheJournalFillsAndThenCommitsAreRefused() {
        openDecider();
        long bound = 1 << 20;
        try (FileSystemBackend two =
                StoreFixture.open(new RealDisk(), bound, Path.of(second.substring("file:".length())))) {
            two.createTable(StoreFixture.NOTES);
            two.createTable(TableSchema.builder("item")
                    .column("id", DataType.TEXT)
                    .primaryKey("id")
                    .build());
            try (BackendTransaction branch = two.begin(TransactionOptions.DEFAULT.asBranchOf(prepared(first)))) {
                branch.write("notes", WriteMode.INSERT, List.of(StoreFixture.note("a", 1)));
                branch.prepare(prepared(first));
            }
            Row row = Row.of(two.schemaOf("item").rowType(), "x".repeat(500));
            List<Row> many = Collections.nCopies(200, row);
            assertThatThrownBy(() -> {
                        while (true) {
                            two.write("item", WriteMode.UPSERT, many);
                            two.write("item", WriteMode.UPSERT, List.of(row));
                            two.delete("item", row.get(0));
                        }
                    })
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("global-1")
                    .hasMessageContaining("open it again");
            assertThat(two.find("notes", "a")).isEmpty();
        }
        try (Storage two = Storage.open(second)) {
            assertThat(two.backend().inDoubt()).isEmpty();
            assertThat(two.backend().find("notes", "a")).isEmpty();
            two.backend().insert("notes", Map.of("id", "a", "n", 2));
        }
    }

    @Test
    void whatIsPreparedKeepsAPersonsDuplicateOut() throws Exception {
        commitAtTheDecider();
        try (Storage two = Storage.open(second)) {
            two.backend()
                    .createTable(TableSchema.builder("u")
                            .column("id", DataType.TEXT)
                            .column("k", DataType.TEXT)
                            .primaryKey("id")
                            .unique("k")
                            .build());
            RowType type = two.backend().schemaOf("u").rowType();
            two.backend().write("u", WriteMode.INSERT, List.of(Row.of(type, "edited", "old")));
            ((FileSystemBackend) two.backend().whole()).drain();
            try (BackendTransaction branch =
                    two.backend().begin(TransactionOptions.DEFAULT.asBranchOf(prepared(first)))) {
                branch.write("u", WriteMode.INSERT, List.of(Row.of(type, "prepared", "taken")));
                branch.prepare(prepared(first));
            }
        }
        Path file = Path.of(second.substring("file:".length()), "u", "edited.json");
        Files.writeString(file, Files.readString(file).replace("old", "taken"));
        try (Storage two = Storage.open(second)) {
            assertThat(two.backend().find("u", "prepared")).isPresent();
            assertThat(two.verify().problems()).singleElement().asString().contains("edited.json");
        }
    }

    private PreparedTransaction prepared(String decider) {
        return new PreparedTransaction("global-1", decider, Instant.parse("2026-01-02T03:04:05Z"));
    }

    /** Leaves the second store with a branch that is prepared: it changes a row, deletes one and inserts one. */
    private void leavePrepared(String decider) {
        try (Storage two = Storage.open(second)) {
            Repository<Item, String> items = items(two);
            items.saveAll(List.of(new Item("changed", 1), new Item("deleted", 1)));
            try (BackendTransaction branch =
                    two.backend().begin(TransactionOptions.DEFAULT.asBranchOf(prepared(decider)))) {
                branch.delete("item", "deleted");
                branch.write("item", WriteMode.UPSERT, List.of(row(two, "changed", 2), row(two, "inserted", 2)));
                branch.prepare(prepared(decider));
            }
            assertThat(items.findAll()).containsExactly(new Item("changed", 1), new Item("deleted", 1));
        }
    }

    private static Row row(Storage storage, String id, long n) {
        return Row.of(storage.backend().schemaOf("item").rowType(), id, n);
    }

    private List<Item> decided(String options) {
        try (Storage two = Storage.open(second + options)) {
            assertThat(two.backend().inDoubt()).isEmpty();
            assertThat(two.verify().problems()).isEmpty();
            List<Item> items = items(two).findAll();
            items(two).save(new Item("later", 1));
            return items;
        }
    }

    private static final List<Item> COMMITTED = List.of(new Item("changed", 2), new Item("inserted", 2));
    private static final List<Item> ROLLED_BACK = List.of(new Item("changed", 1), new Item("deleted", 1));

    @Test
    void aBranchInDoubtIsRolledBackIfItsDeciderHasNotCommitted() {
        openDecider();
        leavePrepared(first);
        assertThat(decided("")).isEqualTo(ROLLED_BACK);
        assertThat(decided("")).hasSize(3);
    }

    @Test
    void aBranchInDoubtIsCommittedIfItsDeciderHas() {
        leavePrepared(first);
        commitAtTheDecider();
        try (Storage one = Storage.open(first)) {
            assertThat(Decisions.all(one.backend())).hasSize(1);
            // the decider is asked while it is open
            assertThat(decided("")).isEqualTo(COMMITTED);
        }
        assertThat(decided("")).hasSize(3);
    }

    @Test
    void whoOnlyReadsSeesWhatIsInDoubtAndWhatWasBefore() throws Exception {
        leavePrepared(first);
        openDecider();
        try (StorageBackend reader = StorageBackend.open(StorageConfig.of(second + "?mode=ro"))) {
            assertThat(reader.inDoubt()).containsExactly(prepared(first));
            assertThat(reader.find("item", "deleted")).isPresent();
            assertThat(reader.find("item", "inserted")).isEmpty();
        }
        // and changes nothing of it
        assertThat(decided("")).isEqualTo(ROLLED_BACK);
    }

    @Test
    void withoutItsDeciderAStoreInDoubtDoesNotOpenAndCanBeDecidedByHand() {
        for (boolean commit : List.of(true, false)) {
            leavePrepared(first);
            assertThatThrownBy(() -> Storage.open(second))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("global-1")
                    .hasMessageContaining(first)
                    .hasMessageContaining("storage transactions");
            assertThat(decided("?inDoubt=" + (commit ? "commit" : "rollback") + ":global-1"))
                    .isEqualTo(commit ? COMMITTED : ROLLED_BACK);
            try (Storage two = Storage.open(second)) {
                items(two).deleteAll(Map.of());
            }
        }
        assertThatThrownBy(() -> Storage.open(second + "?inDoubt=perhaps"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("commit:ID");
    }

    /** Opens the store that decides, which has decided on other transactions. */
    private void openDecider() {
        try (Storage one = Storage.open(first)) {
            Decisions.createTable(one.backend());
        }
    }

    private void commitAtTheDecider() {
        try (Storage one = Storage.open(first)) {
            Decisions.createTable(one.backend());
            try (BackendTransaction deciding = one.backend().begin(TransactionOptions.DEFAULT)) {
                deciding.decide(prepared(first), List.of(first, second));
                deciding.commit();
            }
        }
    }

    /** It is older than the decision, whatever it is: a change, a file that cannot be read, a new column, nothing left. */
    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void whatAPersonDidToARowInDoubtDoesNotHinderTheDecision(String layout) throws Exception {
        List<UnaryOperator<String>> edits = List.of(
                text -> text.replaceFirst("1", "77"),
                text -> "{ not JSON\n",
                text -> text.replaceFirst("\\{", "{\"extra\": [1], "),
                text -> "");
        commitAtTheDecider();
        for (UnaryOperator<String> edit : edits) {
            String url = second + edits.indexOf(edit) + layout;
            String former = second;
            second = url;
            Storage.open(url + "?layout=" + layout).close();
            leavePrepared(first);
            try (Stream<Path> files = Files.walk(Path.of(url.substring("file:".length()), "item"))) {
                for (Path file : files.filter(
                                path -> path.getFileName().toString().matches("[^.].*\\.jsonl?"))
                        .toList()) {
                    Files.writeString(
                            file,
                            Files.readString(file)
                                    .lines()
                                    .map(line -> layout.equals("lines") ? edit.apply(line) : line)
                                    .filter(line -> !line.isEmpty())
                                    .map(line -> line + "\n")
                                    .collect(Collectors.joining()));
                    if (layout.equals("entity")) {
                        Files.writeString(file, edit.apply(Files.readString(file)));
                    }
                }
            }
            try (Storage two = Storage.open(second + "?acceptDeletes=true")) {
                assertThat(two.backend().find("item", "changed").orElseThrow().get("n"))
                        .isEqualTo(2L);
                assertThat(two.backend().find("item", "inserted").orElseThrow().get("n"))
                        .isEqualTo(2L);
                assertThat(two.backend().find("item", "deleted")).isEmpty();
            }
            second = former;
        }
    }
}
