package io.taskmover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.transaction.OperationType;
import io.taskmover.storage.transaction.Transaction;
import io.taskmover.storage.transaction.TransactionManager;
import io.taskmover.storage.transaction.TransactionState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionTest {
    record Note(String id, String text) {}

    private final Storage storage = Storage.open("memory:");
    private final Repository<Note, String> notes = storage.repository(Note.class, String.class);

    @AfterEach
    void close() {
        storage.close();
    }

    @Test
    void workCommitsOnReturn() {
        storage.transaction(tx -> notes.save(new Note("a", "1")));
        assertThat(notes.findById("a")).isPresent();
    }

    @Test
    void workRollsBackOnAnyThrowableAndLetsItThrough() {
        assertThatThrownBy(() -> storage.transaction(tx -> {
                    notes.save(new Note("a", "1"));
                    throw new IOException("disk on fire");
                }))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> storage.transaction(tx -> {
                    notes.save(new Note("b", "1"));
                    throw new StackOverflowError();
                }))
                .isInstanceOf(StackOverflowError.class);
        assertThat(notes.count()).isZero();
    }

    @Test
    void workReadsItsOwnWritesAndNobodyElseDoes() throws Exception {
        try (Transaction tx = storage.begin()) {
            notes.save(new Note("a", "1"));
            assertThat(notes.findAll()).hasSize(1);
            assertThat(CompletableFuture.supplyAsync(notes::count).get()).isZero();
            tx.commit();
        }
        assertThat(CompletableFuture.supplyAsync(notes::count).get()).isEqualTo(1);
    }

    @Test
    void closeRollsBackWhatWasNotCommitted() {
        Transaction tx = storage.begin();
        notes.save(new Note("a", "1"));
        tx.close();
        assertThat(tx.state()).isEqualTo(TransactionState.ROLLED_BACK);
        assertThat(notes.count()).isZero();
        assertThatThrownBy(tx::commit).isInstanceOf(IllegalStateException.class).hasMessageContaining("has ended");
    }

    @Test
    void innerWorkJoinsTheOuterTransaction() {
        storage.transaction(outer -> storage.transaction(inner -> {
            assertThat(inner).isSameAs(outer);
            notes.save(new Note("a", "1"));
        }));
        assertThat(notes.count()).isEqualTo(1);
    }

    @Test
    void failedInnerWorkDoomsTheOuterEvenIfCaught() {
        assertThatThrownBy(() -> storage.transaction(outer -> {
                    notes.save(new Note("a", "1"));
                    try {
                        storage.transaction(inner -> {
                            throw new IOException("inner");
                        });
                    } catch (IOException expected) {
                        notes.save(new Note("b", "1"));
                    }
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("rolled back");
        assertThat(notes.count()).isZero();
    }

    @Test
    void aSecondBeginOnTheThreadIsRefused() {
        try (Transaction first = storage.begin()) {
            assertThatThrownBy(storage::begin)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(first.id());
        }
        storage.begin().close();
    }

    @Test
    void anotherThreadTakesPartOnlyByCall() throws Exception {
        try (Transaction tx = storage.begin()) {
            CompletableFuture.runAsync(() -> {
                        try {
                            tx.call(() -> notes.save(new Note("a", "handed over")));
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                        notes.save(new Note("b", "on its own"));
                    })
                    .get();
            tx.rollback();
        }
        assertThat(notes.findAll()).extracting(Note::id).containsExactly("b");
    }

    @Test
    void queuedOperationsRunAtCommitInOrder() {
        notes.save(new Note("old", "1"));
        try (Transaction tx = TransactionManager.transaction(storage.backend())) {
            tx.addOperation(OperationType.INSERT, "note", Map.of("id", "a", "text", "1"), null);
            tx.addOperation(OperationType.UPDATE, "note", Map.of("text", "2"), "a");
            tx.addOperation(OperationType.DELETE, "note", Map.of(), "old");
            assertThat(notes.count()).isEqualTo(1);
            tx.commit();
        }
        assertThat(notes.findAll()).containsExactly(new Note("a", "2"));
    }

    @Test
    void aQueuedOperationThatFailsRollsEverythingBack() {
        notes.save(new Note("a", "1"));
        Transaction tx = TransactionManager.transaction(storage.backend());
        tx.addOperation(OperationType.INSERT, "note", Map.of("id", "b", "text", "1"), null);
        tx.addOperation(OperationType.INSERT, "note", Map.of("id", "a", "text", "1"), null);
        assertThatThrownBy(tx::commit).isInstanceOf(DuplicateKeyException.class);
        assertThat(tx.state()).isEqualTo(TransactionState.ROLLED_BACK);
        Transaction missing = TransactionManager.transaction(storage.backend());
        missing.addOperation(OperationType.UPDATE, "note", Map.of("text", "1"), "nobody");
        assertThatThrownBy(missing::commit).isInstanceOf(NotFoundException.class);
        assertThat(notes.count()).isEqualTo(1);
    }

    @Test
    void savepointsUndoWritesAndQueue() {
        try (Transaction tx = storage.begin()) {
            notes.save(new Note("a", "1"));
            Savepoint savepoint = tx.savepoint();
            notes.save(new Note("b", "1"));
            tx.addOperation(OperationType.INSERT, "note", Map.of("id", "c"), null);
            tx.rollbackTo(savepoint);
            tx.commit();
        }
        assertThat(notes.findAll()).extracting(Note::id).containsExactly("a");
    }

    @Test
    void callbacksRunAtTheirTime() {
        List<String> log = new ArrayList<>();
        storage.transaction(tx -> {
            tx.beforeCommit(() -> notes.save(new Note("late", "written before the commit")));
            tx.afterCommit(() -> log.add("committed, " + notes.count()));
            tx.afterCommit(() -> {
                throw new IllegalStateException("a callback that fails undoes nothing");
            });
            tx.afterRollback(() -> log.add("never"));
        });
        try (Transaction tx = storage.begin()) {
            tx.afterRollback(() -> log.add("rolled back"));
        }
        assertThat(log).containsExactly("committed, 1", "rolled back");
    }

    @Test
    void aFailingBeforeCommitRollsBack() {
        assertThatThrownBy(() -> storage.transaction(tx -> {
                    notes.save(new Note("a", "1"));
                    tx.beforeCommit(() -> {
                        throw new IllegalArgumentException("no");
                    });
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(notes.count()).isZero();
    }

    @Test
    void streamsReadOneSnapshot() {
        notes.saveAll(List.of(new Note("a", "1"), new Note("b", "1")));
        try (Stream<Note> stream = notes.stream(Query.all())) {
            notes.save(new Note("c", "1"));
            assertThat(stream).hasSize(2);
        }
    }

    @Test
    void readOnlyTransactionsRefuseWrites() {
        try (Transaction tx = storage.begin(TransactionOptions.READ_ONLY)) {
            assertThat(notes.count()).isZero();
            assertThatThrownBy(() -> notes.save(new Note("a", "1"))).hasMessageContaining("read");
            assertThat(tx.state()).isEqualTo(TransactionState.ACTIVE);
        }
    }
}
