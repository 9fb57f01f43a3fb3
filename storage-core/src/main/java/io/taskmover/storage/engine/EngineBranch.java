package io.taskmover.storage.engine;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowChange;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A transaction's rows as a branch of one over several stores: held once they are checked, then decided, or left. */
final class EngineBranch {
    private final CommitPipeline pipeline;
    private final CommitOrigin origin;
    private final PreparedTransaction transaction;
    private final List<RowChange> rows;
    private boolean decided;

    /** @param rows as the transaction leaves them */
    EngineBranch(CommitPipeline pipeline, CommitOrigin origin, PreparedTransaction transaction, List<RowChange> rows) {
        this.pipeline = pipeline;
        this.origin = origin;
        this.transaction = transaction;
        this.rows = rows;
    }

    /**
     * Hands the rows to the log, as what they may become, and keeps everybody from the tables. Under the commit lock, after it
     * was checked that they can be committed.
     *
     * @return for {@link CommitPipeline#complete}; null if there are no rows
     */
    CommitPipeline.@Nullable Pending hold(Set<String> tables) {
        CommitPipeline.Pending pending = commit(List.of(), new BranchStep.Prepared(transaction, rows));
        pipeline.branches().add(transaction, tables, rows, Thread.currentThread());
        return pending;
    }

    /** Commits or rolls back what is held. If that is refused it stays held. */
    void decide(boolean commit) {
        CommitPipeline.Pending pending;
        pipeline.lock();
        try {
            pending = commit(commit ? rows : List.of(), new BranchStep.Decided(transaction.globalId(), commit));
            pipeline.branches().remove(transaction.globalId());
            decided = true;
        } finally {
            pipeline.unlock();
        }
        pipeline.complete(pending);
    }

    /** Whether nothing was decided here, or nothing that the log took. */
    boolean isUndecided() {
        return !decided;
    }

    /** Holds what is undecided until the store is opened again, which decides. */
    void leave() {
        pipeline.lock();
        try {
            pipeline.branches().leave(transaction.globalId());
        } finally {
            pipeline.unlock();
        }
    }

    private CommitPipeline.@Nullable Pending commit(List<RowChange> changes, BranchStep step) {
        if (rows.isEmpty()) {
            return null; // the log need not know of a branch that only read
        }
        // by rows and not by the transaction's writes: a person may have changed a row in its file meanwhile
        return new Commit(pipeline, origin, false).rows(changes).step(step).run();
    }
}
