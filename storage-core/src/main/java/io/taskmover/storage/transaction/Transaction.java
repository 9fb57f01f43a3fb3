package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Savepoint;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A unit of work over one store. Until it ends, repositories of its store that are used by the thread that began it
 * take part in it; another thread takes part only inside of {@link #call}. Used by one thread at a time.
 */
public interface Transaction extends AutoCloseable {

    /** Unique in this process; for logs. */
    String id();

    Instant startedAt();

    TransactionState state();

    /** The rows below: for work that knows tables and not entities. */
    BackendTransaction rows();

    /**
     * Queues an operation that runs at commit, after everything done directly, in the order of queueing.
     *
     * @param values column values, coerced to their columns' types; of no use to DELETE, which takes an empty map
     * @param id the row's key for UPDATE, which fails if the row is missing, and DELETE, for which a missing one is
     *     fine; null for INSERT, whose key is among the values
     */
    void addOperation(
            OperationType type, String table, Map<String, ? extends @Nullable Object> values, @Nullable Object id);

    /** A place to roll back to. */
    Savepoint savepoint();

    /**
     * Undoes what was done since the savepoint, queued operations included. Callbacks that were added since are
     * forgotten, after those for a rollback have run. The savepoint stays; later ones are gone.
     */
    void rollbackTo(Savepoint savepoint);

    /** Forgets the savepoint, keeping what was done. */
    void release(Savepoint savepoint);

    /** Runs before the commit, inside of the transaction; what it throws rolls the transaction back. */
    void beforeCommit(Runnable callback);

    /** Runs after the commit; what it throws is logged and undoes nothing. */
    void afterCommit(Runnable callback);

    /** Runs after a rollback, for whatever reason; what it throws is logged. */
    void afterRollback(Runnable callback);

    /**
     * Makes everything visible and durable at once.
     *
     * @throws io.taskmover.storage.error.StorageException if it cannot; everything is rolled back then
     */
    void commit();

    /** Undoes everything. After the end it does nothing. */
    void rollback();

    /** Rolls back unless it was committed. */
    @Override
    void close();

    /** Lets the calling thread take part while {@code work} runs: the explicit hand-over to another thread. */
    <R> R call(Callable<R> work) throws Exception;
}
