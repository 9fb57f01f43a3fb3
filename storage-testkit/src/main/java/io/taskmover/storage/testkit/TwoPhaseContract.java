package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Preparing a transaction: what follows cannot be refused, and nobody sees it before it is decided. */
interface TwoPhaseContract extends Contract {
    /** Gives each task a thread, since some are to wait: a pool may have no more than one. */
    Executor THREADS = task -> new Thread(task).start();

    /** A short patience for a writer that must wait for a decision. */
    TransactionOptions IMPATIENT = TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(100));

    /** Goes on from what others left when it has waited for them. */
    TransactionOptions PATIENT =
            TransactionOptions.DEFAULT.withIsolation(Isolation.READ_COMMITTED).withTimeout(Duration.ofSeconds(20));

    /** A table {@code (id, n)} with the rows a = 1, b = 2. */
    private TestTable pair() {
        TestTable table = table(t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
        table.write(WriteMode.INSERT, table.row("a", 1), table.row("b", 2));
        return table;
    }

    private static PreparedTransaction global() {
        return new PreparedTransaction(
                UUID.randomUUID().toString(), "file:/a decider", Instant.parse("2026-01-02T03:04:05.678901Z"));
    }

    private static BackendTransaction begin(TestTable table, PreparedTransaction global) {
        return table.store().begin(TransactionOptions.DEFAULT.asBranchOf(global));
    }

    /** Runs a task that is to fail within its patience, in a thread of its own, and returns what it threw. */
    private static @Nullable Throwable failureOf(Runnable task) {
        return CompletableFuture.runAsync(task, THREADS)
                .handle((done, failure) -> failure)
                .join();
    }

    /** Sets n of a row, however long others are at it. */
    private static void set(TestTable table, String id, int n) {
        while (true) {
            try (BackendTransaction transaction = table.store().begin(PATIENT)) {
                table.write(transaction, WriteMode.UPDATE, table.row(id, n));
                transaction.commit();
                return;
            } catch (ConflictException e) {
                // it was changed when the wait was over: once more
            }
        }
    }

    /** Somebody else was first, or is about to be: the transaction can be run again. */
    private static void assertToldToRunAgain(@Nullable Throwable thrown) {
        Throwable failure = thrown instanceof CompletionException ? thrown.getCause() : thrown;
        assertThat(failure)
                .isInstanceOfAny(ConflictException.class, StorageTimeoutException.class)
                .isInstanceOfSatisfying(
                        StorageException.class, e -> assertThat(e.retryable()).isTrue());
    }

    /** Prepares a transaction that changes a, deletes b and inserts c, and looks at it; says so where it cannot be. */
    private void prepared(TestTable table, Consumer<BackendTransaction> then) {
        PreparedTransaction global = global();
        try (BackendTransaction transaction = begin(table, global)) {
            table.write(transaction, WriteMode.UPDATE, table.row("a", 10));
            transaction.delete(table.name(), "b");
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            if (!capabilities().has(Feature.TWO_PHASE)) {
                assertThatThrownBy(() -> transaction.prepare(global)).isInstanceOf(UnsupportedException.class);
                transaction.rollback();
                assertUntouched(table);
                return;
            }
            transaction.prepare(global);
            assertThat(table.store().inDoubt()).containsExactly(global);
            then.accept(transaction);
        }
        assertThat(table.store().inDoubt()).isEmpty();
    }

    private static void assertUntouched(TestTable table) {
        assertThat(table.rows()).containsExactly(table.row("a", 1), table.row("b", 2));
    }

    @Test
    default void whatIsPreparedIsSeenOnceItIsCommitted() {
        TestTable table = pair();
        prepared(table, transaction -> {
            assertUntouched(table);
            transaction.commit();
            assertThat(table.rows()).containsExactly(table.row("a", 10), table.row("c", 3));
        });
    }

    @Test
    default void listenersHearOfTheCommitAlone() {
        TestTable table = pair();
        List<Integer> heard = new CopyOnWriteArrayList<>();
        table.store().onCommit((origin, changes) -> {
            if (changes.stream().anyMatch(change -> change.table().equals(table.name())) || changes.isEmpty()) {
                heard.add(changes.size());
            }
        });
        prepared(table, transaction -> {
            assertThat(heard).isEmpty();
            transaction.commit();
            assertThat(heard).containsExactly(3);
        });
        TestTable other = pair();
        int before = heard.size();
        prepared(other, BackendTransaction::rollback);
        assertThat(heard).hasSize(before);
    }

    @Test
    default void whatIsPreparedCanBeRolledBack() {
        TestTable table = pair();
        prepared(table, transaction -> {
            transaction.rollback();
            assertUntouched(table);
            table.insert("c", 30);
            assertThat(table.value("c", "n")).isEqualTo(30L);
        });
    }

    @Test
    default void aPreparedTransactionTakesNothingMore() {
        TestTable table = pair();
        prepared(table, transaction -> {
            assertThatThrownBy(() -> transaction.find(table.name(), "a")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> transaction.delete(table.name(), "a")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(transaction::savepoint).isInstanceOf(IllegalStateException.class);
            transaction.commit();
        });
        if (capabilities().has(Feature.TWO_PHASE)) {
            assertThat(table.find("c")).contains(table.row("c", 3));
        }
    }

    @Test
    default void othersWhoWriteTheSameRowWaitForTheDecision() {
        for (boolean commit : List.of(true, false)) {
            TestTable table = pair();
            prepared(table, transaction -> {
                CompletableFuture<Void> saved = CompletableFuture.runAsync(() -> set(table, "a", 7), THREADS);
                assertToldToRunAgain(failureOf(() -> {
                    try (BackendTransaction other = table.store().begin(IMPATIENT)) {
                        table.write(other, WriteMode.UPDATE, table.row("a", 8));
                        other.commit();
                    }
                }));
                assertThat(saved).isNotDone();
                if (commit) {
                    transaction.commit();
                } else {
                    transaction.rollback();
                }
                saved.join();
                assertThat(table.rows())
                        .containsExactly(table.row("a", 7), commit ? table.row("c", 3) : table.row("b", 2));
            });
        }
    }

    @Test
    default void aKeyThatIsPreparedIsTaken() {
        TestTable table = pair();
        prepared(table, transaction -> {
            assertToldToRunAgain(failureOf(() -> {
                try (BackendTransaction other = table.store().begin(IMPATIENT)) {
                    table.write(other, WriteMode.INSERT, table.row("c", 30));
                    other.commit();
                }
            }));
            transaction.commit();
            assertThat(table.value("c", "n")).isEqualTo(3L);
        });
    }

    /** What it wants to write may be its own by then, and is not what it saw. */
    @Test
    default void whoBeganBeforeTheDecisionLearnsOfTheConflict() {
        TestTable table = pair();
        prepared(table, transaction -> {
            try (BackendTransaction other =
                    table.store().begin(TransactionOptions.DEFAULT.withTimeout(Duration.ofSeconds(20)))) {
                assertThat(other.find(table.name(), "b")).isPresent();
                transaction.commit();
                assertThatThrownBy(() -> {
                            table.write(other, WriteMode.UPDATE, table.row("a", 8));
                            other.commit();
                        })
                        .isInstanceOf(ConflictException.class);
            }
            assertThat(table.value("a", "n")).isEqualTo(10L);
        });
    }

    @Test
    default void otherTablesAreFree() {
        TestTable table = pair();
        TestTable other = pair();
        prepared(table, transaction -> {
            other.insert("c", 3);
            try (BackendTransaction second = other.begin()) {
                other.write(second, WriteMode.UPDATE, other.row("a", 7));
                second.commit();
            }
            transaction.commit();
            assertThat(other.rows()).containsExactly(other.row("a", 7), other.row("b", 2), other.row("c", 3));
        });
    }

    @Test
    default void ofTwoThatWantTheSameRowPreparedTheLaterIsTold() {
        TestTable table = pair();
        prepared(table, first -> {
            PreparedTransaction global = global();
            assertToldToRunAgain(failureOf(() -> {
                try (BackendTransaction second = table.store().begin(IMPATIENT.asBranchOf(global))) {
                    table.write(second, WriteMode.UPDATE, table.row("a", 11));
                    second.prepare(global);
                }
            }));
            assertThat(table.store().inDoubt()).hasSize(1).doesNotContain(global);
            first.commit();
            assertThat(table.value("a", "n")).isEqualTo(10L);
        });
    }

    @Test
    default void aConflictWithWhoCommittedFirstIsToldBeforeItIsPrepared() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        PreparedTransaction global = global();
        try (BackendTransaction transaction = begin(table, global)) {
            assertThat(transaction.find(table.name(), "b")).isPresent();
            table.write(WriteMode.UPDATE, table.row("a", 5));
            assertThatThrownBy(() -> {
                        table.write(transaction, WriteMode.UPDATE, table.row("a", 10));
                        transaction.prepare(global);
                    })
                    .isInstanceOf(ConflictException.class);
        }
        assertThat(table.store().inDoubt()).isEmpty();
        assertThat(table.value("a", "n")).isEqualTo(5L);
        table.insert("c", 3);
    }

    /** Of two that write the same row at once one gets it: it may be either, but not both and not none. */
    @Test
    default void ofTwoThatWriteTheSameRowOneIsPreparedOrCommitted() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        PreparedTransaction global = global();
        try (BackendTransaction transaction = begin(table, global)) {
            table.write(transaction, WriteMode.UPDATE, table.row("a", 10));
            @Nullable
            Throwable failure = failureOf(() -> {
                try (BackendTransaction other = table.store().begin(IMPATIENT)) {
                    table.write(other, WriteMode.UPDATE, table.row("a", 5));
                    other.commit();
                }
            });
            if (failure == null) {
                assertThatThrownBy(() -> transaction.prepare(global)).isInstanceOf(ConflictException.class);
                assertThat(table.value("a", "n")).isEqualTo(5L);
            } else {
                assertToldToRunAgain(failure);
                transaction.prepare(global);
                transaction.commit();
                assertThat(table.value("a", "n")).isEqualTo(10L);
            }
        }
        assertThat(table.store().inDoubt()).isEmpty();
    }

    /** Each reads what the other writes: one after the other, one of them would have read something else. */
    @Test
    default void whatASerializableTransactionReadIsNotChangedByAnother() {
        TestTable read = pair();
        TestTable written = pair();
        if (!capabilities().has(Feature.TWO_PHASE)
                || !capabilities().isolation().contains(Isolation.SERIALIZABLE)) {
            prepared(read, transaction -> transaction.commit());
            return;
        }
        boolean firstWrote;
        PreparedTransaction global = global();
        try (BackendTransaction transaction = read.store()
                        .begin(TransactionOptions.DEFAULT
                                .withIsolation(Isolation.SERIALIZABLE)
                                .asBranchOf(global));
                BackendTransaction other = read.store()
                        .begin(IMPATIENT.withIsolation(Isolation.SERIALIZABLE).withTimeout(Duration.ofSeconds(3)))) {
            assertThat(transaction.count(Select.from(read.name()))).isEqualTo(2);
            assertThat(other.count(Select.from(written.name()))).isEqualTo(2);
            @Nullable
            Throwable failure = failureOf(() -> written.write(transaction, WriteMode.INSERT, written.row("c", 3)));
            firstWrote = failure == null;
            if (firstWrote) {
                transaction.prepare(global);
                assertToldToRunAgain(failureOf(() -> {
                    read.write(other, WriteMode.INSERT, read.row("c", 3));
                    other.commit();
                }));
                transaction.commit();
            } else {
                // where what is read is locked, the first who writes there waits in vain, and the other goes on
                assertToldToRunAgain(failure);
                transaction.rollback();
                read.write(other, WriteMode.INSERT, read.row("c", 3));
                other.commit();
            }
        }
        assertThat(read.rows()).hasSize(firstWrote ? 2 : 3);
        assertThat(written.rows()).hasSize(firstWrote ? 3 : 2);
    }

    @Test
    default void aTransactionThatChangesTablesIsNotPrepared() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        PreparedTransaction global = global();
        try (BackendTransaction transaction = begin(table, global)) {
            assertThatThrownBy(() -> {
                        transaction.catalog().addColumn(table.name(), Column.of("extra", TEXT));
                        transaction.prepare(global);
                    })
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining(table.name());
        }
        assertThat(table.store().inDoubt()).isEmpty();
    }

    @Test
    default void aTransactionThatWroteNothingCanBePreparedToo() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        for (boolean commit : List.of(true, false)) {
            PreparedTransaction global = global();
            try (BackendTransaction transaction = begin(table, global)) {
                assertThat(transaction.find(table.name(), "a")).isPresent();
                transaction.prepare(global);
                table.insert("x" + commit, 1);
                if (commit) {
                    transaction.commit();
                } else {
                    transaction.rollback();
                }
            }
        }
        assertThat(table.rows()).hasSize(4);
    }

    @Test
    default void aTransactionThatOnlyReadsCanBePreparedToo() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        PreparedTransaction global = global();
        try (BackendTransaction transaction = table.store().begin(TransactionOptions.READ_ONLY.asBranchOf(global))) {
            assertThat(transaction.find(table.name(), "a")).isPresent();
            transaction.prepare(global);
            table.write(WriteMode.UPDATE, table.row("a", 5));
            transaction.commit();
        }
        assertThat(table.store().inDoubt()).isEmpty();
    }

    @Test
    default void onlyABranchOfItIsPrepared() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        try (BackendTransaction none = table.begin()) {
            assertThatThrownBy(() -> none.prepare(global())).isInstanceOf(IllegalArgumentException.class);
        }
        try (BackendTransaction another = begin(table, global())) {
            assertThatThrownBy(() -> another.prepare(global())).isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(table.store().inDoubt()).isEmpty();
    }

    /** Whoever finds a branch must not take it for abandoned while its decider is about to commit. */
    @Test
    default void aTransactionIsDecidingUntilItEnds() {
        TestTable table = pair();
        if (!capabilities().has(Feature.DURABLE)) {
            assertThat(table.store().isDeciding(global().globalId(), false))
                    .as("what nobody else can open nobody can ask")
                    .isFalse();
            return;
        }
        Decisions.createTable(table.store());
        for (boolean commit : List.of(true, false)) {
            PreparedTransaction global = global();
            try (BackendTransaction deciding = table.begin()) {
                deciding.decide(global, List.of());
                assertThat(table.store().isDeciding(global.globalId(), false)).isTrue();
                assertThat(Decisions.all(table.store()))
                        .extracting(row -> row.get("id"))
                        .doesNotContain(global.globalId());
                if (commit) {
                    deciding.commit();
                } else {
                    deciding.rollback();
                }
            }
            assertThat(table.store().isDeciding(global.globalId(), false)).isFalse();
            assertThat(Decisions.all(table.store()).stream()
                            .anyMatch(row -> global.globalId().equals(row.get("id"))))
                    .isEqualTo(commit);
        }
    }
}
