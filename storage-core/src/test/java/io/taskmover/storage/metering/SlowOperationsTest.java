package io.taskmover.storage.metering;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.taskmover.storage.LogListener;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is told of slow operations, in a store whose time the test makes. */
class SlowOperationsTest {
    private static final StorageConfig CONFIG =
            StorageConfig.builder("memory:").slowQuery(Duration.ofMillis(200)).build();
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("holder", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .index("holder")
            .build();
    private static final Select OF_ANNA = Select.from("notes")
            .where(field("holder").eq("anna's secret").condition())
            .orderBy(List.of(new Sort(Path.of("n"), true)))
            .limit(20L);

    private long now;
    /** How long each operation of the store takes, in milliseconds. */
    private long takes;

    private boolean explains = true;
    private StorageBackend store;
    private StorageBackend metered;
    private LogListener log;

    /** A store that takes its time. */
    private final class Taking extends ForwardingBackend {
        Taking(StorageBackend delegate) {
            super(delegate);
        }

        @Override
        public BackendTransaction begin(TransactionOptions options) {
            take();
            return new TakingTransaction(super.begin(options));
        }

        @Override
        public <R> Optional<R> find(String table, Object id, Function<? super Row, ? extends R> mapper) {
            take();
            return super.find(table, id, mapper);
        }

        @Override
        public <R> List<R> select(Select select, Function<? super Row, ? extends R> mapper) {
            take();
            return super.select(select, mapper);
        }

        @Override
        public List<Row> write(String table, WriteMode mode, List<Row> rows) {
            take();
            return super.write(table, mode, rows);
        }
    }

    private final class TakingTransaction extends ForwardingTransaction {
        TakingTransaction(BackendTransaction delegate) {
            super(delegate);
        }

        @Override
        public RowCursor select(Select select) {
            RowCursor rows = super.select(select);
            return new RowCursor() {
                @Override
                public Row next() {
                    take();
                    return rows.next();
                }

                @Override
                public void forEachRemaining(Consumer<? super Row> action) {
                    take();
                    rows.forEachRemaining(action);
                }

                @Override
                public void close() {
                    rows.close();
                }
            };
        }

        @Override
        public Explanation explain(Select select) {
            if (!explains) {
                throw new StorageException("no plan today");
            }
            return super.explain(select);
        }

        @Override
        public void commit() {
            take();
            super.commit();
        }
    }

    private void take() {
        pass(takes);
    }

    private void pass(long millis) {
        now += Duration.ofMillis(millis).toNanos();
    }

    @BeforeEach
    void open() {
        store = StorageBackend.open(CONFIG);
        store.createTable(NOTES);
        for (int i = 0; i < 3; i++) {
            store.insert("notes", Map.of("id", "n" + i, "holder", "anna's secret", "n", (long) i));
        }
        metered = new MeteredBackend(new Taking(store), CONFIG, () -> now);
        log = new LogListener(SlowLog.NAME);
    }

    @AfterEach
    void close() {
        log.close();
        store.close();
    }

    private String told() {
        assertThat(log.messages()).hasSize(1);
        return log.messages().get(0);
    }

    private double slow() {
        return metered.metrics().value(Metric.OPERATIONS_SLOW);
    }

    @Test
    void aSlowSelectionIsToldWithItsPlanAndWithoutItsValues() {
        takes = 312;
        assertThat(metered.select(OF_ANNA, Function.identity())).hasSize(3);
        assertThat(told())
                .contains("Slow: select from notes where holder = ? order by n desc limit 20; took 312 ms, 3 rows;"
                        + " plan: search table 'notes' by index '")
                .contains("; order by [n desc")
                .doesNotContain("anna", "\n;");
        assertThat(slow()).isEqualTo(1);
        assertThat(metered.metrics().value(Metric.OPERATION_TIME, "select")).isEqualTo(0.312);
        assertThat(metered.metrics().value(Metric.OPERATION_TIME_MAX, "select")).isEqualTo(0.312);
    }

    @Test
    void whatIsQuickerThanThatIsNotTold() {
        takes = 199;
        metered.select(OF_ANNA, Function.identity());
        metered.find("notes", "n1");
        assertThat(log.messages()).isEmpty();
        takes = 200;
        metered.find("notes", "n1");
        assertThat(told())
                .contains("Slow: find by key in notes; took 200 ms, 1 row")
                .doesNotContain("n1");
        assertThat(metered.metrics()
                        .meter(Metric.OPERATION_TIME, "find")
                        .orElseThrow()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void whatTheCallerTakesBetweenRowsIsNotTheStores() {
        takes = 45;
        try (BackendTransaction transaction = metered.begin(TransactionOptions.READ_ONLY)) {
            try (RowCursor rows = transaction.select(OF_ANNA)) {
                while (rows.next() != null) {
                    pass(5_000);
                }
            }
            assertThat(log.messages()).isEmpty();
            takes = 60;
            try (RowCursor rows = transaction.select(OF_ANNA)) {
                while (rows.next() != null) {
                    pass(1_000);
                }
            }
            assertThat(told()).contains("took 240 ms, and its caller 3000 ms, 3 rows; plan: search");
            takes = 150;
            try (RowCursor rows = transaction.select(OF_ANNA)) {
                rows.forEachRemaining(row -> pass(1_000));
            }
            assertThat(log.messages()).hasSize(1);
            assertThat(metered.metrics().value(Metric.OPERATION_TIME, "select")).isCloseTo(0.57, within(1e-9));
        }
    }

    @Test
    void aPlanThatCannotBeToldFailsNobody() {
        takes = 500;
        explains = false;
        assertThat(metered.select(OF_ANNA, Function.identity())).hasSize(3);
        assertThat(told()).contains("took 500 ms, 3 rows; no plan: StorageException");
        try (BackendTransaction transaction = metered.begin(TransactionOptions.DEFAULT)) {
            try (RowCursor rows = transaction.select(OF_ANNA)) {
                assertThat(rows.next()).isNotNull();
            }
            assertThat(transaction.delete("notes", "n0")).isTrue();
            transaction.commit();
        }
        assertThat(store.find("notes", "n0")).isEmpty();
    }

    /** What only this transaction sees is explained in it. */
    @Test
    void aPlanIsToldByTheTransactionThatWasSlow() {
        try (BackendTransaction transaction = metered.begin(TransactionOptions.DEFAULT)) {
            transaction
                    .catalog()
                    .create(TableSchema.builder("drafts")
                            .column("id", DataType.TEXT)
                            .primaryKey("id")
                            .build());
            takes = 400;
            try (RowCursor rows = transaction.select(Select.from("drafts"))) {
                assertThat(rows.next()).isNull();
            }
            assertThat(told()).contains("select from drafts", "plan: full scan of table 'drafts'");
            takes = 0;
            transaction.commit();
        }
    }

    @Test
    void waitsToBeginAndToCommitAreTold() {
        takes = 1_000;
        try (BackendTransaction transaction = metered.begin(TransactionOptions.DEFAULT)) {
            takes = 0;
            transaction.delete("notes", "n0");
            takes = 700;
            transaction.commit();
        }
        assertThat(log.messages()).hasSize(2);
        assertThat(log.messages().get(0)).contains("Slow: begin a transaction; took 1000 ms");
        assertThat(log.messages().get(1)).contains("Slow: commit a transaction; took 700 ms, 1 row");
    }

    @Test
    void whatFailsSlowlyIsToldByTheKindOfFailure() {
        takes = 300;
        Row row = store.find("notes", "n0").orElseThrow();
        assertThatThrownBy(() -> metered.write("notes", WriteMode.INSERT, List.of(row)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(told())
                .contains("Slow: insert into notes; took 300 ms, failed with DuplicateKeyException")
                .doesNotContain("n0");
    }

    @Test
    void tenInASecondAreToldAndTheRestCounted() {
        takes = 200;
        try (BackendTransaction transaction = metered.begin(TransactionOptions.READ_ONLY)) {
            for (int i = 0; i < 25; i++) {
                slowly(transaction);
            }
        }
        assertThat(slow()).isEqualTo(26);
        assertThat(log.messages()).hasSize(10).noneMatch(message -> message.contains("not logged"));
        pass(1_000);
        metered.find("notes", "n1");
        metered.find("notes", "n1");
        assertThat(log.messages()).hasSize(12);
        assertThat(log.messages().get(10)).contains("; 16 more were slow before and not logged");
        assertThat(log.messages().get(11)).doesNotContain("not logged");
    }

    /** A selection that takes long in the store, after which no time has passed. */
    private void slowly(BackendTransaction transaction) {
        long at = now;
        takes = 200;
        try (RowCursor rows = transaction.select(OF_ANNA)) {
            rows.forEachRemaining(row -> {});
        }
        now = at;
    }

    @Test
    void listsAndSqlAreToldWithoutTheirValues() {
        Select many = Select.from("notes")
                .where(field("holder")
                        .in("a", "b", "c", "d")
                        .and(field("n").between(7L, 9L))
                        .and(field("id").like("secret%"))
                        .condition())
                .offset(5);
        assertThat(many.shape())
                .isEqualTo("from notes where holder in (? and 3 more) and n between ? and ? and id like ? offset 5");
        assertThat(SqlShape.of("select *\n from t\twhere a = 'it''s' and b = ?"))
                .isEqualTo("select * from t where a = ? and b = ?");
        assertThat(SqlShape.of("x".repeat(9_999))).hasSize(501);
    }

    @Test
    void withoutSlowQueryNothingIsToldAndWithoutLatenciesTheClockIsNotLookedAt() {
        StorageBackend plain = new MeteredBackend(store, StorageConfig.of("memory:"), () -> {
            throw new AssertionError("nobody asked for times");
        });
        assertThat(plain.find("notes", "n1")).isPresent();
        assertThat(plain.select(OF_ANNA, Function.identity())).hasSize(3);
        assertThat(plain.metrics().has(Metric.OPERATION_TIME)).isFalse();
        assertThat(plain.metrics().has(Metric.OPERATIONS_SLOW)).isFalse();
        assertThat(plain.metrics().value(Metric.ROWS_READ)).isEqualTo(4);
        assertThat(log.messages()).isEmpty();
    }
}
