package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import java.util.List;

/** Something that can take part in one commit together with others: an open store, or the files under a folder. Thread-safe. */
public interface Participant {

    /** Where this can be found again after a crash: a URL that does not depend on the working directory, without secrets. */
    String address();

    /** Whether a branch can be prepared. Of those that take part in one transaction at most one need not be able to. */
    boolean canPrepare();

    /**
     * Begins a part of a transaction. The calling thread takes part in it until it ends.
     *
     * @throws IllegalStateException if the thread takes part in one of this participant already
     * @throws io.taskmover.storage.error.UnsupportedException if the isolation asked for cannot be had
     */
    Branch begin(TransactionOptions options);

    /** The transactions whose branches here were prepared and, after a crash, are neither committed nor rolled back. */
    List<PreparedTransaction> inDoubt();

    /**
     * Ends a branch that is in doubt as its decider decided. Durable when it returns; cut off, it can be called again.
     *
     * @param commit whether it is committed; else it is rolled back
     * @throws IllegalArgumentException if none of this id is in doubt
     */
    void resolve(String globalId, boolean commit);
}
