package io.taskmover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.transaction.Propagation;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.Transaction;
import io.taskmover.storage.transaction.TransactionState;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionTemplateTest {
    record Note(String id, String text) {}

    private final Storage storage = Storage.open("memory:");
    private final Repository<Note, String> notes = storage.repository(Note.class, String.class);

    @AfterEach
    void close() {
        storage.close();
    }

    private List<String> ids() {
        return notes.findAll().stream().map(Note::id).toList();
    }

    private void save(String id) {
        notes.save(new Note(id, "text"));
    }

    // nested

    @Test
    void nestedWorkThatFailsIsUndoneAloneAndTheRestGoesOn() {
        storage.transaction(outer -> {
            save("before");
            assertThatThrownBy(() -> storage.transactions()
                            .propagation(Propagation.NESTED)
                            .transaction(inner -> {
                                assertThat(inner).isSameAs(outer);
                                save("undone");
                                throw new IOException("inner");
                            }))
                    .isInstanceOf(IOException.class);
            save("after");
        });
        assertThat(ids()).containsExactly("after", "before");
    }

    @Test
    void nestedWorkHealsAFailedWrite() {
        save("taken");
        storage.transaction(outer -> {
            assertThatThrownBy(() -> storage.transactions()
                            .propagation(Propagation.NESTED)
                            .transaction(inner -> notes.insert(new Note("taken", "again"))))
                    .hasMessageContaining("taken");
            save("after");
        });
        assertThat(ids()).containsExactly("after", "taken");
    }

    @Test
    void nestedWorkUndoesTheDoomOfWorkThatJoinedIt() {
        storage.transaction(outer -> {
            save("kept");
            assertThatThrownBy(() -> storage.transactions()
                            .propagation(Propagation.NESTED)
                            .transaction(inner -> storage.transaction(joined -> {
                                throw new IOException("joined");
                            })))
                    .isInstanceOf(IOException.class);
        });
        assertThat(ids()).containsExactly("kept");
    }

    @Test
    void nestedLevelsAreUndoneEachOnItsOwn() {
        var nested = storage.transactions().propagation(Propagation.NESTED);
        storage.transaction(outer -> nested.transaction(first -> {
            save("first");
            assertThatThrownBy(() -> nested.transaction(second -> {
                        save("second");
                        nested.transaction(third -> save("third"));
                        throw new IOException("second");
                    }))
                    .isInstanceOf(IOException.class);
        }));
        assertThat(ids()).containsExactly("first");
    }

    @Test
    void withoutATransactionNestedWorkGetsOne() {
        storage.transactions().propagation(Propagation.NESTED).transaction(tx -> save("a"));
        assertThat(ids()).containsExactly("a");
    }

    @Test
    void callbacksOfWhatIsUndoneAreForgottenAndThoseForARollbackRun() {
        List<String> heard = new ArrayList<>();
        storage.transaction(outer -> {
            outer.afterCommit(() -> heard.add("outer committed"));
            outer.afterRollback(() -> heard.add("never"));
            assertThatThrownBy(() -> storage.transactions()
                            .propagation(Propagation.NESTED)
                            .transaction(inner -> {
                                inner.beforeCommit(() -> heard.add("never"));
                                inner.afterCommit(() -> heard.add("never"));
                                inner.afterRollback(() -> heard.add("inner rolled back"));
                                throw new IOException("inner");
                            }))
                    .isInstanceOf(IOException.class);
        });
        assertThat(heard).containsExactly("inner rolled back", "outer committed");
    }

    // new

    @Test
    void newWorkStaysWhateverBecomesOfTheOuter() {
        assertThatThrownBy(() -> storage.transaction(outer -> {
                    save("undone");
                    storage.transactions().propagation(Propagation.REQUIRES_NEW).transaction(inner -> {
                        assertThat(inner).isNotSameAs(outer);
                        assertThat(notes.exists("undone")).isFalse();
                        save("log");
                    });
                    assertThat(notes.exists("undone")).isTrue();
                    throw new IOException("outer");
                }))
                .isInstanceOf(IOException.class);
        assertThat(ids()).containsExactly("log");
    }

    @Test
    void newWorkThatFailsDoesNotDoomTheOuter() {
        storage.transaction(outer -> {
            save("kept");
            assertThatThrownBy(() -> storage.transactions()
                            .propagation(Propagation.REQUIRES_NEW)
                            .transaction(inner -> {
                                save("undone");
                                throw new IOException("inner");
                            }))
                    .isInstanceOf(IOException.class);
        });
        assertThat(ids()).containsExactly("kept");
    }

    // options

    @Test
    void workThatAsksForMoreIsolationThanTheTransactionItWouldJoinIsRefused() {
        TransactionOptions weak = TransactionOptions.DEFAULT.withIsolation(Isolation.READ_COMMITTED);
        try (Transaction tx = storage.begin(weak)) {
            assertThatThrownBy(() ->
                            storage.transactions().isolation(Isolation.SNAPSHOT).transaction(inner -> save("a")))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(tx.id());
            storage.transactions().isolation(Isolation.READ_COMMITTED).transaction(inner -> save("b"));
            tx.commit();
        }
        assertThat(ids()).containsExactly("b");
    }

    @Test
    void readOnlyWorkCannotWrite() {
        assertThatThrownBy(() -> storage.transactions().readOnly().transaction(tx -> save("a")))
                .isInstanceOf(UnsupportedException.class);
        assertThat(ids()).isEmpty();
    }

    @Test
    void aTransactionThatTookTooLongIsRolledBackWithItsCallbacks() {
        List<String> heard = new ArrayList<>();
        assertThatThrownBy(() -> storage.transactions()
                        .timeout(Duration.ofMillis(5))
                        .transaction(tx -> {
                            tx.afterRollback(() -> heard.add(tx.state().toString()));
                            while (true) {
                                save("a");
                            }
                        }))
                .isInstanceOf(StorageTimeoutException.class)
                .hasMessageContaining("rolled back");
        assertThat(heard).containsExactly(TransactionState.ROLLED_BACK.toString());
        assertThat(ids()).isEmpty();
    }

    // retries

    /** Has somebody else change a note while a transaction that read it is about to. */
    private void raceOn(String id, int attempt) {
        String seen = notes.findById(id).orElseThrow().text();
        CompletableFuture.runAsync(() -> notes.save(new Note(id, "of another, attempt " + attempt)))
                .join();
        notes.save(new Note(id, seen + "+"));
    }

    @Test
    void workThatMetAConflictRunsAgainInANewTransaction() {
        notes.save(new Note("a", "0"));
        List<String> transactions = new ArrayList<>();
        int attempts = storage.retrying(RetryPolicy.DEFAULT).inTransaction(tx -> {
            transactions.add(tx.id());
            if (transactions.size() < 3) {
                raceOn("a", transactions.size());
            }
            save("done");
            return transactions.size();
        });
        assertThat(attempts).isEqualTo(3);
        assertThat(transactions).doesNotHaveDuplicates();
        assertThat(notes.findById("a").orElseThrow().text()).isEqualTo("of another, attempt 2");
        assertThat(notes.exists("done")).isTrue();
    }

    @Test
    void theLastConflictComesThroughWhenTheAttemptsAreUsedUp() {
        notes.save(new Note("a", "0"));
        int[] attempts = new int[1];
        assertThatThrownBy(() -> storage.retrying(new RetryPolicy(3, Duration.ZERO, Duration.ZERO))
                        .transaction(tx -> raceOn("a", ++attempts[0])))
                .isInstanceOf(ConflictException.class);
        assertThat(attempts[0]).isEqualTo(3);
    }

    @Test
    void whatDoesNotPassIsNotTriedAgain() {
        int[] attempts = new int[1];
        assertThatThrownBy(() -> storage.retrying(RetryPolicy.DEFAULT).transaction(tx -> {
                    attempts[0]++;
                    notes.update(new Note("nobody", "x"));
                }))
                .isInstanceOf(NotFoundException.class);
        assertThatThrownBy(() -> storage.retrying(RetryPolicy.DEFAULT).transaction(tx -> {
                    attempts[0]++;
                    throw new IOException("of the caller");
                }))
                .isInstanceOf(IOException.class);
        assertThat(attempts[0]).isEqualTo(2);
    }

    @Test
    void workThatJoinedIsNotTriedAgainOnItsOwn() {
        notes.save(new Note("a", "0"));
        int[] attempts = new int[2];
        storage.retrying(RetryPolicy.DEFAULT).transaction(outer -> {
            attempts[0]++;
            storage.retrying(RetryPolicy.DEFAULT).transaction(inner -> {
                if (++attempts[1] == 1) {
                    raceOn("a", 1);
                }
            });
        });
        assertThat(attempts).containsExactly(2, 2);
    }

    @Test
    void anInterruptedThreadDoesNotTryAgain() {
        notes.save(new Note("a", "0"));
        int[] attempts = new int[1];
        try {
            assertThatThrownBy(() -> storage.retrying(RetryPolicy.DEFAULT).transaction(tx -> {
                        Thread.currentThread().interrupt();
                        raceOn("a", ++attempts[0]);
                    }))
                    .isInstanceOf(ConflictException.class);
        } finally {
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(attempts[0]).isEqualTo(1);
    }

    @Test
    void pausesGrowUpToTheLongestAndAreRandom() {
        RetryPolicy policy = new RetryPolicy(40, Duration.ofMillis(1), Duration.ofMillis(50));
        Random random = new Random(1);
        for (int attempt = 1; attempt <= 39; attempt++) {
            Duration limit = attempt < 6 ? Duration.ofMillis(1L << (attempt - 1)) : Duration.ofMillis(50);
            Duration half = limit.dividedBy(2);
            List<Duration> pauses = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                pauses.add(policy.pauseAfter(attempt, random));
            }
            assertThat(pauses)
                    .allMatch(pause -> !pause.isNegative() && pause.compareTo(limit) <= 0)
                    .anyMatch(pause -> pause.compareTo(half) < 0)
                    .anyMatch(pause -> pause.compareTo(half) > 0);
        }
        assertThatThrownBy(() -> RetryPolicy.attempts(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new RetryPolicy(2, Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
