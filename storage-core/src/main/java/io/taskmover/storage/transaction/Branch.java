package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.PreparedTransaction;
import java.util.List;
import java.util.concurrent.Callable;

/** What one {@link Participant} has to do in a transaction over several. Used by one thread at a time. */
public interface Branch {

    /**
     * Makes sure, durably, that {@link #commit} cannot be refused and that {@link #rollback} is still possible, after a
     * crash too. Nothing is visible yet of what the participant can keep invisible.
     *
     * @throws io.taskmover.storage.error.UnsupportedException unless {@link Participant#canPrepare}
     * @throws io.taskmover.storage.error.StorageException if it cannot be committed; it is to be rolled back then
     */
    void prepare(PreparedTransaction transaction);

    /**
     * Makes this the branch that decides: from its commit on, and not before, the transaction is committed. Before that it
     * may forget what was decided on transactions that have ended everywhere.
     *
     * @param stores the addresses of all that take part
     * @throws io.taskmover.storage.error.UnsupportedException unless {@link Participant#canDecide}
     */
    void decide(PreparedTransaction transaction, List<String> stores);

    /** Notes, after the commit of a branch that decided, that no other branch needs to know of that any more. */
    void endedEverywhere(PreparedTransaction transaction);

    /** Makes everything visible and durable. Without {@link #prepare} it may be refused, and then nothing has happened. */
    void commit();

    /** Undoes everything; after the end it does nothing. */
    void rollback();

    /** Ends a branch that is prepared without deciding: that happens when the participant is opened again. */
    void leave();

    /** Lets the calling thread take part while {@code work} runs, too. */
    <R> R call(Callable<R> work) throws Exception;
}
