package io.taskmover.storage.memory;

import static io.taskmover.storage.memory.Accounts.insert;
import static io.taskmover.storage.memory.Accounts.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The engine holds whole tables for a branch that is prepared, so that nothing can come in its way. */
class PreparedTablesTest {
    /** Gives each task a thread, since some are to wait: a pool may have no more than one. */
    private static final Executor THREADS = task -> new Thread(task).start();

    private static final PreparedTransaction GLOBAL = new PreparedTransaction("one", "", Instant.EPOCH);
    private static final PreparedTransaction OTHER = new PreparedTransaction("two", "", Instant.EPOCH);

    private final StorageBackend store = Accounts.open();

    @BeforeEach
    void accounts() {
        insert(store, row(1, "ann", "east", 50));
    }

    @AfterEach
    void nothingIsBroken() {
        assertThat(store.inDoubt()).isEmpty();
        assertThat(store.verify().problems()).isEmpty();
        store.close();
    }

    private BackendTransaction begin(PreparedTransaction global) {
        return store.begin(TransactionOptions.DEFAULT.asBranchOf(global));
    }

    private static void write(BackendTransaction transaction, int id) {
        transaction.write("accounts", WriteMode.INSERT, List.of(row(id, "owner " + id, "east", 1)));
    }

    @Test
    void othersWhoWriteToTheTableWaitForTheDecision() {
        try (BackendTransaction prepared = begin(GLOBAL)) {
            write(prepared, 2);
            prepared.prepare(GLOBAL);
            CompletableFuture<Void> saved =
                    CompletableFuture.runAsync(() -> insert(store, row(3, "cem", "west", 1)), THREADS);
            CompletableFuture<Void> committed = CompletableFuture.runAsync(
                    () -> {
                        try (BackendTransaction other = store.begin(TransactionOptions.DEFAULT)) {
                            write(other, 4);
                            other.commit();
                        }
                    },
                    THREADS);
            assertThatThrownBy(() -> CompletableFuture.runAsync(
                                    () -> {
                                        try (BackendTransaction other = store.begin(
                                                TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(100)))) {
                                            write(other, 5);
                                            other.commit();
                                        }
                                    },
                                    THREADS)
                            .join())
                    .hasCauseInstanceOf(StorageTimeoutException.class)
                    .hasMessageContaining("over several stores");
            assertThat(saved).isNotDone();
            assertThat(committed).isNotDone();
            prepared.commit();
            saved.join();
            committed.join();
        }
        try (BackendTransaction reading = store.begin(TransactionOptions.READ_ONLY)) {
            assertThat(Accounts.ids(reading, Select.from("accounts"))).containsExactlyInAnyOrder(1L, 2L, 3L, 4L);
        }
    }

    /** Two that wait for each other would do so for ever. */
    @Test
    void ofTwoThatPrepareTheSameTableTheLaterIsToldAtOnce() {
        try (BackendTransaction first = begin(GLOBAL);
                BackendTransaction second = begin(OTHER)) {
            write(first, 2);
            write(second, 3);
            first.prepare(GLOBAL);
            assertThatThrownBy(() -> second.prepare(OTHER))
                    .isInstanceOf(ConflictException.class)
                    .satisfies(
                            e -> assertThat(((ConflictException) e).retryable()).isTrue());
            first.commit();
        }
    }

    @Test
    void whatASerializableTransactionReadStaysAsItIsUntilTheDecision() {
        TableSchema others = TableSchema.builder("others")
                .column("id", DataType.INTEGER)
                .primaryKey("id")
                .build();
        store.createTable(others);
        try (BackendTransaction prepared = store.begin(
                TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE).asBranchOf(GLOBAL))) {
            assertThat(prepared.count(Select.from("accounts"))).isEqualTo(1);
            prepared.write("others", WriteMode.INSERT, List.of(Row.of(others.rowType(), 2L)));
            prepared.prepare(GLOBAL);
            CompletableFuture<Void> saved =
                    CompletableFuture.runAsync(() -> insert(store, row(3, "cem", "west", 1)), THREADS);
            assertThatThrownBy(() -> CompletableFuture.runAsync(
                                    () -> {
                                        try (BackendTransaction other = store.begin(
                                                TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(100)))) {
                                            write(other, 5);
                                            other.commit();
                                        }
                                    },
                                    THREADS)
                            .join())
                    .hasCauseInstanceOf(StorageTimeoutException.class);
            assertThat(saved).isNotDone();
            prepared.commit();
            saved.join();
        }
    }
}
