package io.taskmover.storage.engine;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Changes of tables whose rows are not in memory. */
class ColdRowsAlterationTest {
    private static final TableSchema SCHEMA = ColdRowsTest.SCHEMA;
    private static final Column NOTE = Column.of("note", DataType.TEXT).withDefault("none");
    private static final int ROWS = 100;

    private final MapStore store = new MapStore();
    private Engine engine;

    @BeforeEach
    void restore() {
        for (long id = 1; id <= ROWS; id++) {
            store.put(SCHEMA, row(id));
        }
        engine = store.reopen(10 * RowWeight.of(row(1)), 1, SCHEMA);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static Row row(long id) {
        return Row.of(SCHEMA.rowType(), id, id % 10, "c" + id, "text " + id);
    }

    private void alter(Consumer<Catalog> change) {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            change.accept(transaction.catalog());
            transaction.commit();
        }
    }

    private Object value(long id, String column) {
        return engine.find("t", id).orElseThrow().get(column);
    }

    private void requireIntact() {
        assertThat(engine.verify().problems()).isEmpty();
        assertThat(engine.verify().rows()).isEqualTo(ROWS);
        assertThat(engine.cacheStatistics().orElseThrow().bytes())
                .isLessThanOrEqualTo(engine.cacheStatistics().orElseThrow().budget());
    }

    @Test
    void anAddedColumnReadsNoRowAndIsThereWhenARowIsRead() {
        alter(catalog -> catalog.addColumn("t", NOTE));
        assertThat(store.reads()).isZero();

        assertThat(value(5, "note")).isEqualTo("none");
        assertThat(value(5, "text")).isEqualTo("text 5");
        requireIntact();
        store.store(engine);
        assertThat(value(7, "note")).isEqualTo("none");
        requireIntact();
    }

    @Test
    void aColumnThatIsDroppedAndAddedAgainIsANewOneWhateverIsStored() {
        alter(catalog -> {
            catalog.dropColumn("t", "text");
            catalog.addColumn("t", Column.of("text", DataType.INTEGER).withDefault(3L));
        });
        assertThat(value(5, "text")).isEqualTo(3L);
        store.apply(Long.MAX_VALUE); // stored, and the engine does not know
        assertThat(value(25, "text")).isEqualTo(3L);
        requireIntact();
        engine.stored(engine.lastSequence());
        assertThat(value(45, "text")).isEqualTo(3L);
        requireIntact();
    }

    @Test
    void severalChangesInARowAreAppliedInTheirOrder() {
        alter(catalog -> catalog.addColumn("t", NOTE));
        engine.write(
                "t",
                WriteMode.UPDATE,
                List.of(engine.find("t", 5L).orElseThrow().with("note", "five")));
        alter(catalog ->
                catalog.addColumn("t", Column.of("more", DataType.INTEGER).withDefault(1L)));
        alter(catalog -> catalog.dropColumn("t", "text"));

        for (int stored = 0; stored < 4; stored++) {
            assertThat(value(5, "note")).isEqualTo("five");
            assertThat(value(6, "note")).isEqualTo("none");
            assertThat(value(6, "more")).isEqualTo(1L);
            requireIntact();
            engine.stored(store.apply(1));
        }
    }

    @Test
    void aTransactionSeesItsOwnChangeAndItsOwnRowsBeforeItCommits() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.write("t", WriteMode.UPSERT, List.of(row(5).with("text", "mine")));
            transaction.catalog().addColumn("t", NOTE);
            assertThat(transaction.find("t", 5L).orElseThrow().get("text")).isEqualTo("mine");
            assertThat(transaction.find("t", 6L).orElseThrow().get("note")).isEqualTo("none");
            assertThat(transaction.count(
                            Select.from("t").where(field("n").eq(6L).condition())))
                    .isEqualTo(10);
            transaction.commit();
        }
        assertThat(value(5, "text")).isEqualTo("mine");
        assertThat(value(6, "text")).isEqualTo("text 6");
        requireIntact();
    }

    @Test
    void aTransactionsOwnFormGoesOnShowingWhatItsSnapshotSawWhileOthersWrite() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().addColumn("t", NOTE);
            engine.write("t", WriteMode.UPDATE, List.of(row(6).with("text", "theirs")));
            store.store(engine);

            Row seen = transaction.find("t", 6L).orElseThrow();
            assertThat(seen.get("text")).isEqualTo("text 6");
            assertThatThrownBy(transaction::commit).isInstanceOf(ConflictException.class);
        }
        assertThat(value(6, "text")).isEqualTo("theirs");
    }

    @Test
    void aTransactionsOwnFormIsNotMisledByARowThatIsReplacedWhileItIsRead() throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch replaced = new CountDownLatch(1);
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().addColumn("t", NOTE);
            store.beforeRead = id -> {
                reading.countDown();
                Latches.await(replaced);
            };
            CompletableFuture<Optional<Row>> seen = CompletableFuture.supplyAsync(() -> transaction.find("t", 6L));
            Latches.await(reading);
            store.beforeRead = id -> {};
            engine.write("t", WriteMode.UPDATE, List.of(row(6).with("text", "theirs")));
            store.store(engine);
            replaced.countDown();

            assertThat(seen.get().orElseThrow().get("text")).isEqualTo("text 6");
        }
    }

    @Test
    void aChangeThatIsRolledBackOrRefusedLeavesEveryRow() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().dropColumn("t", "text");
            assertThat(transaction.find("t", 5L)).isPresent();
        }
        store.refuse = true;
        assertThatThrownBy(() -> alter(catalog -> catalog.dropColumn("t", "text")))
                .isInstanceOf(StorageException.class);
        store.refuse = false;

        assertThat(value(5, "text")).isEqualTo("text 5");
        assertThat(value(6, "text")).isEqualTo("text 6");
        requireIntact();
    }

    @Test
    void aSnapshotFromBeforeTheChangeSeesTheOldFormOrIsToldToRunAgain() {
        engine.find("t", 5L);
        try (BackendTransaction old = engine.begin(TransactionOptions.READ_ONLY)) {
            alter(catalog -> catalog.dropColumn("t", "text"));
            store.store(engine);

            assertThat(old.find("t", 5L)).contains(row(5));
            assertThatThrownBy(() -> old.find("t", 6L))
                    .isInstanceOfSatisfying(
                            ConflictException.class,
                            e -> assertThat(e.retryable()).isTrue());
        }
        assertThat(engine.find("t", 6L)).isPresent();
    }

    @Test
    void aTableThatIsDroppedAndMadeAgainDoesNotLendItsRowsToOldSnapshots() {
        try (BackendTransaction old = engine.begin(TransactionOptions.READ_ONLY)) {
            alter(catalog -> {
                catalog.drop("t");
                catalog.create(SCHEMA);
            });
            engine.write("t", WriteMode.INSERT, List.of(row(6).with("text", "another")));
            store.store(engine);

            assertThatThrownBy(() -> old.find("t", 6L)).isInstanceOf(ConflictException.class);
        }
        assertThat(value(6, "text")).isEqualTo("another");
        assertThat(engine.find("t", 7L)).isEmpty();
    }

    @Test
    void aFindWaitsForAChangeThatIsNotVisibleYetInsteadOfFailing() throws Exception {
        store.durable = new CountDownLatch(1);
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        store.beforeRead = id -> {
            reading.countDown();
            Latches.await(changed);
        };
        CompletableFuture<Optional<Row>> finding =
                CompletableFuture.supplyAsync(() -> engine.find("t", 5L), Latches.THREADS);
        Latches.await(reading);
        store.beforeRead = id -> {};
        CompletableFuture<Void> altering =
                CompletableFuture.runAsync(() -> alter(catalog -> catalog.addColumn("t", NOTE)), Latches.THREADS);
        while (engine.lastSequence() == 1) {
            Thread.onSpinWait();
        }
        changed.countDown();
        store.durable.countDown();

        assertThat(finding.get().orElseThrow().get("note")).isEqualTo("none");
        altering.get();
    }

    @Test
    void anIndexIsMadeOfColdRowsOneAfterTheOther() {
        alter(catalog -> catalog.createIndex("t", Index.of("t", false, "text")));

        assertThat(store.reads()).isEqualTo(ROWS);
        requireIntact();
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            Select one = Select.from("t").where(field("text").eq("text 5").condition());
            assertThat(transaction.select(one).next()).isEqualTo(row(5));
        }
    }

    @Test
    void aUniqueIndexThatColdRowsBreakIsRefused() {
        engine.write("t", WriteMode.UPDATE, List.of(row(6).with("text", "text 5")));
        store.store(engine);

        assertThatThrownBy(() -> alter(catalog -> catalog.createIndex("t", Index.of("t", true, "text"))))
                .isInstanceOf(DuplicateKeyException.class);
        requireIntact();
    }

    @Test
    void aRowThatCannotBeReadFailsTheIndexAndChangesNothing() {
        store.beforeRead = id -> {
            if (id.equals(50L)) {
                throw new CorruptionException("the bytes of row 50 are not what was written", "map", null);
            }
        };
        assertThatThrownBy(() -> alter(catalog -> catalog.createIndex("t", Index.of("t", false, "text"))))
                .isInstanceOf(CorruptionException.class);
        store.beforeRead = id -> {};

        assertThat(engine.lastSequence()).isEqualTo(1);
        assertThat(engine.schemaOf("t")).isEqualTo(SCHEMA);
        requireIntact();
    }

    @Test
    void aReplayedChangeKeepsColdRowsCold() {
        TableSchema wider = SCHEMA.toBuilder().column(NOTE).build();
        engine.replay(new CommitRecord(2, List.of(new CommitRecord.TableChange("t", wider)), List.of()));

        assertThat(store.reads()).isZero();
        assertThat(value(5, "note")).isEqualTo("none");
        requireIntact();
        engine.stored(2);
        assertThat(value(6, "note")).isEqualTo("none");
    }
}
