package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.TransactionOptions;

/**
 * Something that can take part in one commit together with others: an open store, or the files under a folder. What a
 * crash leaves undecided it decides itself when it is opened again, as {@link io.taskmover.storage.backend.Decisions}
 * says. Thread-safe.
 */
public interface Participant {

    /** Where this is found again after a crash: a URL that does not depend on the working directory, without secrets. */
    String address();

    /** Whether a branch can be prepared. Of those that take part in one transaction at most one need not be able to. */
    boolean canPrepare();

    /** Whether a branch can keep, durably, what is decided. */
    boolean canDecide();

    /** Whether what a branch commits is there after the end of the process. */
    boolean outlivesProcess();

    /**
     * Begins a part of a transaction. The calling thread takes part in it until it ends.
     *
     * @param options {@link TransactionOptions#asBranchOf} what it is to be prepared for, unless it is not
     * @param decides whether it will {@link Branch#decide}
     * @throws IllegalStateException if the thread takes part in one of this participant already
     * @throws io.taskmover.storage.error.UnsupportedException if the isolation asked for cannot be had
     */
    Branch beginBranch(TransactionOptions options, boolean decides);
}
