package io.taskmover.storage.engine;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DurabilityTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .generatedKey()
            .unique("n")
            .build();

    private static final TableSchema INDEXED = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("few", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .index("few")
            .unique("n")
            .build();

    /** Keeps records in memory and becomes "durable", or not, as a test wants. */
    private static final class TestLog implements CommitLog {
        final List<CommitRecord> records = new ArrayList<>();
        final CountDownLatch appended = new CountDownLatch(2);
        CountDownLatch durable = new CountDownLatch(0);
        boolean refuse;
        boolean fail;

        @Override
        public Ticket append(CommitRecord commit) {
            if (refuse) {
                throw new StorageException("the disk is full");
            }
            records.add(commit);
            appended.countDown();
            return () -> {
                try {
                    durable.await();
                } catch (InterruptedException e) {
                    throw new StorageException("interrupted", e);
                }
                if (fail) {
                    throw new StorageException("fsync failed");
                }
            };
        }

        @Override
        public void close() {}
    }

    private final TestLog log = new TestLog();
    private final Engine engine = open(log);

    private static Engine open(CommitLog log) {
        return new Engine(log, Clock.systemUTC(), Duration.ofSeconds(30), false);
    }

    private void createTable() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(SCHEMA);
            transaction.commit();
        }
    }

    private static Row insert(Engine engine, long n) {
        return engine.write("t", WriteMode.INSERT, List.of(Row.of(SCHEMA.rowType(), null, n)))
                .get(0);
    }

    /** What is committed when a transaction begins, and is not durable yet, it does not see: it must not pass by it. */
    @Test
    void aSerializableTransactionIsCheckedAgainstWhatWasNotVisibleYetWhenItBegan() throws Exception {
        createTable();
        Row first = insert(engine, 1);
        Row second = insert(engine, 2);
        long next = engine.lastSequence() + 1;
        log.durable = new CountDownLatch(1);
        CompletableFuture<Void> change =
                CompletableFuture.runAsync(() -> engine.write("t", WriteMode.UPDATE, List.of(first.with("n", 10L))));
        while (engine.lastSequence() < next) {
            Thread.onSpinWait();
        }
        TransactionOptions serializable = TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE);
        try (BackendTransaction transaction = engine.begin(serializable)) {
            assertThat(transaction.count(
                            Select.from("t").where(field("n").lessThan(5L).condition())))
                    .isEqualTo(2);
            log.durable.countDown();
            change.join();
            transaction.write("t", WriteMode.UPDATE, List.of(second.with("n", 20L)));
            assertThatThrownBy(transaction::commit).isInstanceOf(ConflictException.class);
        }
    }

    @Test
    void nobodySeesACommitBeforeItIsDurable() throws Exception {
        createTable();
        log.durable = new CountDownLatch(1);
        CompletableFuture<Row> writing = CompletableFuture.supplyAsync(() -> insert(engine, 7), Latches.THREADS);
        log.appended.await();

        assertThat(engine.find("t", 1L)).isEmpty();
        log.durable.countDown();
        writing.get();
        assertThat(engine.find("t", 1L)).isPresent();
    }

    @Test
    void aRefusalThatRestsOnACommitUnderWayIsToldOnceThatIsToBeSeen() throws Exception {
        createTable();
        log.durable = new CountDownLatch(1);
        CompletableFuture<Row> winner = CompletableFuture.supplyAsync(() -> insert(engine, 7), Latches.THREADS);
        log.appended.await();

        CompletableFuture<Boolean> loserSeesWinner = CompletableFuture.supplyAsync(() -> {
            try {
                insert(engine, 7);
                return false;
            } catch (DuplicateKeyException e) {
                return engine.find("t", 1L).isPresent();
            }
        });
        log.durable.countDown();
        assertThat(loserSeesWinner.get()).isTrue();
        winner.get();
    }

    @Test
    void aFailedSyncPoisonsWritesButNotReads() {
        createTable();
        insert(engine, 1);
        log.fail = true;
        assertThatThrownBy(() -> insert(engine, 2)).hasMessageContaining("fsync failed");
        log.fail = false;

        assertThatThrownBy(() -> insert(engine, 3))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("fsync failed");
        assertThat(engine.find("t", 1L)).isPresent();
        assertThat(engine.find("t", 2L)).isEmpty();
    }

    @Test
    void aCommitThatTheLogRefusesDidNotHappenAndLaterOnesMay() {
        createTable();
        log.refuse = true;
        assertThatThrownBy(() -> insert(engine, 2)).hasMessageContaining("disk is full");
        log.refuse = false;
        insert(engine, 2);

        assertThat(log.records).extracting(CommitRecord::sequence).containsExactly(1L, 2L);
        assertThat(engine.verify().rows()).isEqualTo(1);
    }

    @Test
    void replayedRecordsGiveTheSameStoreAndGeneratedKeysGoOn() {
        createTable();
        insert(engine, 1);
        insert(engine, 2);
        engine.delete("t", 2L);
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction
                    .catalog()
                    .addColumn("t", Column.of("note", DataType.TEXT).withDefault("none"));
            transaction.catalog().createIndex("t", Index.of("t", false, "note"));
            transaction.write("t", WriteMode.INSERT, List.of(Row.of(SCHEMA.rowType(), null, 9L)));
            transaction.commit();
        }

        try (Engine reopened = open(CommitLog.NONE);
                EngineSnapshot expected = engine.snapshot()) {
            log.records.forEach(reopened::replay);
            assertThat(reopened.lastSequence()).isEqualTo(engine.lastSequence());
            try (EngineSnapshot actual = reopened.snapshot()) {
                assertThat(all(actual)).isEqualTo(all(expected)).hasSize(2);
                assertThat(actual.schema("t")).isEqualTo(expected.schema("t"));
            }
            assertThat(reopened.verify().problems()).isEmpty();
            assertThat(insert(reopened, 4).get("id")).isEqualTo(4L);
        }
    }

    @Test
    void aUniqueIndexIsReplayedThoughTheRowsThatMakeItPossibleComeBehindIt() {
        createTable();
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().dropIndex("t", "ux_t_n");
            transaction.commit();
        }
        Object first = insert(engine, 1).get("id");
        Object second = insert(engine, 1).get("id");
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.write("t", WriteMode.UPDATE, List.of(Row.of(SCHEMA.rowType(), second, 2L)));
            transaction.catalog().createIndex("t", Index.of("t", true, "n"));
            transaction.commit();
        }
        try (Engine reopened = open(CommitLog.NONE)) {
            log.records.forEach(reopened::replay);
            assertThat(reopened.find("t", Objects.requireNonNull(first))
                            .orElseThrow()
                            .get("n"))
                    .isEqualTo(1L);
            assertThat(reopened.find("t", Objects.requireNonNull(second))
                            .orElseThrow()
                            .get("n"))
                    .isEqualTo(2L);
            assertThat(reopened.verify().problems()).isEmpty();
        }
    }

    @Test
    void aRestoredTableGoesOnFromItsCheckpoint() {
        createTable();
        insert(engine, 1);
        try (Engine reopened = open(CommitLog.NONE);
                EngineSnapshot checkpoint = engine.snapshot()) {
            reopened.restoreTable(SCHEMA, 41, all(checkpoint), checkpoint.sequence());
            insert(engine, 2);
            reopened.replay(log.records.get(log.records.size() - 1));

            assertThat(reopened.lastSequence()).isEqualTo(3);
            assertThat(insert(reopened, 3).get("id")).isEqualTo(42L);
            assertThat(reopened.verify().problems()).isEmpty();
        }
    }

    @Test
    void aRestoredTableOfManyRowsInAnyOrderIsWhole() {
        List<Row> rows = new ArrayList<>();
        for (long id = 0; id < 50_000; id++) {
            rows.add(Row.of(INDEXED.rowType(), id, id % 7 == 0 ? null : "key " + id % 900, -id));
        }
        Collections.shuffle(rows, new Random(3));
        try (Engine reopened = open(CommitLog.NONE)) {
            reopened.restoreTable(INDEXED, 0, rows, 5);

            assertThat(reopened.verify().problems()).isEmpty();
            assertThat(reopened.find("t", 49_999L)).isPresent();
            try (BackendTransaction transaction = reopened.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.count(Select.from("t"))).isEqualTo(50_000);
                assertThat(transaction.count(Select.from("t").where(Condition.eq(Path.of("few"), "key 5"))))
                        .isEqualTo(rows.stream()
                                .filter(row -> "key 5".equals(row.get("few")))
                                .count());
            }
            assertThatThrownBy(() -> reopened.restoreTable(INDEXED, 0, List.of(rows.get(1), rows.get(1)), 6))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("twice");
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {4_095, 4_096, 16_384, 300_000})
    void whoeverNeedsAnIndexOfARestoredTableFindsItComplete(int count) {
        List<Row> rows = new ArrayList<>();
        for (long id = 0; id < count; id++) {
            rows.add(Row.of(INDEXED.rowType(), id, "key " + id % 9, -id));
        }
        Row last = rows.get(count - 1);
        try (Engine reopened = open(CommitLog.NONE)) {
            reopened.restoreTable(INDEXED, 0, rows, 5); // what comes first after it is to meet indexes in the making
            try (BackendTransaction transaction = reopened.begin(TransactionOptions.READ_ONLY)) {
                Object few = last.get("few");
                assertThat(transaction.count(Select.from("t").where(Condition.eq(Path.of("few"), few))))
                        .isEqualTo(rows.stream()
                                .filter(row -> few.equals(row.get("few")))
                                .count());
            }
        }
        try (Engine reopened = open(CommitLog.NONE)) {
            reopened.restoreTable(INDEXED, 0, rows, 5);
            assertThatThrownBy(() -> reopened.write(
                            "t",
                            WriteMode.INSERT,
                            List.of(Row.of(INDEXED.rowType(), (long) count, "new", last.get("n")))))
                    .isInstanceOf(DuplicateKeyException.class);
        }
        try (Engine reopened = open(CommitLog.NONE)) {
            reopened.restoreTable(INDEXED, 0, rows, 5);
            assertThat(reopened.delete("t", last.get("id"))).isTrue();
            assertThat(reopened.verify().problems()).isEmpty();
        }
    }

    private static List<Row> all(EngineSnapshot snapshot) {
        List<Row> all = new ArrayList<>();
        EngineSnapshot.Rows rows = snapshot.rows("t");
        for (Row row = rows.next(); row != null; row = rows.next()) {
            all.add(row);
        }
        return all;
    }
}
