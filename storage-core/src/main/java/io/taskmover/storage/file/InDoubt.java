package io.taskmover.storage.file;

import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.DecisionsByHand;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.BranchStep;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.Engine;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The branches of transactions over several stores that a journal leaves prepared, and how they end: as their decider says
 * or, where that is gone for good, as somebody says in the URL.
 */
final class InDoubt {
    private final Map<String, Boolean> byHand;

    private InDoubt(Map<String, Boolean> byHand) {
        this.byHand = byHand;
    }

    /** @throws io.taskmover.storage.error.ConfigException if what is said in the URL is no list of decisions */
    static InDoubt of(StorageConfig config) {
        return new InDoubt(DecisionsByHand.of(config));
    }

    /** The branches that are prepared at the end of these commits. */
    static Collection<BranchStep.Prepared> undecided(List<CommitRecord> commits) {
        Map<String, BranchStep.Prepared> undecided = new LinkedHashMap<>();
        for (CommitRecord commit : commits) {
            if (commit.step() instanceof BranchStep.Prepared prepared) {
                undecided.put(prepared.globalId(), prepared);
            } else if (commit.step() != null) {
                undecided.remove(commit.step().globalId());
            }
        }
        return undecided.values();
    }

    /**
     * Ends them.
     *
     * @throws io.taskmover.storage.error.StorageException if a decider cannot be asked; that one and later ones stay
     */
    void decide(Collection<BranchStep.Prepared> branches, Engine engine) {
        List<BranchStep.Prepared> ordered = new ArrayList<>(branches);
        // those that need nobody first: they are decided even if the decider of another one cannot be asked
        ordered.sort(Comparator.comparing(branch -> !byHand.containsKey(branch.globalId())));
        for (BranchStep.Prepared branch : ordered) {
            PreparedTransaction transaction = branch.transaction();
            Boolean said = byHand.get(transaction.globalId());
            boolean commit = said != null ? said : Decisions.isCommitted(transaction);
            engine.decide(branch, commit);
            Threads.LOG.info(
                    "Transaction {} over several stores was in doubt and is {} now, as {} says",
                    transaction.globalId(),
                    commit ? "committed" : "rolled back",
                    said != null ? "the URL" : transaction.decider());
        }
    }
}
