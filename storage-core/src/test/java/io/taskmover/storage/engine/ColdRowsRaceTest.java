package io.taskmover.storage.engine;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows are read while others replace, store and let go of them. */
class ColdRowsRaceTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .index("n")
            .build();
    private static final int ROWS = 50;

    private final MapStore store = new MapStore();
    private Engine engine;

    @BeforeEach
    void restore() {
        for (long id = 1; id <= ROWS; id++) {
            store.put(SCHEMA, row(id, 0));
        }
        engine = store.reopen(5 * RowWeight.of(row(1, 0)), 1, SCHEMA);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static Row row(long id, long n) {
        return Row.of(SCHEMA.rowType(), id, n, id + " at " + n);
    }

    private void put(long id, long n) {
        engine.write("t", WriteMode.UPSERT, List.of(row(id, n)));
    }

    /** Starts reading, lets something happen when row 5 is about to be looked up, and ends reading. */
    private Optional<Row> readWhile(Supplier<Optional<Row>> read, Runnable event) throws Exception {
        CountDownLatch reading = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        AtomicBoolean first = new AtomicBoolean(true);
        store.beforeRead = id -> {
            if (id.equals(5L) && first.getAndSet(false)) {
                reading.countDown();
                Latches.await(done);
            }
        };
        CompletableFuture<Optional<Row>> row = CompletableFuture.supplyAsync(read, Latches.THREADS);
        Latches.await(reading);
        event.run();
        done.countDown();
        return row.get();
    }

    private Optional<Row> find() {
        return engine.find("t", 5L);
    }

    @Test
    void aRowThatIsReplacedAndStoredWhileItIsReadIsTheFormerOneForASnapshot() throws Exception {
        try (BackendTransaction old = engine.begin(TransactionOptions.READ_ONLY)) {
            Optional<Row> seen = readWhile(() -> old.find("t", 5L), () -> {
                put(5, 1);
                store.store(engine);
            });
            assertThat(seen).contains(row(5, 0));
            assertThat(old.find("t", 5L)).contains(row(5, 0));
        }
        assertThat(find()).contains(row(5, 1));
    }

    @Test
    void aRowThatIsDeletedAndGoneWhileItIsReadIsNoCorruption() throws Exception {
        try (BackendTransaction old = engine.begin(TransactionOptions.READ_ONLY)) {
            Optional<Row> seen = readWhile(() -> old.find("t", 5L), () -> {
                engine.delete("t", 5L);
                store.store(engine);
                put(6, 1);
            });
            assertThat(seen).contains(row(5, 0));
        }
        assertThat(find()).isEmpty();
    }

    @Test
    void aRowThatIsDeletedAndInsertedAgainWhileItIsReadIsNeverTheLaterOneForASnapshot() throws Exception {
        try (BackendTransaction old = engine.begin(TransactionOptions.READ_ONLY)) {
            Optional<Row> seen = readWhile(() -> old.find("t", 5L), () -> {
                engine.delete("t", 5L);
                put(5, 2);
                store.store(engine);
                put(6, 1);
            });
            assertThat(seen).contains(row(5, 0));
        }
        assertThat(find()).contains(row(5, 2));
    }

    @Test
    void aFindWithoutATransactionGivesARowThatWasThere() throws Exception {
        assertThat(readWhile(this::find, () -> {
                    put(5, 1);
                    store.store(engine);
                    put(5, 2);
                    store.store(engine);
                }))
                .contains(row(5, 0));
        assertThat(find()).contains(row(5, 2));
    }

    @Test
    void aRowThatIsReadAndLetGoByOthersMeanwhileIsStillTheRow() throws Exception {
        assertThat(readWhile(this::find, () -> {
                    assertThat(find()).contains(row(5, 0));
                    for (long id = 10; id < 40; id++) {
                        engine.find("t", id);
                    }
                }))
                .contains(row(5, 0));
        assertThat(find()).contains(row(5, 0));
    }

    @Test
    void aReadThatFailsAfterAnotherHasTheRowDoesNotFail() throws Exception {
        AtomicBoolean broken = new AtomicBoolean();
        store.afterRead = id -> {
            if (broken.get() && id.equals(5L)) {
                throw new CorruptionException("half a row", "map", null);
            }
        };
        assertThat(readWhile(this::find, () -> {
                    assertThat(find()).contains(row(5, 0));
                    broken.set(true);
                }))
                .contains(row(5, 0));
    }

    @Test
    void aCommitThatFailsWhileItsRowIsReadByAnotherLeavesBothRight() throws Exception {
        assertThat(readWhile(this::find, () -> {
                    store.refuse = true;
                    assertThatThrownBy(() -> put(5, 1)).hasMessageContaining("disk is full");
                    store.refuse = false;
                }))
                .contains(row(5, 0));
        put(5, 3);
        assertThat(find()).contains(row(5, 3));
        assertThat(engine.verify().problems()).isEmpty();
    }

    @Test
    void aRowThatIsStoredWhileACommitIsAboutToReplaceItStaysUntilThen() throws Exception {
        put(5, 1);
        put(6, 1); // has the former version of row 5 reclaimed
        store.beforeAppend = () -> {
            store.beforeAppend = () -> {};
            CompletableFuture.runAsync(() -> {
                        store.store(engine);
                        // used twice, they drive out also what was used
                        for (long id = 10; id < 40; id++) {
                            engine.find("t", id);
                            engine.find("t", id);
                        }
                    })
                    .join();
        };
        try (EngineSnapshot old = engine.snapshot()) {
            put(5, 2);
            long before = store.reads();
            assertThat(old.find("t", 5L)).contains(row(5, 1));
            assertThat(find()).contains(row(5, 2));
            assertThat(store.reads()).isEqualTo(before);
        }
        assertThat(engine.verify().problems()).isEmpty();
    }

    @Test
    void anEntryThatAScanMetBeforeItWentIsNotTakenForARowThatIsColdByNow() {
        EngineSnapshot old = engine.snapshot();
        put(13, 1);
        try (EngineSnapshot now = engine.snapshot()) {
            Table table = now.require("t");
            Select zeros = Select.from("t").where(field("n").eq(0L).condition()).bind(SCHEMA);
            Deadline deadline = new Deadline(Clock.systemUTC(), Duration.ofMinutes(5));
            TableScan scan = new TableScan(
                    table.rows(), Planner.plan(table, zeros), now.sequence(), null, null, Set.of(), deadline);
            int count = scan.skip() ? 1 : 0;
            // the scan holds the entry of row 13 at 0, which goes, and then row 13 does
            old.close();
            store.store(engine);
            for (int i = 0; i < 2; i++) {
                for (long id = 20; id < 40; id++) {
                    engine.find("t", id);
                }
            }
            assertThat(engine.backlog()).isZero();
            long before = store.reads();
            while (scan.skip()) {
                count++;
            }
            assertThat(count).isEqualTo(ROWS - 1);
            assertThat(store.reads()).isGreaterThan(before);
        }
    }

    /** Text tells id and n, n only rises, and a row's number is never lost between writers. */
    @Test
    void nobodyEverSeesAWrongValueWhileAllHappenAtOnce() throws Exception {
        int rounds = 4_000;
        AtomicBoolean over = new AtomicBoolean();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            List<Future<?>> writers = new ArrayList<>();
            for (int w = 0; w < 2; w++) {
                int own = w;
                writers.add(threads.submit(() -> write(own, rounds)));
            }
            List<Future<?>> others = new ArrayList<>();
            others.add(threads.submit(until(over, () -> store.store(engine))));
            others.add(threads.submit(until(over, () -> engine.stored(store.apply(3)))));
            for (int r = 0; r < 2; r++) {
                long[] least = new long[ROWS + 1];
                Random random = new Random(r);
                others.add(threads.submit(until(over, () -> check(1 + random.nextInt(ROWS), least))));
            }
            others.add(threads.submit(until(over, this::scan)));
            for (Future<?> writer : writers) {
                writer.get();
            }
            over.set(true);
            for (Future<?> other : others) {
                other.get();
            }
        } finally {
            over.set(true);
            threads.shutdownNow();
        }
        store.store(engine);
        assertThat(engine.verify().problems()).isEmpty();
        assertThat(engine.verify().rows()).isEqualTo(ROWS);
        CacheStatistics statistics = engine.cacheStatistics().orElseThrow();
        assertThat(statistics.bytes()).isBetween(1L, statistics.budget());
        assertThat(statistics.evictions()).isGreaterThan(1_000);
    }

    private static Callable<Void> until(AtomicBoolean over, Runnable work) {
        return () -> {
            while (!over.get()) {
                work.run();
            }
            return null;
        };
    }

    /** Counts rows up, each writer those of its own; now and then with a conflict, a delete or a refusal of the log. */
    private void write(int own, int rounds) {
        Random random = new Random(100 + own);
        for (int i = 0; i < rounds; i++) {
            long id = 1 + own + 2L * random.nextInt(ROWS / 2);
            Row current = engine.find("t", id).orElseThrow();
            long n = (Long) current.get("n");
            if (i % 10 == 0) {
                try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
                    transaction.delete("t", id);
                    transaction.write("t", WriteMode.INSERT, List.of(row(id, n + 1)));
                    transaction.commit();
                }
            } else if (i % 10 == 1) {
                try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
                    transaction.write("t", WriteMode.UPDATE, List.of(row(id, -1)));
                }
            } else {
                put(id, n + 1);
            }
        }
    }

    private void check(long id, long[] least) {
        Row row = engine.find("t", id).orElseThrow();
        requireWhole(row, id);
        long n = (Long) row.get("n");
        assertThat(n).isGreaterThanOrEqualTo(least[(int) id]);
        least[(int) id] = n;
    }

    private static void requireWhole(Row row, long id) {
        assertThat(row).isEqualTo(row(id, (Long) row.get("n")));
    }

    /** What one snapshot sees stands still, by whichever way it is looked at. */
    private void scan() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            List<Row> once = new ArrayList<>();
            transaction.select(Select.from("t")).forEachRemaining(once::add);
            assertThat(once).hasSize(ROWS);
            for (Row row : once) {
                requireWhole(row, (Long) row.get("id"));
                assertThat(transaction.find("t", row.get("id"))).contains(row);
            }
            long n = (Long) once.get(7).get("n");
            Select same = Select.from("t").where(field("n").eq(n).condition());
            long expected = once.stream().filter(row -> row.get("n").equals(n)).count();
            assertThat(transaction.count(same)).isEqualTo(expected);
            List<Row> found = new ArrayList<>();
            transaction.select(same).forEachRemaining(found::add);
            assertThat(found)
                    .hasSize((int) expected)
                    .allMatch(row -> row.get("n").equals(n));
        }
    }
}
