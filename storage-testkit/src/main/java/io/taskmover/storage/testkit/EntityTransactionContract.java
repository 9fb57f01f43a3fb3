package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.transaction.Propagation;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.Transaction;
import io.taskmover.storage.transaction.TransactionTemplate;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Repositories take part in the transaction of their thread. */
interface EntityTransactionContract extends Contract {

    private Storage storage() {
        return subject().storage();
    }

    private Repository<Task, String> tasks() {
        return storage()
                .repository(Entity.of(Task.class, String.class).table(subject().newName()));
    }

    @Test
    default void repositoriesJoinTheTransactionOfTheirThread() {
        Repository<Task, String> one = tasks();
        Repository<Task, String> two = tasks();
        storage().transaction(tx -> {
            one.save(Task.of("a", 1));
            two.save(Task.of("b", 1));
            assertThat(one.exists("a")).isTrue();
            assertThat(one.findAll()).hasSize(1);
            assertThat(CompletableFuture.supplyAsync(() -> one.exists("a")).join())
                    .isFalse();
        });
        assertThat(one.exists("a")).isTrue();
        assertThat(two.exists("b")).isTrue();
    }

    @Test
    default void anExceptionRollsEverythingBack() {
        Repository<Task, String> tasks = tasks();
        tasks.save(Task.of("kept", 1));
        assertThatThrownBy(() -> storage().transaction(tx -> {
                    tasks.save(Task.of("a", 1));
                    tasks.delete("kept");
                    throw new IOException("disk of the caller");
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("disk of the caller");
        assertThat(tasks.findAll()).containsExactly(Task.of("kept", 1));
    }

    @Test
    default void resultsAreHandedOut() {
        Repository<Task, String> tasks = tasks();
        long count = storage().inTransaction(tx -> {
            tasks.save(Task.of("a", 1));
            return tasks.count();
        });
        assertThat(count).isEqualTo(1);
    }

    @Test
    default void aTransactionWithinATransactionJoinsIt() {
        Repository<Task, String> tasks = tasks();
        assertThatThrownBy(() -> storage().transaction(tx -> {
                    storage().transaction(inner -> tasks.save(Task.of("a", 1)));
                    assertThat(tasks.exists("a")).isTrue();
                    throw new IllegalArgumentException("stop");
                }))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tasks.findAll()).isEmpty();
    }

    @Test
    default void anOpenTransactionIsCommittedOrRolledBackByHand() {
        Repository<Task, String> tasks = tasks();
        try (Transaction transaction = storage().begin()) {
            tasks.save(Task.of("a", 1));
            transaction.commit();
        }
        try (Transaction transaction = storage().begin()) {
            tasks.save(Task.of("b", 1));
            assertThat(transaction.id()).isNotEmpty();
        }
        assertThat(tasks.findAll()).containsExactly(Task.of("a", 1));
    }

    @Test
    default void savepointsUndoPartOfATransaction() {
        Repository<Task, String> tasks = tasks();
        storage().transaction(tx -> {
            tasks.save(Task.of("a", 1));
            var savepoint = tx.savepoint();
            tasks.save(Task.of("b", 1));
            assertThatThrownBy(() -> tasks.insert(Task.of("a", 2))).isInstanceOf(DuplicateKeyException.class);
            assertThatThrownBy(() -> tasks.findById("a")).isInstanceOf(IllegalStateException.class);
            tx.rollbackTo(savepoint);
            tasks.save(Task.of("c", 1));
        });
        assertThat(tasks.findAll()).extracting(Task::id).containsExactly("a", "c");
    }

    @Test
    default void callbacksRunAtTheirTime() {
        Repository<Task, String> tasks = tasks();
        List<String> heard = new ArrayList<>();
        storage().transaction(tx -> {
            tx.beforeCommit(() -> heard.add("before: " + tasks.exists("a")));
            tx.afterCommit(() -> heard.add("after: " + tasks.exists("a")));
            tx.afterRollback(() -> heard.add("never"));
            tasks.save(Task.of("a", 1));
        });
        assertThat(heard).containsExactly("before: true", "after: true");
    }

    @Test
    default void nestedWorkIsUndoneAlone() {
        Repository<Task, String> tasks = tasks();
        storage().transaction(tx -> {
            tasks.save(Task.of("a", 1));
            assertThatThrownBy(() -> storage()
                            .transactions()
                            .propagation(Propagation.NESTED)
                            .transaction(inner -> {
                                tasks.save(Task.of("b", 1));
                                tasks.insert(Task.of("a", 2));
                            }))
                    .isInstanceOf(DuplicateKeyException.class);
            tasks.save(Task.of("c", 1));
        });
        assertThat(tasks.findAll()).extracting(Task::id).containsExactly("a", "c");
    }

    @Test
    default void newWorkIsKeptWhateverBecomesOfTheOuterOrRefusedAtOnceWhereThereIsOneWriter() {
        Repository<Task, String> tasks = tasks();
        TransactionTemplate anew = storage().transactions().propagation(Propagation.REQUIRES_NEW);
        assertThatThrownBy(() -> storage().transaction(tx -> {
                    tasks.save(Task.of("a", 1));
                    if (capabilities().has(Feature.CONCURRENT_WRITERS)) {
                        anew.transaction(inner -> tasks.save(Task.of("b", 1)));
                    } else {
                        assertThatThrownBy(() -> anew.transaction(inner -> tasks.save(Task.of("b", 1))))
                                .isInstanceOf(UnsupportedException.class)
                                .hasMessageContaining(tx.id());
                        boolean seen = anew.readOnly().inTransaction(inner -> tasks.exists("a"));
                        assertThat(seen).isFalse();
                    }
                    throw new IOException("stop");
                }))
                .isInstanceOf(IOException.class);
        assertThat(tasks.findAll())
                .extracting(Task::id)
                .isEqualTo(capabilities().has(Feature.CONCURRENT_WRITERS) ? List.of("b") : List.of());
    }

    @Test
    default void workIsTriedAgainUntilNobodyWasQuicker() throws Exception {
        Repository<Task, String> tasks = tasks();
        tasks.save(Task.of("counter", 0));
        Concurrently.run(4, thread -> () -> {
            for (int i = 0; i < 25; i++) {
                storage().retrying(RetryPolicy.attempts(1000)).transaction(tx -> {
                    Task counter = tasks.findById("counter").orElseThrow();
                    tasks.save(Task.of("counter", Objects.requireNonNull(counter.priority()) + 1));
                });
            }
            return thread;
        });
        assertThat(tasks.findById("counter").orElseThrow().priority()).isEqualTo(100);
    }

    @Test
    default void streamsEndWithTheirTransaction() {
        Repository<Task, String> tasks = tasks();
        tasks.saveAll(List.of(Task.of("a", 1), Task.of("b", 2)));
        Transaction transaction = storage().begin();
        Iterator<Task> stream = tasks.stream(Query.all()).iterator();
        assertThat(stream.next()).isNotNull();
        transaction.commit();
        assertThatThrownBy(() -> {
                    while (stream.hasNext()) {
                        stream.next();
                    }
                })
                .isInstanceOf(IllegalStateException.class);
    }
}
