package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How work is run in transactions of a store: with which options, what becomes of it inside of another transaction, and
 * whether it is tried again. Immutable and thread-safe; each method that sets something returns another template.
 *
 * <pre>{@code
 * storage.retrying(RetryPolicy.DEFAULT).isolation(Isolation.SERIALIZABLE).transaction(tx -> {
 *     Account account = accounts.findById("a").orElseThrow();
 *     accounts.save(account.withdraw(10));
 * });
 * }</pre>
 */
public final class TransactionTemplate {
    private final TransactionManager manager;
    private final TransactionOptions options;
    private final Propagation propagation;
    private final RetryPolicy retries;

    TransactionTemplate(
            TransactionManager manager, TransactionOptions options, Propagation propagation, RetryPolicy retries) {
        this.manager = manager;
        this.options = options;
        this.propagation = propagation;
        this.retries = retries;
    }

    /** With all the options of a transaction. */
    public TransactionTemplate options(TransactionOptions wanted) {
        return new TransactionTemplate(manager, wanted, propagation, retries);
    }

    /** With at least this isolation. */
    public TransactionTemplate isolation(Isolation level) {
        return options(options.withIsolation(level));
    }

    /** Refusing every write. */
    public TransactionTemplate readOnly() {
        return options(options.asReadOnly());
    }

    /** With a limit to how long a transaction may take. */
    public TransactionTemplate timeout(Duration limit) {
        return options(options.withTimeout(limit));
    }

    /**
     * On behalf of somebody, whom the versions of rows that it changes name where versions are kept. Work that joins a
     * transaction has that one's name and reason.
     */
    public TransactionTemplate by(String who) {
        return options(options.by(who));
    }

    /** For a reason, which the versions of rows that it changes state where versions are kept. */
    public TransactionTemplate because(String why) {
        return options(options.because(why));
    }

    public TransactionTemplate propagation(Propagation wanted) {
        return new TransactionTemplate(manager, options, wanted, retries);
    }

    /**
     * Runs work again that fails with a {@link StorageException} that is {@link StorageException#retryable}, each time in
     * a new transaction; so the work is to have no effect elsewhere that must not happen twice. Work that joins or is
     * nested in a transaction runs once: what it met holds for the whole of that.
     */
    public TransactionTemplate retrying(RetryPolicy policy) {
        return new TransactionTemplate(manager, options, propagation, policy);
    }

    /**
     * Runs work in a transaction: committed on return, rolled back on any throwable. A throwable out of work that joined
     * a transaction dooms it: it can only be rolled back.
     *
     * @throws IllegalStateException if the work asks for a stronger isolation than the transaction that it joins was begun
     *     with
     */
    public <X extends Exception> void transaction(TxAction<X> work) throws X {
        this.<Optional<Object>, X>inTransaction(tx -> {
            work.run(tx);
            return Optional.empty();
        });
    }

    /** {@link #transaction} for work that has a result. */
    public <R, X extends Exception> R inTransaction(TxWork<R, X> work) throws X {
        BoundTransaction outer = manager.bound();
        if (outer != null && propagation != Propagation.REQUIRES_NEW) {
            outer.requireCovers(options);
            return propagation == Propagation.NESTED ? outer.nested(work) : outer.joined(work);
        }
        for (int attempt = 1; ; attempt++) {
            try {
                return manager.inNew(options, work);
            } catch (StorageException e) {
                if (!e.retryable()
                        || attempt == retries.attempts()
                        || !retries.pause(attempt, ThreadLocalRandom.current())) {
                    throw e;
                }
                manager.retrying();
            }
        }
    }
}
