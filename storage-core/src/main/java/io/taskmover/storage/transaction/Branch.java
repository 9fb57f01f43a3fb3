package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.PreparedTransaction;
import java.util.concurrent.Callable;

/** What one {@link Participant} has to do in a transaction over several. Used by one thread at a time. */
public interface Branch {

    /**
     * Makes sure, durably, that {@link #commit} cannot fail and that {@link #rollback} is still possible, after a crash
     * too. Nothing is visible yet of what the participant can keep invisible.
     *
     * @throws io.taskmover.storage.error.UnsupportedException unless {@link Participant#canPrepare}
     * @throws io.taskmover.storage.error.StorageException if it cannot be committed; it is to be rolled back then
     */
    void prepare(PreparedTransaction transaction);

    /** Makes everything visible and durable. Without {@link #prepare}, it may fail, and then nothing of it has happened. */
    void commit();

    /** Undoes everything; after the end it does nothing. */
    void rollback();

    /** Lets the calling thread take part while {@code work} runs, too. */
    <R> R call(Callable<R> work) throws Exception;
}
