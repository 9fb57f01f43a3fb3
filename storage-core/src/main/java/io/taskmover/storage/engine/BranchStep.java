package io.taskmover.storage.engine;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowChange;
import java.util.List;

/** That a commit is a step of a transaction over several stores, of which this store has a branch. */
public sealed interface BranchStep {

    /** The transaction, in all of its stores. */
    String globalId();

    /**
     * The branch is prepared: its rows become those of a later commit, or nobody's. The commit itself changes nothing.
     *
     * @param rows as the branch leaves them
     */
    record Prepared(PreparedTransaction transaction, List<RowChange> rows) implements BranchStep {
        public Prepared {
            rows = List.copyOf(rows);
        }

        @Override
        public String globalId() {
            return transaction.globalId();
        }
    }

    /** What this commit changes is the branch that decides: when it is acknowledged it is durable, whatever was asked for. */
    record Deciding(String globalId) implements BranchStep {}

    /** The branch is decided. If it is committed, this is the commit that changes its rows. */
    record Decided(String globalId, boolean committed) implements BranchStep {}
}
