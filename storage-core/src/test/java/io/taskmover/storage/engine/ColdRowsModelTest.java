package io.taskmover.storage.engine;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An engine with room for a few rows answers as one that has room for all. */
class ColdRowsModelTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .column("price", DataType.DECIMAL)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .index("n")
            .index("price", "n")
            .unique("text")
            .build();
    private static final int STEPS = 2_500;
    private static final int IDS = 60;

    /** Both engines, in which the same is done. */
    private record Twins(Engine unbounded, Engine bounded) {}

    private record Open(BackendTransaction unbounded, BackendTransaction bounded) {}

    private Random random;
    private MapStore store;
    private Twins engines;
    private final List<Open> snapshots = new ArrayList<>();
    private int outdated;

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void randomWorkGivesTheSameAnswers(long seed) {
        random = new Random(seed);
        store = new MapStore();
        Engine all = new Engine(CommitLog.NONE, Clock.systemUTC(), Duration.ofMinutes(5), false);
        try (Engine unbounded = all;
                Engine bounded = store.open(6 * RowWeight.of(row(1)))) {
            engines = new Twins(unbounded, bounded);
            both(transaction -> {
                transaction.catalog().create(SCHEMA);
                transaction.commit();
                return "created";
            });
            for (int i = 0; i < STEPS; i++) {
                step();
            }
            while (!snapshots.isEmpty()) {
                endSnapshot();
            }
            store.store(bounded);
            compareAll();
            assertThat(bounded.verify().problems()).isEmpty();
            CacheStatistics statistics = bounded.cacheStatistics().orElseThrow();
            assertThat(statistics.bytes()).isLessThanOrEqualTo(statistics.budget());
            assertThat(statistics.evictions()).isGreaterThan(STEPS / 2);
            assertThat(outdated).isLessThan(STEPS / 20);
        }
    }

    private Row row(long id) {
        return Row.of(SCHEMA.rowType(), id, 1L, BigDecimal.ONE, "text " + id);
    }

    private void step() {
        switch (random.nextInt(20)) {
            case 0, 1, 2, 3, 4 -> write();
            case 5, 6 -> transaction();
            case 7 -> delete();
            case 8, 9 -> store.store(engines.bounded());
            case 10 -> engines.bounded().stored(store.apply(1 + random.nextInt(3)));
            case 11 -> store.apply(2); // stored, but not told
            case 12 -> beginSnapshot();
            case 13 -> endSnapshot();
            case 14 -> readSnapshot();
            case 15 -> alter();
            case 16, 17 -> queries();
            default -> find();
        }
    }

    private void find() {
        long id = 1 + random.nextInt(IDS);
        assertThat(engines.bounded().find("t", id))
                .isEqualTo(engines.unbounded().find("t", id));
    }

    private Row randomRow() {
        TableSchema schema = engines.unbounded().schemaOf("t");
        Object[] values = new Object[schema.rowType().size()];
        for (int i = 0; i < values.length; i++) {
            Column column = schema.rowType().column(i);
            values[i] = switch (column.type()) {
                case INTEGER ->
                    column.name().equals("id")
                            ? (Long) (long) (1 + random.nextInt(IDS))
                            : random.nextInt(10) == 0 ? null : (Long) (long) random.nextInt(8);
                case DECIMAL -> BigDecimal.valueOf(random.nextInt(5) * 10L, random.nextInt(3));
                default -> "text " + random.nextInt(3 * IDS);
            };
        }
        return Row.of(schema.rowType(), values);
    }

    private void write() {
        List<Row> rows = new ArrayList<>();
        for (int i = 1 + random.nextInt(3); i > 0; i--) {
            rows.add(randomRow());
        }
        WriteMode mode = WriteMode.values()[random.nextInt(WriteMode.values().length)];
        same(engine -> engine.write("t", mode, rows));
    }

    private void delete() {
        long id = 1 + random.nextInt(IDS);
        same(engine -> engine.delete("t", id));
    }

    private void transaction() {
        Row one = randomRow();
        Row two = randomRow();
        long n = random.nextInt(8);
        boolean rollback = random.nextInt(4) == 0;
        Condition where = field("n").eq(n).condition();
        both(transaction -> {
            List<Object> seen = new ArrayList<>();
            seen.add(transaction.write("t", WriteMode.UPSERT, List.of(one)));
            seen.add(transaction.update("t", where, Assignments.of(Map.of("n", (n + 1) % 8))));
            seen.add(transaction.count(Select.from("t").where(where)));
            seen.add(transaction.write("t", WriteMode.UPSERT, List.of(two)));
            seen.add(rows(transaction, Select.from("t").orderBy(List.of(Sort.asc("n"), Sort.asc("id")))));
            if (!rollback) {
                transaction.commit();
            }
            return seen;
        });
    }

    private void alter() {
        TableSchema schema = engines.unbounded().schemaOf("t");
        boolean hasNote = schema.rowType().indexOf("note") >= 0;
        boolean hasIndex =
                schema.indexes().stream().anyMatch(index -> index.columns().equals(List.of("note")));
        int value = random.nextInt(100);
        both(transaction -> {
            if (!hasNote) {
                transaction
                        .catalog()
                        .addColumn("t", Column.of("note", DataType.TEXT).withDefault("text " + value));
            } else if (hasIndex) {
                transaction
                        .catalog()
                        .dropIndex("t", Index.of("t", false, "note").name());
            } else if (value < 50) {
                transaction.catalog().createIndex("t", Index.of("t", false, "note"));
            } else {
                transaction.catalog().dropColumn("t", "note");
            }
            transaction.commit();
            return "altered";
        });
    }

    private void beginSnapshot() {
        if (snapshots.size() < 4) {
            snapshots.add(new Open(
                    engines.unbounded().begin(TransactionOptions.READ_ONLY),
                    engines.bounded().begin(TransactionOptions.READ_ONLY)));
        }
    }

    private void endSnapshot() {
        if (!snapshots.isEmpty()) {
            Open open = snapshots.remove(random.nextInt(snapshots.size()));
            open.unbounded().close();
            open.bounded().close();
        }
    }

    private void readSnapshot() {
        if (!snapshots.isEmpty()) {
            Open open = snapshots.get(random.nextInt(snapshots.size()));
            for (Select select : selects()) {
                Object answer;
                try {
                    answer = rows(open.bounded(), select);
                } catch (ConflictException e) {
                    outdated++;
                    return;
                }
                assertThat(answer).isEqualTo(rows(open.unbounded(), select));
                assertThat(open.bounded().count(select))
                        .isEqualTo(open.unbounded().count(select));
            }
        }
    }

    private void queries() {
        for (Select select : selects()) {
            both(transaction -> rows(transaction, select));
            both(transaction -> transaction.count(select));
        }
    }

    private List<Select> selects() {
        long n = random.nextInt(8);
        List<Sort> byId = List.of(Sort.asc("id"));
        Select all = Select.from("t").orderBy(byId);
        BigDecimal price = BigDecimal.valueOf(random.nextInt(5));
        return List.of(
                all,
                all.where(field("n").eq(n).condition()),
                all.where(field("n").between(n, n + 2).condition()),
                all.where(field("n").isNull().condition()),
                all.where(field("price")
                        .eq(price)
                        .condition()
                        .and(field("n").ne(n).condition())),
                all.where(field("n")
                        .eq(n)
                        .condition()
                        .and(field("text").like("%1%").condition())),
                all.where(field("id").atLeast(n * 7).condition()).limit(5L).offset(3),
                Select.from("t")
                        .orderBy(List.of(Sort.desc("n"), Sort.asc("id")))
                        .limit(7L)
                        .offset(2));
    }

    private static List<Row> rows(BackendTransaction transaction, Select select) {
        List<Row> rows = new ArrayList<>();
        transaction.select(select).forEachRemaining(rows::add);
        return rows;
    }

    private void compareAll() {
        both(transaction -> rows(transaction, Select.from("t").orderBy(List.of(Sort.asc("id")))));
    }

    private void same(Function<Engine, Object> work) {
        assertThat(outcome(work, engines.bounded())).isEqualTo(outcome(work, engines.unbounded()));
    }

    private static Object outcome(Function<Engine, Object> work, Engine engine) {
        try {
            return work.apply(engine);
        } catch (StorageException e) {
            return e.getClass() + ": " + e.getMessage();
        }
    }

    private void both(Function<BackendTransaction, Object> work) {
        same(engine -> {
            try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
                return work.apply(transaction);
            }
        });
    }
}
