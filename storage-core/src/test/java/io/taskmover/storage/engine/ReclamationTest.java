package io.taskmover.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReclamationTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .index("n")
            .build();

    private final Engine engine = new Engine(CommitLog.NONE, Clock.systemUTC(), Duration.ofMinutes(5), false);

    @BeforeEach
    void createTable() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(SCHEMA);
            transaction.commit();
        }
        put(1, 0);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void put(long id, long n) {
        engine.write("t", WriteMode.UPSERT, List.of(Row.of(SCHEMA.rowType(), id, n)));
    }

    private int indexEntries() {
        int count = 0;
        try (EngineSnapshot snapshot = engine.snapshot()) {
            OrderedTree.Cursor entries =
                    snapshot.require("t").indexes()[0].tree().ascending(Cut.START, Cut.END);
            while (entries.advance()) {
                count++;
            }
        }
        return count;
    }

    @Test
    void aMillionUpdatesOfARowWhileSnapshotsComeAndGoLeaveAHandfulOfVersions() {
        for (int i = 1; i <= 1_000_000; i++) {
            if (i % 3 == 0) {
                try (BackendTransaction reader = engine.begin(TransactionOptions.READ_ONLY)) {
                    put(1, i);
                    assertThat(reader.find("t", 1L)).isPresent();
                }
            } else {
                put(1, i);
            }
        }
        put(2, 0);

        assertThat(engine.versions("t", 1L)).isLessThanOrEqualTo(2);
        assertThat(indexEntries()).isLessThanOrEqualTo(4);
        assertThat(engine.backlog()).isLessThanOrEqualTo(2);
    }

    @Test
    void aLongSnapshotKeepsOnlyTheVersionThatItSees() {
        try (EngineSnapshot old = engine.snapshot()) {
            for (int i = 1; i <= 10_000; i++) {
                put(1, i);
            }
            assertThat(engine.versions("t", 1L)).isLessThanOrEqualTo(3);
            assertThat(old.find("t", 1L)).map(row -> row.get("n")).contains(0L);
        }
        put(1, -1);
        put(1, -2);

        assertThat(engine.versions("t", 1L)).isLessThanOrEqualTo(2);
    }

    @Test
    void anIndexMadeWhileOldVersionsWaitKeepsNothingOfThem() {
        try (EngineSnapshot old = engine.snapshot()) {
            put(1, 0);
            try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().createIndex("t", new Index("u", List.of("n"), true));
                transaction.commit();
            }
            engine.delete("t", 1L);
            put(2, 2);
            assertThat(old.find("t", 1L)).isPresent();
        }
        put(2, 3);
        put(2, 4);
        assertThat(engine.versions("t", 1L)).isZero();
        put(1, 0);

        assertThatThrownBy(() -> put(3, 0)).isInstanceOf(DuplicateKeyException.class);
    }

    @Test
    void deletedRowsGoWithTheLastSnapshotThatSeesThem() {
        for (int i = 2; i <= 5_000; i++) {
            put(i, i);
        }
        try (BackendTransaction old = engine.begin(TransactionOptions.READ_ONLY)) {
            for (long i = 1; i <= 5_000; i++) {
                engine.delete("t", i);
            }
            assertThat(old.count(Select.from("t"))).isEqualTo(5_000);
        }
        for (int i = 0; i < 200; i++) {
            put(1, i);
        }

        assertThat(indexEntries()).isLessThanOrEqualTo(3);
        assertThat(engine.versions("t", 4_000L)).isZero();
    }

    @Test
    void anAbandonedCursorKeepsNothingOnceItsTransactionEnded() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.select(Select.from("t")).next();
            transaction.commit();
        }
        put(1, 1);
        put(1, 2);
        put(1, 3);

        assertThat(engine.versions("t", 1L)).isLessThanOrEqualTo(2);
    }
}
