package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;

/**
 * A unit of work over several stores, committed in all of them or in none. Until it ends, repositories of the stores that
 * are used by the thread that began it take part. Used by one thread at a time.
 *
 * <p>Two-phase commit, with presumed abort and the decision in the last branch (Gray and Reuter, Transaction Processing,
 * 1993, chapters 10 and 12): every branch but the decider's is prepared, which is durable; the decider then commits its
 * changes together with a row that says that the transaction is committed; that is the decision, and the others commit. A
 * branch that a crash leaves prepared asks the decider when it is opened, and is rolled back if there is no such row.
 */
public final class GlobalTransaction implements AutoCloseable {
    private final List<Participant> participants;
    private final List<Branch> branches;
    /** The place of the branch that is not prepared and commits first: that is the decision. */
    private final int last;
    /** Whether that branch keeps the decision, for others to ask. */
    private final boolean kept;

    private final PreparedTransaction prepared;
    private final Callbacks callbacks = new Callbacks();
    private volatile TransactionState state = TransactionState.ACTIVE;
    private boolean ending;

    private GlobalTransaction(
            PreparedTransaction prepared,
            List<Participant> participants,
            List<Branch> branches,
            int last,
            boolean kept) {
        this.prepared = prepared;
        this.participants = participants;
        this.branches = branches;
        this.last = last;
        this.kept = kept;
    }

    static GlobalTransaction begin(List<Participant> participants, int last, TransactionOptions options) {
        // where nothing is written there is nothing to decide
        boolean kept = participants.get(last).canDecide() && !options.readOnly();
        PreparedTransaction prepared = new PreparedTransaction(
                UUID.randomUUID().toString(),
                kept ? participants.get(last).address() : "",
                Clock.systemUTC().instant());
        List<Branch> branches = new ArrayList<>();
        try {
            for (int i = 0; i < participants.size(); i++) {
                branches.add(participants
                        .get(i)
                        .beginBranch(i == last ? options : options.asBranchOf(prepared), kept && i == last));
            }
            return new GlobalTransaction(prepared, participants, branches, last, kept);
        } catch (Throwable e) {
            rollback(branches, e);
            throw e;
        }
    }

    /** Unique everywhere; a store that is in doubt names it. */
    public String id() {
        return prepared.globalId();
    }

    public Instant startedAt() {
        return prepared.preparedAt();
    }

    public TransactionState state() {
        return state;
    }

    /** Runs before the commit, inside of the transaction; what it throws rolls the transaction back. */
    public void beforeCommit(Runnable callback) {
        requireActive();
        callbacks.beforeCommit(callback);
    }

    /** Runs after the commit; what it throws is logged and undoes nothing. */
    public void afterCommit(Runnable callback) {
        requireActive();
        callbacks.afterCommit(callback);
    }

    /** Runs after a rollback, for whatever reason; what it throws is logged. */
    public void afterRollback(Runnable callback) {
        requireActive();
        callbacks.afterRollback(callback);
    }

    /**
     * Commits in all of the stores.
     *
     * @throws StorageException if it cannot; everything is rolled back then, unless {@link #state} says that it is
     *     {@link TransactionState#IN_DOUBT}, or {@link TransactionState#COMMITTED}: then a store failed after the decision,
     *     and has the commit when it is opened again
     */
    public void commit() {
        requireActive();
        requireNotEnding();
        ending = true;
        prepare();
        decide();
        finish();
    }

    private void prepare() {
        try {
            callbacks.runBeforeCommit();
            branches.forEach(Branch::complete); // of all, before the first is prepared: they may write in each other
            if (kept) {
                // first: who finds a branch that is prepared has to see that somebody is about to decide
                branches.get(last)
                        .decide(
                                prepared,
                                participants.stream().map(Participant::address).toList());
            }
            for (int i = 0; i < branches.size(); i++) {
                if (i != last) {
                    branches.get(i).prepare(prepared);
                }
            }
        } catch (Throwable e) {
            rollbackAfter(e);
            throw e;
        }
    }

    /** The moment of truth. */
    private void decide() {
        try {
            branches.get(last).commit();
        } catch (Throwable e) {
            if (!branches.get(last).isInDoubt()) {
                rollbackAfter(e);
                throw e;
            }
            state = TransactionState.IN_DOUBT;
            branches.forEach(branch -> leave(branch, e));
            throw new StorageException(
                    "Transaction " + id() + " over several stores is in doubt: " + prepared.decider()
                            + " failed when it was to decide. Whether it is committed shows when the stores are opened"
                            + " again, that one first: " + e.getMessage(),
                    e);
        }
    }

    /** What is decided is done in every store, whatever happens in others. */
    private void finish() {
        state = TransactionState.COMMITTED;
        StorageException failure = null;
        for (int i = 0; i < branches.size(); i++) {
            if (i != last) {
                try {
                    branches.get(i).commit();
                } catch (Throwable e) { // an Error too: the other stores are to have their commit
                    StorageException told = new StorageException(
                            "Transaction " + id() + " over several stores is committed, but "
                                    + participants.get(i).address() + " failed to show it, and will when it is opened"
                                    + " again: " + e.getMessage(),
                            e);
                    leave(branches.get(i), told);
                    if (failure == null) {
                        failure = told;
                    } else {
                        failure.addSuppressed(told);
                    }
                }
            }
        }
        for (int i = 0; i < branches.size(); i++) {
            branches.get(i).committed(i == last && kept && failure == null ? prepared : null);
        }
        callbacks.committed();
        if (failure != null) {
            throw failure;
        }
    }

    private static void leave(Branch branch, Throwable cause) {
        try {
            branch.leave();
        } catch (RuntimeException e) {
            cause.addSuppressed(e);
        }
    }

    /** Undoes everything. After the end it does nothing. */
    public void rollback() {
        if (state == TransactionState.ACTIVE) {
            requireNotEnding();
            StorageException failure =
                    new StorageException("Transaction " + id() + " could not be rolled back everywhere");
            rollbackAfter(failure);
            if (failure.getSuppressed().length > 0) {
                throw failure;
            }
        }
    }

    private void rollbackAfter(Throwable cause) {
        state = TransactionState.ROLLED_BACK;
        rollback(branches, cause);
        callbacks.rolledBack();
    }

    private static void rollback(List<Branch> branches, Throwable cause) {
        for (Branch branch : branches) {
            try {
                branch.rollback();
            } catch (Throwable e) { // an Error too: the other branches are to be rolled back
                cause.addSuppressed(e);
            }
        }
    }

    /** Rolls back unless it was committed. */
    @Override
    public void close() {
        rollback();
    }

    /** Lets the calling thread take part while {@code work} runs, in each of the stores: the explicit hand-over. */
    public <R> R call(Callable<R> work) throws Exception {
        requireActive();
        Callable<R> inAll = work;
        for (Branch branch : branches) {
            Callable<R> inner = inAll;
            inAll = () -> branch.call(inner);
        }
        return inAll.call();
    }

    private void requireNotEnding() {
        if (ending) {
            throw new IllegalStateException("Transaction " + id()
                    + " is being committed: a callback does not end it; what it throws rolls it back");
        }
    }

    private void requireActive() {
        if (state != TransactionState.ACTIVE) {
            throw new IllegalStateException("Transaction " + id() + " has ended: it is " + state);
        }
    }

    @Override
    public String toString() {
        return id() + " (" + state + ", since " + startedAt() + ")";
    }
}
