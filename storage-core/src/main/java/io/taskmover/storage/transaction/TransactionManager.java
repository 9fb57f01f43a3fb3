package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import java.time.Clock;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** Begins the transactions of one store and knows which one each thread takes part in. Thread-safe. */
public final class TransactionManager {
    private final StorageBackend backend;
    private final Clock clock;

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

    /** The transaction that the calling thread takes part in, or null. */
    public @Nullable Transaction current() {
        BoundTransaction transaction = current.get();
        return transaction == null || transaction.ended() ? null : transaction;
    }

    /**
     * Begins a transaction in which the calling thread takes part until it ends.
     *
     * @throws IllegalStateException if the thread takes part in one already
     */
    public Transaction begin(TransactionOptions options) {
        if (current() != null) {
            throw new IllegalStateException("This thread is in transaction " + current()
                    + " already; use a savepoint of it, or transaction(…), which joins it");
        }
        BoundTransaction transaction = new BoundTransaction(this, backend.begin(options), clock.instant());
        current.set(transaction);
        return transaction;
    }

    /**
     * Runs {@code work} in the thread's transaction or, if there is none, in one of its own that is committed on return
     * and rolled back on any throwable. A throwable out of work that joined a transaction dooms it: it can only be
     * rolled back.
     */
    public <R, X extends Exception> R inTransaction(TxWork<R, X> work) throws X {
        BoundTransaction joined = current.get();
        if (joined != null && !joined.ended()) {
            boolean completed = false;
            try {
                R result = work.run(joined);
                completed = true;
                return result;
            } finally {
                if (!completed) {
                    joined.doom();
                }
            }
        }
        try (Transaction transaction = begin(TransactionOptions.DEFAULT)) {
            R result = work.run(transaction);
            if (transaction.state() == TransactionState.ACTIVE) {
                transaction.commit();
            }
            return result;
        }
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
            if (before == null) {
                current.remove();
            } else {
                current.set(before);
            }
        }
    }

    /** Called by the thread that ends a transaction; other threads see that it has ended. */
    void unbind(BoundTransaction transaction) {
        if (current.get() == transaction) {
            current.remove();
        }
    }
}
