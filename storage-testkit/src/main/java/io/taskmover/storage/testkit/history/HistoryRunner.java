package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.testkit.history.Operation.Append;
import io.taskmover.storage.testkit.history.Operation.Read;
import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Runs random transactions of many threads on one table of lists, and records what they saw. Each reads and appends one
 * to four times, some of the reads being of several lists at once; some are rolled back on purpose. One that meets a conflict is recorded as aborted and not tried
 * again: the next one is another.
 */
public final class HistoryRunner {
    private static final int MOST_OPERATIONS = 4;
    /** How many lists are read at once at most. */
    private static final int RANGE = 4;

    private final StorageBackend store;
    private final Isolation level;
    private final ListTable table;
    private final KeyWindow keys = new KeyWindow();
    private final AtomicInteger values = new AtomicInteger();
    private final AtomicInteger left = new AtomicInteger();

    private HistoryRunner(StorageBackend store, String table, Isolation level) {
        this.store = store;
        this.level = level;
        this.table = new ListTable(table);
    }

    /**
     * Creates a table and runs transactions on it.
     *
     * @param table a name that is free
     * @param threads how many threads run them
     * @param transactions how many are to commit
     * @param seed of the random choices; the threads meet differently every time
     * @throws io.taskmover.storage.error.StorageException the first that is neither a conflict nor a timeout
     */
    public static History run(
            StorageBackend store, String table, Isolation level, int threads, int transactions, long seed)
            throws InterruptedException {
        HistoryRunner runner = new HistoryRunner(store, table, level);
        store.createTable(runner.table.schema());
        return runner.run(threads, transactions, new Random(seed));
    }

    private History run(int threads, int transactions, Random seeds) throws InterruptedException {
        left.set(transactions);
        List<RecordedTransaction> recorded = new ArrayList<>();
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Future<List<RecordedTransaction>>> work = new ArrayList<>();
            for (int thread = 0; thread < threads; thread++) {
                Random random = new Random(seeds.nextLong());
                work.add(pool.submit(() -> work(random)));
            }
            for (Future<List<RecordedTransaction>> done : work) {
                recorded.addAll(done.get());
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } finally {
            left.set(0);
            pool.shutdownNow();
        }
        try (BackendTransaction reader = store.begin(TransactionOptions.READ_ONLY)) {
            Map<Integer, List<Integer>> last = table.all(reader);
            return new History(recorded, last);
        }
    }

    private List<RecordedTransaction> work(Random random) {
        List<RecordedTransaction> recorded = new ArrayList<>();
        while (left.get() > 0) {
            RecordedTransaction transaction = transaction(random);
            recorded.add(transaction);
            if (transaction.outcome() == Outcome.COMMITTED) {
                left.decrementAndGet();
            }
        }
        return recorded;
    }

    private RecordedTransaction transaction(Random random) {
        List<Operation> done = new ArrayList<>();
        int operations = 1 + random.nextInt(MOST_OPERATIONS);
        boolean reads = random.nextInt(4) == 0;
        TransactionOptions options =
                new TransactionOptions(level, reads && random.nextBoolean(), null, null, null, null);
        Outcome outcome = Outcome.ABORTED;
        long begin = System.nanoTime();
        long end;
        try (BackendTransaction transaction = store.begin(options)) {
            for (int i = 0; i < operations; i++) {
                int key = keys.any(random);
                if (reads || random.nextBoolean()) {
                    read(transaction, key, random, done);
                } else {
                    append(transaction, key, done);
                }
                letOthersIn(random);
            }
            if (random.nextInt(20) > 0) {
                outcome = Outcome.UNKNOWN;
                transaction.commit();
                outcome = Outcome.COMMITTED;
            }
            end = System.nanoTime();
        } catch (ConflictException e) {
            outcome = Outcome.ABORTED;
            end = System.nanoTime();
        } catch (StorageTimeoutException e) {
            end = System.nanoTime(); // in the commit, the outcome is unknown
        }
        return new RecordedTransaction(begin, end, outcome, done);
    }

    /** Now and then others come in between, also where there are few processors. Nothing depends on it. */
    @SuppressWarnings("ThreadPriorityCheck")
    private static void letOthersIn(Random random) {
        if (random.nextInt(4) == 0) {
            Thread.yield();
        }
    }

    private void read(BackendTransaction transaction, int key, Random random, List<Operation> done) {
        if (random.nextInt(4) > 0) {
            done.add(new Read(key, table.find(transaction, key)));
        } else {
            // the last of them may be lists that nobody has begun yet
            table.range(transaction, key, key + random.nextInt(RANGE))
                    .forEach((found, list) -> done.add(new Read(found, list)));
        }
    }

    private void append(BackendTransaction transaction, int key, List<Operation> done) {
        int value = values.incrementAndGet();
        done.add(new Append(key, value)); // before it is tried: who fails may have left something
        keys.appended(key);
        table.append(transaction, key, value);
    }
}
