package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.PreparedTransaction;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What one {@link Participant} has to do in a transaction over several. Used by one thread at a time. */
public interface Branch {

    /**
     * Does all that is to be done before a commit, such as queued operations; what it throws rolls the transaction back.
     * Called once, before any branch of the transaction is prepared.
     */
    void complete();

    /**
     * Makes sure, durably, that {@link #commit} cannot be refused and that {@link #rollback} is still possible, after a
     * crash too. Nothing is visible yet of what the participant can keep invisible.
     *
     * @throws io.taskmover.storage.error.UnsupportedException unless {@link Participant#canPrepare}
     * @throws io.taskmover.storage.error.StorageException if it cannot be committed; it is to be rolled back then
     */
    void prepare(PreparedTransaction transaction);

    /**
     * Makes this the branch that decides: from its commit on, and not before, the transaction is committed. Called before
     * another branch is prepared. Before that it may forget what was decided on transactions that have ended everywhere.
     *
     * @param stores the addresses of all that take part
     * @throws io.taskmover.storage.error.UnsupportedException unless {@link Participant#canDecide}
     */
    void decide(PreparedTransaction transaction, List<String> stores);

    /** Makes everything visible and durable. Without {@link #prepare} it may be refused, and then nothing has happened. */
    void commit();

    /** Whether {@link #commit} threw something and the branch may be committed nevertheless. */
    boolean isInDoubt();

    /**
     * Does what is to be done after the commit, once all branches have had theirs. Throws nothing.
     *
     * @param decided the transaction, if this branch decided and no other one needs to know of that any more; else null
     */
    void committed(@Nullable PreparedTransaction decided);

    /** Undoes everything; after the end it does nothing. */
    void rollback();

    /** Ends a branch that is prepared without deciding: that happens when the participant is opened again. */
    void leave();

    /** Lets the calling thread take part while {@code work} runs, too. */
    <R> R call(Callable<R> work) throws Exception;
}
