package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Row;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Many threads on one store: nothing is lost, nothing is seen half. */
public interface ConcurrencyContract extends Contract {
    /** How many threads write at once. */
    int THREADS = 4;
    /** How often each of them writes. */
    int ROUNDS = 25;

    /** A table {@code (id, n)}. */
    private TestTable counters() {
        return table(t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
    }

    private static long number(Row row) {
        return (Long) Objects.requireNonNull(row.get("n"));
    }

    @Test
    default void writersOfDifferentKeysLoseNothing() throws Exception {
        TestTable table = counters();
        Concurrently.run(THREADS, thread -> () -> {
            for (int round = 0; round < ROUNDS; round++) {
                table.insert("t" + thread + "-" + round, thread * ROUNDS + round);
            }
            return thread;
        });
        assertThat(table.rows())
                .hasSize(THREADS * ROUNDS)
                .extracting(row -> row.get("n"))
                .doesNotHaveDuplicates();
    }

    @Test
    default void countersRaisedInTransactionsWithRetriesCountEverything() throws Exception {
        TestTable table = counters();
        table.insert("a", 0);
        Concurrently.run(THREADS, thread -> () -> {
            for (int round = 0; round < ROUNDS; round++) {
                Concurrently.retrying(() -> {
                    try (BackendTransaction transaction = table.begin()) {
                        Row row = transaction.find(table.name(), "a").orElseThrow();
                        table.write(transaction, WriteMode.UPDATE, row.with("n", number(row) + 1));
                        transaction.commit();
                        return row;
                    }
                });
            }
            return thread;
        });
        assertThat(table.value("a", "n")).isEqualTo((long) THREADS * ROUNDS);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void countersRaisedByConditionalUpdatesCountEverything(Isolation level) throws Exception {
        TestTable table = counters();
        table.insert("a", 0);
        Assignments plusOne = new Assignments(Map.of(
                "n",
                new Expression.Arithmetic(
                        Expression.Arithmetic.Operator.ADD, Path.of("n"), new Expression.Literal(1L))));
        Concurrently.run(THREADS, thread -> () -> {
            for (int round = 0; round < ROUNDS; round++) {
                Concurrently.retrying(() -> {
                    try (BackendTransaction transaction = table.begin(level)) {
                        transaction.update(table.name(), field("id").eq("a").condition(), plusOne);
                        transaction.commit();
                        return transaction;
                    }
                });
            }
            return thread;
        });
        assertThat(table.value("a", "n")).isEqualTo((long) THREADS * ROUNDS);
    }

    @Test
    default void versionsAdmitOneWriterOfEach() throws Exception {
        TestTable table = table(t -> t.column("id", TEXT)
                .column("n", INTEGER)
                .column("version", INTEGER)
                .primaryKey("id")
                .version("version"));
        table.insert("a", 0, 0);
        List<Integer> wins = Concurrently.run(THREADS, thread -> () -> {
            int won = 0;
            for (int round = 0; round < ROUNDS; round++) {
                Row seen = table.find("a").orElseThrow();
                try {
                    table.write(WriteMode.UPDATE, seen.with("n", number(seen) + 1));
                    won++;
                } catch (ConflictException e) {
                    // somebody else was first: the loser changes nothing
                    assertThat(e.retryable()).isTrue();
                }
            }
            return won;
        });
        long total = wins.stream().mapToInt(Integer::intValue).sum();
        assertThat(total).isPositive();
        assertThat(table.find("a")).contains(table.row("a", total, total + 1));
    }

    @Test
    default void transfersKeepTheSumThatSnapshotsSee() throws Exception {
        TestTable table = counters();
        int accounts = 5;
        for (int i = 0; i < accounts; i++) {
            table.insert("a" + i, 100);
        }
        AtomicInteger writing = new AtomicInteger(THREADS - 1);
        Concurrently.run(THREADS, thread -> () -> {
            if (thread == THREADS - 1) {
                int reads = 0;
                do {
                    assertThat(sum(table)).isEqualTo(accounts * 100L);
                    reads++;
                } while (writing.get() > 0 && reads < 100_000);
                return thread;
            }
            try {
                for (int round = 0; round < ROUNDS; round++) {
                    String from = "a" + (round + thread) % accounts;
                    String to = "a" + (round * 2 + thread + 1) % accounts;
                    if (!from.equals(to)) {
                        Concurrently.retrying(() -> transfer(table, from, to));
                    }
                }
            } finally {
                writing.decrementAndGet();
            }
            return thread;
        });
        assertThat(sum(table)).isEqualTo(accounts * 100L);
    }

    private static boolean transfer(TestTable table, String from, String to) {
        try (BackendTransaction transaction = table.begin()) {
            Row source = transaction.find(table.name(), from).orElseThrow();
            Row target = transaction.find(table.name(), to).orElseThrow();
            table.write(transaction, WriteMode.UPDATE, source.with("n", number(source) - 1));
            table.write(transaction, WriteMode.UPDATE, target.with("n", number(target) + 1));
            transaction.commit();
            return true;
        }
    }

    private static long sum(TestTable table) {
        try (BackendTransaction transaction = table.store().begin(TransactionOptions.READ_ONLY)) {
            return TestTable.rows(transaction, table.select()).stream()
                    .mapToLong(ConcurrencyContract::number)
                    .sum();
        }
    }

    @Test
    default void aUniqueIndexAdmitsOneOfManyInARace() throws Exception {
        TestTable table = table(
                t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id").unique("n"));
        List<Integer> admitted = Concurrently.run(THREADS, thread -> () -> {
            int won = 0;
            for (int round = 0; round < ROUNDS; round++) {
                try {
                    table.insert("t" + thread + "-" + round, round);
                    won++;
                } catch (DuplicateKeyException e) {
                    assertThat(e.index()).isEqualTo("ux_" + table.name() + "_n");
                }
            }
            return won;
        });
        assertThat(admitted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(ROUNDS);
        assertThat(table.rows()).hasSize(ROUNDS).extracting(row -> row.get("n")).doesNotHaveDuplicates();
    }

    @Test
    default void aPrimaryKeyAdmitsOneOfManyInARace() throws Exception {
        TestTable table = counters();
        List<Integer> admitted = Concurrently.run(THREADS, thread -> () -> {
            int won = 0;
            for (int round = 0; round < ROUNDS; round++) {
                try {
                    table.insert("k" + round, thread);
                    won++;
                } catch (DuplicateKeyException e) {
                    assertThat(e.id()).isEqualTo("k" + round);
                }
            }
            return won;
        });
        assertThat(admitted.stream().mapToInt(Integer::intValue).sum()).isEqualTo(ROUNDS);
    }

    @Test
    default void readersNeverSeeHalfACommit() throws Exception {
        TestTable one = counters();
        TestTable two = counters();
        one.insert("a", 0);
        two.insert("a", 0);
        AtomicInteger writing = new AtomicInteger(1);
        Concurrently.run(THREADS, thread -> () -> {
            if (thread > 0) {
                int reads = 0;
                do {
                    try (BackendTransaction reader = one.store().begin(TransactionOptions.READ_ONLY)) {
                        Row first = reader.find(one.name(), "a").orElseThrow();
                        Row second = reader.find(two.name(), "a").orElseThrow();
                        assertThat(first.get("n")).isEqualTo(second.get("n"));
                        assertThat(TestTable.rows(
                                        reader,
                                        one.select()
                                                .where(field("n")
                                                        .eq(number(first))
                                                        .condition())))
                                .containsExactly(first);
                    }
                    reads++;
                } while (writing.get() > 0 && reads < 100_000);
                return thread;
            }
            try {
                for (int round = 1; round <= ROUNDS; round++) {
                    try (BackendTransaction writer = one.begin()) {
                        one.write(writer, WriteMode.UPDATE, one.row("a", round));
                        two.write(writer, WriteMode.UPDATE, two.row("a", round));
                        writer.commit();
                    }
                }
            } finally {
                writing.set(0);
            }
            return thread;
        });
    }

    @Test
    default void savesOfOneKeyOutsideTransactionsNeverFail() throws Exception {
        TestTable table = counters();
        Concurrently.run(THREADS, thread -> () -> {
            for (int round = 0; round < ROUNDS; round++) {
                table.write(WriteMode.UPSERT, table.row("a", thread * ROUNDS + round));
            }
            return thread;
        });
        assertThat(table.rows()).hasSize(1);
    }

    @Test
    default void savesAndDeletesOfOneKeyOutsideTransactionsNeverFail() throws Exception {
        TestTable table = counters();
        Concurrently.run(THREADS, thread -> () -> {
            for (int round = 0; round < ROUNDS; round++) {
                table.write(WriteMode.UPSERT, table.row("a", round), table.row("b", round));
                table.store().delete(table.name(), "a");
            }
            return thread;
        });
        assertThat(table.ids()).containsExactly("b");
    }

    @Test
    default void generatedKeysAreGivenOutOnce() throws Exception {
        TestTable table = table(t ->
                t.column("id", INTEGER).column("n", INTEGER).primaryKey("id").generatedKey());
        List<Set<Object>> keys = Concurrently.run(THREADS, thread -> () -> {
            Set<Object> own = new HashSet<>();
            for (int round = 0; round < ROUNDS; round++) {
                own.add(Objects.requireNonNull(table.insert(null, thread).get("id")));
            }
            return own;
        });
        assertThat(keys.stream().flatMap(Set::stream).toList())
                .hasSize(THREADS * ROUNDS)
                .doesNotHaveDuplicates();
        assertThat(table.rows()).hasSize(THREADS * ROUNDS);
    }

    @Test
    default void listenersHearCommitsInTheirOrder() throws Exception {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table(
                    "counters", t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
            table.insert("a", 0);
            List<Row> heard = new CopyOnWriteArrayList<>();
            store.backend()
                    .onCommit((origin, changes) -> changes.forEach(change -> {
                        if (change.before() != null && change.after() != null) {
                            heard.add(change.before());
                            heard.add(change.after());
                        }
                    }));
            Concurrently.run(THREADS, thread -> () -> {
                for (int round = 0; round < ROUNDS; round++) {
                    table.write(WriteMode.UPSERT, table.row("a", thread * 1_000 + round));
                }
                return thread;
            });
            assertThat(heard).hasSize(2 * THREADS * ROUNDS);
            for (int i = 2; i < heard.size(); i += 2) {
                assertThat(heard.get(i)).isEqualTo(heard.get(i - 1));
            }
            assertThat(heard.get(heard.size() - 1)).isEqualTo(table.find("a").orElseThrow());
        }
    }

    @Test
    default void tablesAreCreatedWhileOthersAreWritten() throws Exception {
        TestTable table = counters();
        Concurrently.run(THREADS, thread -> () -> {
            for (int round = 0; round < 5; round++) {
                if (thread == 0) {
                    counters().insert("a", round);
                } else {
                    table.write(WriteMode.UPSERT, table.row("t" + thread, round));
                }
            }
            return thread;
        });
        assertThat(table.rows()).hasSize(THREADS - 1);
    }
}
