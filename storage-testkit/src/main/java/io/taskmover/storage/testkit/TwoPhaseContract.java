package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Preparing a transaction: what follows cannot be refused, and nobody sees it before it is decided. */
interface TwoPhaseContract extends Contract {
    /** Gives each task a thread, since some are to wait: a pool may have no more than one. */
    Executor THREADS = task -> new Thread(task).start();

    /** A short patience for a writer that must wait for a decision. */
    TransactionOptions IMPATIENT = TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(100));

    /** A table {@code (id, n)} with the rows a = 1, b = 2. */
    private TestTable pair() {
        TestTable table = table(t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
        table.write(WriteMode.INSERT, table.row("a", 1), table.row("b", 2));
        return table;
    }

    private static PreparedTransaction global() {
        return new PreparedTransaction(UUID.randomUUID().toString(), "", Instant.parse("2026-01-02T03:04:05.678Z"));
    }

    /** Prepares a transaction that changes a, deletes b and inserts c, and looks at it; says so where it cannot be. */
    private void prepared(TestTable table, Consumer<BackendTransaction> then) {
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.UPDATE, table.row("a", 10));
            transaction.delete(table.name(), "b");
            table.write(transaction, WriteMode.INSERT, table.row("c", 3));
            PreparedTransaction global = global();
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
    default void othersWhoWriteToTheTableWaitForTheDecision() {
        TestTable table = pair();
        prepared(table, transaction -> {
            CompletableFuture<Void> saved = CompletableFuture.runAsync(() -> table.insert("d", 4), THREADS);
            CompletableFuture<Void> committed = CompletableFuture.runAsync(
                    () -> {
                        try (BackendTransaction other = table.begin()) {
                            table.write(other, WriteMode.INSERT, table.row("e", 5));
                            other.commit();
                        }
                    },
                    THREADS);
            assertThatThrownBy(() -> CompletableFuture.runAsync(
                                    () -> {
                                        try (BackendTransaction other =
                                                table.store().begin(IMPATIENT)) {
                                            table.write(other, WriteMode.INSERT, table.row("f", 6));
                                            other.commit();
                                        }
                                    },
                                    THREADS)
                            .join())
                    .hasCauseInstanceOf(StorageTimeoutException.class)
                    .hasMessageContaining("over several stores");
            assertThat(saved).isNotDone();
            assertThat(committed).isNotDone();
            transaction.commit();
            saved.join();
            committed.join();
            assertThat(table.rows())
                    .containsExactly(table.row("a", 10), table.row("c", 3), table.row("d", 4), table.row("e", 5));
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
    default void ofTwoThatPrepareTheSameTableTheLaterIsToldAtOnce() {
        TestTable table = pair();
        prepared(table, first -> {
            try (BackendTransaction second = table.begin()) {
                table.write(second, WriteMode.INSERT, table.row("d", 4));
                assertThatThrownBy(() -> second.prepare(global()))
                        .isInstanceOf(ConflictException.class)
                        .satisfies(e ->
                                assertThat(((ConflictException) e).retryable()).isTrue());
            }
            first.commit();
        });
    }

    @Test
    default void aConflictIsToldWhenItIsPrepared() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.UPDATE, table.row("a", 10));
            table.write(WriteMode.UPDATE, table.row("a", 5));
            assertThatThrownBy(() -> transaction.prepare(global())).isInstanceOf(ConflictException.class);
        }
        assertThat(table.store().inDoubt()).isEmpty();
        table.insert("c", 3);
    }

    @Test
    default void whatASerializableTransactionReadStaysAsItIsUntilTheDecision() {
        TestTable read = pair();
        TestTable written = pair();
        if (!capabilities().has(Feature.TWO_PHASE)
                || !capabilities().isolation().contains(Isolation.SERIALIZABLE)) {
            prepared(read, transaction -> transaction.commit());
            return;
        }
        TransactionOptions serializable = TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE);
        try (BackendTransaction transaction = read.store().begin(serializable)) {
            assertThat(transaction.count(Select.from(read.name()))).isEqualTo(2);
            written.write(transaction, WriteMode.UPDATE, written.row("a", 10));
            transaction.prepare(global());
            CompletableFuture<Void> saved = CompletableFuture.runAsync(() -> read.insert("c", 3), THREADS);
            assertThat(read.rows()).hasSize(2);
            assertThat(saved).isNotDone();
            transaction.commit();
            saved.join();
        }
    }

    @Test
    default void aTransactionThatChangesTablesIsNotPrepared() {
        TestTable table = pair();
        if (!capabilities().has(Feature.TWO_PHASE)) {
            prepared(table, BackendTransaction::commit);
            return;
        }
        try (BackendTransaction transaction = table.begin()) {
            transaction.catalog().addColumn(table.name(), Column.of("extra", TEXT));
            assertThatThrownBy(() -> transaction.prepare(global()))
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
            try (BackendTransaction transaction = table.begin()) {
                assertThat(transaction.find(table.name(), "a")).isPresent();
                transaction.prepare(global());
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
}
