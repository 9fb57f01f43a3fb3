package io.taskmover.storage.memory;

import static io.taskmover.storage.memory.Accounts.balance;
import static io.taskmover.storage.memory.Accounts.insert;
import static io.taskmover.storage.memory.Accounts.row;
import static io.taskmover.storage.memory.Accounts.setBalance;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ConcurrentTransfersTest {
    private static final int ACCOUNTS = 40;
    private static final long TOTAL = ACCOUNTS * 100L;

    private final ExecutorService threads = Executors.newFixedThreadPool(8);

    @AfterEach
    void stopThreads() {
        threads.shutdownNow();
    }

    @Test
    void theSumIsTheSameInEverySnapshotAndByEveryIndex() throws Exception {
        try (StorageBackend store = Accounts.open()) {
            for (int i = 0; i < ACCOUNTS; i++) {
                insert(store, row(i, "o" + i, i % 2 == 0 ? "east" : "west", 100));
            }
            List<Future<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < 6; thread++) {
                SplittableRandom random = new SplittableRandom(thread);
                work.add(threads.submit(() -> transfer(store, random, 400)));
            }
            for (String index : List.of("id", "balance")) {
                work.add(threads.submit(() -> sum(store, index, 150)));
            }
            for (Future<Integer> future : work) {
                assertThat(future.get()).isPositive();
            }
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    private static int transfer(StorageBackend store, SplittableRandom random, int rounds) {
        int committed = 0;
        for (int i = 0; i < rounds; i++) {
            long from = random.nextInt(ACCOUNTS);
            long to = (from + 1 + random.nextInt(ACCOUNTS - 1)) % ACCOUNTS;
            long amount = random.nextInt(50);
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                setBalance(transaction, from, balance(transaction, from) - amount);
                setBalance(transaction, to, balance(transaction, to) + amount);
                transaction.commit();
                committed++;
            } catch (ConflictException e) {
                // the other one moved its money; this transfer did not happen
                assertThat(e.retryable()).isTrue();
            }
        }
        return committed;
    }

    private static int sum(StorageBackend store, String order, int rounds) {
        Select all = Select.from("accounts").orderBy(List.of(Sort.desc(order)));
        for (int i = 0; i < rounds; i++) {
            long sum = 0;
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY);
                    RowCursor rows = transaction.select(all)) {
                for (Row row = rows.next(); row != null; row = rows.next()) {
                    sum += (Long) row.get("balance");
                }
            }
            assertThat(sum).isEqualTo(TOTAL);
        }
        return rounds;
    }

    @Test
    void ofManyWritersOfOneUniqueValueExactlyOneSucceeds() throws Exception {
        try (StorageBackend store = Accounts.open()) {
            List<Future<Integer>> work = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                int first = thread;
                work.add(threads.submit(() -> claim(store, first, first % 2 == 0)));
            }
            int claimed = 0;
            for (Future<Integer> future : work) {
                claimed += future.get();
            }
            assertThat(claimed).isEqualTo(200);
            assertThat(store.verify().rows()).isEqualTo(200);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    /** Claims each of 200 names with an id of this thread; half the threads with transactions. */
    private static int claim(StorageBackend store, int thread, boolean inTransaction) {
        int claimed = 0;
        for (int i = 0; i < 200; i++) {
            Row wanted = row(1000L * thread + i, "name" + i, "east", 0);
            try {
                if (inTransaction) {
                    try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                        transaction.write("accounts", WriteMode.INSERT, List.of(wanted));
                        transaction.commit();
                    }
                } else {
                    insert(store, wanted);
                }
                claimed++;
            } catch (DuplicateKeyException e) {
                assertThat(e.index()).isEqualTo("ux_accounts_owner");
            }
        }
        return claimed;
    }
}
