package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.UnsupportedException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Begins the transactions of one store and knows which one each thread takes part in. Thread-safe. */
public final class TransactionManager {
    private static final Logger LOG = LoggerFactory.getLogger(TransactionManager.class);
    private static final RetryPolicy ONCE = RetryPolicy.attempts(1);
    /** How many decisions are forgotten in one transaction. */
    private static final int FORGOTTEN_TOGETHER = 64;

    private final StorageBackend backend;
    private final Clock clock;
    private final OpenTransactions open = new OpenTransactions();
    /** Transactions over several stores that this one decided on and that have ended in all of them. */
    private final Queue<String> unneeded = new ConcurrentLinkedQueue<>();
    /** How often work was run again. */
    private final LongAdder retried = new LongAdder();
    /** Whether there is certainly a table for decisions. */
    private volatile boolean readyToDecide;
    /** How transactions are run unless something else is said. */
    private final TransactionTemplate template =
            new TransactionTemplate(this, TransactionOptions.DEFAULT, Propagation.REQUIRED, ONCE);

    @SuppressWarnings(
            "ThreadLocalUsage") // one for each store, by design: a thread may be in transactions of two stores
    private final ThreadLocal<@Nullable BoundTransaction> current = new ThreadLocal<>();

    public TransactionManager(StorageBackend backend, Clock clock) {
        this.backend = backend;
        this.clock = clock;
    }

    /** A transaction over a backend that is used on its own, without a store and its repositories. */
    public static Transaction transaction(StorageBackend backend) {
        return new TransactionManager(backend, Clock.systemUTC()).begin(TransactionOptions.DEFAULT);
    }

    /**
     * Transactions that commit in all of some stores or in none, and with them the files that their rows speak of. Of the
     * participants at most one need not be able to prepare; if there is one it decides, else the first that can keep a
     * decision.
     *
     * @throws UnsupportedException if more than one cannot prepare; or if none can decide, and what more than one of them
     *     commits outlives the process
     * @throws IllegalArgumentException if there are fewer than two, or one is given twice
     */
    public static GlobalTransactions across(Participant... participants) {
        return new GlobalTransactions(List.of(participants));
    }

    /** The transaction that the calling thread takes part in, or null. */
    public @Nullable Transaction current() {
        return bound();
    }

    @Nullable
    BoundTransaction bound() {
        BoundTransaction transaction = current.get();
        return transaction == null || transaction.ended() ? null : transaction;
    }

    /** How often work in a transaction of this store was run again, by a {@link RetryPolicy}. */
    public long retried() {
        return retried.sum();
    }

    void retrying() {
        retried.increment();
    }

    /** How transactions of this store are run. */
    public TransactionTemplate template() {
        return template;
    }

    /**
     * Begins a transaction in which the calling thread takes part until it ends.
     *
     * @throws IllegalStateException if the thread takes part in one already; its cause is where that was begun
     */
    public Transaction begin(TransactionOptions options) {
        BoundTransaction running = bound();
        if (running != null) {
            throw new IllegalStateException(
                    "This thread is in transaction " + running
                            + " already; use a savepoint of it, or transaction(…), which joins it",
                    running.begunAt());
        }
        BoundTransaction transaction = bind(options, false);
        transaction.watch(open);
        return transaction;
    }

    /** Runs work in a transaction of its own; the one that the thread takes part in, if any, takes no part meanwhile. */
    <R, X extends Exception> R inNew(TransactionOptions options, TxWork<R, X> work) throws X {
        try (BoundTransaction transaction = bind(options, false)) {
            R result = work.run(transaction);
            if (!transaction.ended()) {
                transaction.commit();
            }
            return result;
        }
    }

    /** A part of a transaction over several stores. */
    public Branch beginBranch(TransactionOptions options, boolean decides) {
        BoundTransaction running = bound();
        if (running != null) {
            throw new IllegalStateException("This thread is in transaction " + running + " already", running.begunAt());
        }
        if (decides && !readyToDecide) {
            Decisions.createTable(backend);
            readyToDecide = true;
        }
        BoundTransaction branch = bind(options, true);
        branch.watch(open);
        return branch;
    }

    private BoundTransaction bind(TransactionOptions options, boolean branch) {
        BoundTransaction outer = bound();
        if (outer != null
                && outer.mayWrite()
                && !options.readOnly()
                && !backend.capabilities().has(Feature.CONCURRENT_WRITERS)) {
            throw new UnsupportedException("This store lets one transaction write at a time, and " + outer
                    + " of this thread may write: another one could only wait for it. Join it, nest in it, or begin one"
                    + " of them read-only");
        }
        BoundTransaction transaction =
                new BoundTransaction(this, backend.begin(options), options, clock.instant(), outer, branch);
        current.set(transaction);
        return transaction;
    }

    /** Whether a transaction that was begun with some options has at least an isolation. */
    boolean covers(TransactionOptions had, Isolation wanted) {
        Isolation level = had.isolation() == null ? backend.capabilities().defaultIsolation() : had.isolation();
        return level.compareTo(wanted) >= 0;
    }

    <R> R callBound(BoundTransaction transaction, Callable<R> work) throws Exception {
        BoundTransaction before = current.get();
        if (before != null && before != transaction && !before.ended()) {
            throw new IllegalStateException("This thread is in transaction " + before + " already");
        }
        current.set(transaction);
        try {
            return work.call();
        } finally {
            bind(before);
        }
    }

    /** Called by the thread that ends a transaction; other threads see that it has ended. */
    void unbind(BoundTransaction transaction, @Nullable BoundTransaction outer) {
        if (current.get() == transaction) {
            bind(outer);
        }
    }

    private void bind(@Nullable BoundTransaction transaction) {
        // not removed if it is none: a thread that begins one transaction begins others, and an entry costs more than
        // these
        current.set(transaction);
    }

    /** A decision is not needed any more. */
    void forget(String globalId) {
        unneeded.add(globalId);
        if (unneeded.size() >= FORGOTTEN_TOGETHER) {
            forgetDecisions();
        }
    }

    /** By itself, and not with the next decision: two that forget at once would be in each other's way. */
    private void forgetDecisions() {
        List<String> ids = new ArrayList<>();
        for (String id = unneeded.poll(); id != null; id = unneeded.poll()) {
            ids.add(id);
        }
        try {
            if (!ids.isEmpty()) {
                Decisions.forget(backend, ids);
            }
        } catch (RuntimeException e) {
            // the transactions have ended, and rows that stay do no harm
            LOG.warn("{} decisions that nobody needs stay in {}", ids.size(), Decisions.TABLE, e);
        }
    }

    /**
     * Ends before its store does. Every transaction that was begun and has not ended is reported, with the place that began
     * it.
     */
    public void close() {
        open.report();
        forgetDecisions();
    }
}
