package io.taskmover.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Which rows stay in memory. */
class RowCacheTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();
    private static final String KILOBYTE = "x".repeat(1_000);
    private static final long WEIGHT = RowWeight.of(row(1));

    private final MapStore store = new MapStore();

    private static Row row(long id) {
        return Row.of(SCHEMA.rowType(), id, KILOBYTE);
    }

    /** @param fitting how many rows have room in memory */
    private Engine restored(int rows, int fitting) {
        for (long id = 1; id <= rows; id++) {
            store.put(SCHEMA, row(id));
        }
        return store.reopen(fitting * WEIGHT, 1, SCHEMA);
    }

    private static CacheStatistics statistics(Engine engine) {
        CacheStatistics statistics = engine.cacheStatistics().orElseThrow();
        assertThat(statistics.bytes()).isBetween(0L, statistics.budget());
        return statistics;
    }

    private static long scan(Engine engine) {
        long[] count = new long[1];
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            transaction.select(Select.from("t")).forEachRemaining(row -> count[0]++);
        }
        return count[0];
    }

    private static void find(Engine engine, long from, long to) {
        for (long id = from; id <= to; id++) {
            assertThat(engine.find("t", id)).contains(row(id));
        }
    }

    @Test
    void rowsTakeNoMoreThanTheBudgetHoweverManyAreRead() {
        try (Engine engine = restored(5_000, 100)) {
            assertThat(scan(engine)).isEqualTo(5_000);
            assertThat(statistics(engine).rows()).isEqualTo(100);
            Random random = new Random(1);
            for (int i = 0; i < 10_000; i++) {
                long id = 1 + random.nextInt(5_000);
                assertThat(engine.find("t", id)).contains(row(id));
                assertThat(statistics(engine).rows()).isEqualTo(100);
            }
            assertThat(statistics(engine).evictions())
                    .isEqualTo(statistics(engine).misses() - 100);
            assertThat(statistics(engine).misses()).isEqualTo(store.reads());
        }
    }

    @Test
    void scansOfAnyLengthLeaveInMemoryWhatIsUsedOften() {
        try (Engine engine = restored(5_000, 100)) {
            find(engine, 1, 50);
            find(engine, 1, 50);
            for (int i = 0; i < 3; i++) {
                assertThat(scan(engine)).isEqualTo(5_000);
            }
            long before = store.reads();
            find(engine, 1, 50);
            assertThat(store.reads() - before).isZero();
        }
    }

    @Test
    void rowsThatAreNoLongerUsedMakeRoomForOthersThatAre() {
        try (Engine engine = restored(1_000, 100)) {
            for (int i = 0; i < 3; i++) {
                find(engine, 1, 90);
            }
            for (int i = 0; i < 5; i++) {
                find(engine, 501, 590);
            }
            long before = store.reads();
            find(engine, 501, 590);
            assertThat(store.reads() - before).isLessThan(20);
        }
    }

    @Test
    void whatIsUsedAllTheTimeStaysWhileOtherRowsAreInUseForAWhile() {
        AtomicInteger readsOfUsed = new AtomicInteger();
        store.beforeRead = id -> readsOfUsed.addAndGet((Long) id <= 10 ? 1 : 0);
        try (Engine engine = restored(1_000, 100)) {
            for (long from = 101; from <= 901; from += 50) {
                for (int i = 0; i < 3; i++) {
                    find(engine, 1, 10);
                    find(engine, from, from + 49);
                }
            }
            assertThat(store.reads()).isGreaterThan(850);
            assertThat(readsOfUsed.get()).isLessThanOrEqualTo(2 * 10);
        }
    }

    @Test
    void aRowThatIsGreaterThanTheBudgetIsReadEachTime() {
        store.put(SCHEMA, row(1));
        try (Engine engine = store.reopen(WEIGHT - 1, 1, SCHEMA)) {
            find(engine, 1, 1);
            find(engine, 1, 1);
            assertThat(store.reads()).isEqualTo(2);
            assertThat(statistics(engine).rows()).isZero();
        }
    }

    @Test
    void whatIsNotStoredYetStaysInMemoryWhateverItTakes() {
        try (Engine engine = restored(0, 10)) {
            for (long id = 1; id <= 100; id++) {
                engine.write("t", WriteMode.INSERT, List.of(row(id)));
            }
            find(engine, 1, 100);
            assertThat(store.reads()).isZero();

            store.store(engine);
            assertThat(statistics(engine).rows()).isEqualTo(10);
            find(engine, 1, 100);
            assertThat(store.reads()).isGreaterThanOrEqualTo(90);
        }
    }

    @Test
    void aRowWithAFormerVersionThatASnapshotSeesIsNoCandidateUntilTheSnapshotEnds() {
        try (Engine engine = restored(100, 10)) {
            try (EngineSnapshot old = engine.snapshot()) {
                for (long id = 1; id <= 100; id++) {
                    engine.write("t", WriteMode.UPDATE, List.of(Row.of(SCHEMA.rowType(), id, "new")));
                }
                store.store(engine);
                long before = store.reads();
                for (long id = 1; id <= 100; id++) {
                    assertThat(engine.find("t", id).orElseThrow().get("text")).isEqualTo("new");
                    assertThat(old.find("t", id)).contains(row(id));
                }
                assertThat(store.reads()).isEqualTo(before);
            }
            engine.write("t", WriteMode.UPDATE, List.of(row(1)));
            store.store(engine);
            scan(engine);

            assertThat(statistics(engine).rows()).isGreaterThan(10); // the new rows are lighter
            assertThat(statistics(engine).evictions()).isPositive();
            assertThat(engine.versions("t", 50L)).isEqualTo(1);
        }
    }

    @Test
    void theLastCommitsRowsAreCandidatesWithoutAnotherCommit() {
        try (Engine engine = restored(100, 10)) {
            List<Row> all = new ArrayList<>();
            for (long id = 1; id <= 100; id++) {
                all.add(row(id));
            }
            engine.write("t", WriteMode.UPDATE, all);
            store.store(engine);

            assertThat(engine.backlog()).isZero();
            assertThat(statistics(engine).rows()).isEqualTo(10);
        }
    }

    @Test
    void deletedAndReplacedRowsLeaveTheBudgetToOthers() {
        try (Engine engine = restored(100, 100)) {
            find(engine, 1, 100);
            for (long id = 1; id <= 50; id++) {
                engine.delete("t", id);
            }
            assertThat(statistics(engine).bytes()).isEqualTo(50 * WEIGHT);
            store.store(engine);
            for (long id = 51; id <= 100; id++) {
                engine.write("t", WriteMode.UPDATE, List.of(Row.of(SCHEMA.rowType(), id, null)));
            }
            store.store(engine);
            assertThat(statistics(engine).bytes()).isEqualTo(50 * RowWeight.of(Row.of(SCHEMA.rowType(), 1L, null)));
        }
    }
}
