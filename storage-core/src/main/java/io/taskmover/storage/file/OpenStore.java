package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.metrics.StorageMetrics;

/** A store that is open: for writing, {@link StoreFiles}, or for reading only, {@link StoreReader}. Thread-safe. */
interface OpenStore extends AutoCloseable {

    /** What new work uses; another one each time that the store was refreshed. */
    View view();

    /** The rows, and the files that could not be understood. */
    record View(Engine engine, BrokenFiles broken) {
        BackendTransaction begin(TransactionOptions options) {
            BackendTransaction transaction = engine.begin(options);
            return broken.isEmpty() ? transaction : new GuardedTransaction(transaction, broken);
        }
    }

    BackendTransaction begin(TransactionOptions options);

    /** Lets later work see what others have committed; see {@link io.taskmover.storage.backend.StorageBackend#refresh}. */
    void refresh();

    /** See {@link io.taskmover.storage.backend.StorageBackend#sync}. A reader sees nothing else. */
    default void sync() {}

    /** How many commits were in the journal only when the store was opened. */
    int replayed();

    /** Returns when every commit so far is in the JSON files, as far as readers let them change. */
    void drain();

    Verification verify();

    /** Waits until all changes of files by others that are known of are taken over; false if that takes longer. */
    boolean awaitEdits(long nanos);

    /**
     * Waits until nobody is about to decide on a branch here, and lets nobody prepare one any more: before {@link #close}.
     *
     * @throws io.taskmover.storage.error.StorageTimeoutException if that takes too long; the store stays open
     */
    default void awaitDecisions() {}

    /** Whether a transaction may be under way, in whatever process, that {@link BackendTransaction#decide}s on that one. */
    boolean mayBeDeciding(String globalId);

    /** See {@link io.taskmover.storage.backend.StorageBackend#metrics}. */
    StorageMetrics metrics();

    @Override
    void close();
}
