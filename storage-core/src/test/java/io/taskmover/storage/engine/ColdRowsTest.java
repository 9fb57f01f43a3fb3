package io.taskmover.storage.engine;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Rows that are not in memory are read when they are needed, and only then. */
class ColdRowsTest {
    static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .column("code", DataType.TEXT)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .index("n")
            .unique("code")
            .build();
    private static final int ROWS = 100;
    private static final long RESTORED = 7;

    private final MapStore store = new MapStore();
    private Engine engine;

    @BeforeEach
    void restore() {
        for (long id = 1; id <= ROWS; id++) {
            store.put(SCHEMA, row(id, id % 10, "text " + id));
        }
        engine = store.reopen(1 << 20, RESTORED, SCHEMA);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private static Row row(long id, long n, String text) {
        return Row.of(SCHEMA.rowType(), id, n, "c" + id, text);
    }

    private List<Row> select(Select select) {
        List<Row> rows = new ArrayList<>();
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            transaction.select(select).forEachRemaining(rows::add);
        }
        return rows;
    }

    private static Select whereN(long n) {
        return Select.from("t").where(field("n").eq(n).condition());
    }

    @Test
    void aRowIsReadOnceAndThenInMemory() {
        assertThat(engine.find("t", 5L)).contains(row(5, 5, "text 5"));
        assertThat(engine.find("t", 5L)).contains(row(5, 5, "text 5"));
        assertThat(engine.find("t", 500L)).isEmpty();

        assertThat(store.reads()).isEqualTo(1);
        assertThat(engine.cacheStatistics()).hasValueSatisfying(statistics -> {
            assertThat(statistics.rows()).isEqualTo(1);
            assertThat(statistics.misses()).isEqualTo(1);
            assertThat(statistics.evictions()).isZero();
        });
    }

    @Test
    void openingAndCountingReadNothing() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            assertThat(transaction.count(Select.from("t"))).isEqualTo(ROWS);
        }
        assertThat(engine.lastSequence()).isEqualTo(RESTORED);
        assertThat(store.reads()).isZero();
    }

    @Test
    void anIndexedQueryReadsTheRowsThatItFindsAndNoOthers() {
        assertThat(select(whereN(3))).hasSize(10).allMatch(row -> row.get("n").equals(3L));
        assertThat(store.reads()).isEqualTo(10);
    }

    private long count(Select select) {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            return transaction.count(select);
        }
    }

    @Test
    void countsAndOffsetsThatIndexEntriesDecideReadNothing() {
        assertThat(count(whereN(3))).isEqualTo(10);
        assertThat(count(Select.from("t").where(field("n").between(3L, 5L).condition())))
                .isEqualTo(30);
        assertThat(count(Select.from("t").where(field("id").atMost(40L).condition())))
                .isEqualTo(40);
        Condition either =
                field("n").eq(3L).condition().and(field("id").greaterThan(50L).condition());
        assertThat(count(Select.from("t").where(either))).isEqualTo(5);
        assertThat(store.reads()).isZero();

        assertThat(select(Select.from("t").offset(97))).hasSize(3);
        assertThat(store.reads()).isEqualTo(3);
    }

    @Test
    void aConditionOnIndexedColumnsIsTestedBeforeARowIsRead() {
        Condition both =
                field("n").eq(3L).condition().and(field("id").greaterThan(90L).condition());
        assertThat(select(Select.from("t").where(both))).containsExactly(row(93, 3, "text 93"));
        assertThat(store.reads()).isEqualTo(1);
    }

    @Test
    void aCountThatAsksForAnotherColumnReadsTheCandidates() {
        Condition both =
                field("n").eq(3L).condition().and(field("text").eq("text 93").condition());
        assertThat(count(Select.from("t").where(both))).isEqualTo(1);
        assertThat(store.reads()).isEqualTo(10);
    }

    @Test
    void entriesOfReplacedVersionsAreNotCounted() {
        try (EngineSnapshot old = engine.snapshot()) {
            engine.write("t", WriteMode.UPDATE, List.of(row(3, 4, "moved")));
            store.store(engine);
            assertThat(count(whereN(3))).isEqualTo(9);
            assertThat(count(whereN(4))).isEqualTo(11);
            assertThat(engine.verify().problems()).isEmpty();
            assertThat(old.find("t", 3L)).contains(row(3, 3, "text 3"));
        }
        assertThat(count(whereN(3))).isEqualTo(9);
    }

    @Test
    void aReplacedColdRowLeavesItsIndexEntryAndIsTheBeforeOfItsChange() {
        List<RowChange> changes = new ArrayList<>();
        engine.onCommit((origin, rows) -> changes.addAll(rows));

        engine.write("t", WriteMode.UPDATE, List.of(row(5, 77, "new")));
        engine.delete("t", 15L);
        engine.delete("t", 16L); // has the former versions reclaimed

        assertThat(changes).hasSize(3);
        assertThat(changes.get(0).before()).isEqualTo(row(5, 5, "text 5"));
        assertThat(changes.get(1).before()).isEqualTo(row(15, 5, "text 15"));
        assertThat(select(whereN(77))).containsExactly(row(5, 77, "new"));
        assertThat(select(whereN(5))).hasSize(8);
        assertThat(engine.verify().problems()).isEmpty();
        engine.write("t", WriteMode.INSERT, List.of(row(15, 1, "again")));
        assertThat(engine.find("t", 15L)).contains(row(15, 1, "again"));
    }

    @Test
    void whatACommitReplacesIsTheLatestRowAndNotTheOneThatItsTransactionSaw() {
        List<RowChange> changes = new ArrayList<>();
        TransactionOptions readCommitted = TransactionOptions.DEFAULT.withIsolation(Isolation.READ_COMMITTED);
        try (Engine tiny = store.reopen(1, RESTORED, SCHEMA);
                BackendTransaction transaction = tiny.begin(readCommitted)) {
            transaction.write("t", WriteMode.UPSERT, List.of(row(5, 77, "mine")));
            tiny.write("t", WriteMode.UPSERT, List.of(row(5, 78, "theirs")));
            store.store(tiny);
            transaction.find("t", 6L); // lets go of the snapshot that saw row 5 before
            assertThat(tiny.versions("t", 5L)).isEqualTo(1);
            tiny.onCommit((origin, rows) -> changes.addAll(rows));
            transaction.commit();

            assertThat(changes.get(0).before()).isEqualTo(row(5, 78, "theirs"));
            assertThat(tiny.verify().problems()).isEmpty();
        }
    }

    @Test
    void aSnapshotSeesTheColdRowThatWasReplacedSince() {
        // the budget keeps no row in memory: whatever is there, a commit has kept for the snapshot
        try (Engine tiny = store.reopen(1, RESTORED, SCHEMA)) {
            try (BackendTransaction old = tiny.begin(TransactionOptions.READ_ONLY)) {
                tiny.write("t", WriteMode.UPDATE, List.of(row(5, 77, "new")));
                tiny.delete("t", 6L);
                store.store(tiny);

                long before = store.reads();
                assertThat(old.find("t", 5L)).contains(row(5, 5, "text 5"));
                assertThat(old.find("t", 6L)).contains(row(6, 6, "text 6"));
                assertThat(store.reads()).isEqualTo(before);
                assertThat(old.count(whereN(5))).isEqualTo(10);
            }
            assertThat(tiny.find("t", 5L)).contains(row(5, 77, "new"));
        }
    }

    @Test
    void aUniqueIndexHoldsAgainstColdRows() {
        Row twin = row(5, 0, "x").with("code", "c9");
        assertThatThrownBy(() -> engine.write("t", WriteMode.UPSERT, List.of(twin)))
                .isInstanceOf(DuplicateKeyException.class);
        engine.write("t", WriteMode.UPSERT, List.of(row(9, 0, "x").with("code", "free")));
        engine.write("t", WriteMode.UPSERT, List.of(twin));

        assertThat(engine.verify().problems()).isEmpty();
    }

    @Test
    void aFailedReadFailsItsCallerAndNobodyElse() {
        store.beforeRead = id -> {
            if (id.equals(5L)) {
                throw new CorruptionException("the bytes of row 5 are not what was written", "map", null);
            }
        };
        assertThatThrownBy(() -> engine.find("t", 5L)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> select(whereN(5))).isInstanceOf(CorruptionException.class);
        assertThat(engine.find("t", 6L)).isPresent();
        assertThat(select(whereN(6))).hasSize(10);

        store.beforeRead = id -> {};
        assertThat(engine.find("t", 5L)).contains(row(5, 5, "text 5"));
    }

    @Test
    void aCommitThatCannotReadWhatItReplacesChangesNothing() {
        store.beforeRead = id -> {
            if (id.equals(5L)) {
                throw new CorruptionException("the bytes of row 5 are not what was written", "map", null);
            }
        };
        List<Row> both = List.of(row(4, 77, "new"), row(5, 77, "new"));
        assertThatThrownBy(() -> engine.write("t", WriteMode.UPSERT, both)).isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> engine.write("t", WriteMode.UPSERT, List.of(row(5, 77, "new"))))
                .isInstanceOf(CorruptionException.class);
        assertThatThrownBy(() -> engine.delete("t", 5L)).isInstanceOf(CorruptionException.class);

        assertThat(engine.lastSequence()).isEqualTo(RESTORED);
        store.beforeRead = id -> {};
        assertThat(engine.find("t", 4L)).contains(row(4, 4, "text 4"));
        engine.write("t", WriteMode.UPSERT, both);
        assertThat(engine.find("t", 5L)).contains(row(5, 77, "new"));
        assertThat(engine.verify().problems()).isEmpty();
    }

    @Test
    void ofALostRowThatCouldBeReadAfterAllNothingIsKeptOnceItIsReplaced() {
        Row twin = row(5, 0, "x").with("code", "c9");
        assertThatThrownBy(() -> engine.overwrite("t", 5L, twin)).isInstanceOf(DuplicateKeyException.class);
        Map<Version, ?> lost;
        try (EngineSnapshot now = engine.snapshot()) {
            lost = now.require("t").rows().lost();
        }
        assertThat(lost).hasSize(1);

        // whoever changed it has taken that back
        assertThat(engine.find("t", 5L)).contains(row(5, 5, "text 5"));
        engine.write("t", WriteMode.UPDATE, List.of(row(5, 77, "new")));
        engine.delete("t", 6L); // has the former version reclaimed
        assertThat(lost).isEmpty();
        assertThat(select(whereN(5))).hasSize(9);
        assertThat(engine.verify().problems()).isEmpty();
    }

    @Test
    void whatTheLogRefusesLeavesColdRowsAsTheyWere() {
        store.refuse = true;
        assertThatThrownBy(() -> engine.write("t", WriteMode.UPSERT, List.of(row(5, 77, "new"))))
                .isInstanceOf(StorageException.class);
        store.refuse = false;

        assertThat(engine.cacheStatistics())
                .hasValueSatisfying(statistics -> assertThat(statistics.rows()).isEqualTo(1));
        assertThat(engine.find("t", 5L)).contains(row(5, 5, "text 5"));
    }
}
