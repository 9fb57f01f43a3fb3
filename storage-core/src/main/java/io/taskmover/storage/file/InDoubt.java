package io.taskmover.storage.file;

import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.engine.BranchStep;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.error.ConfigException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The branches of transactions over several stores that a journal leaves prepared, and how they end: as their decider says
 * or, where that is gone for good, as somebody says in the URL: {@code inDoubt=commit:ID,rollback:ID}.
 */
final class InDoubt {
    /** The option in a URL. */
    static final String OPTION = "inDoubt";

    private final Map<String, Boolean> byHand;

    private InDoubt(Map<String, Boolean> byHand) {
        this.byHand = byHand;
    }

    /** @throws ConfigException if it is no list of decisions */
    static InDoubt parse(@Nullable String text) {
        Map<String, Boolean> decisions = new HashMap<>();
        if (text != null) {
            for (String decision : text.split(",", -1)) {
                int colon = decision.indexOf(':');
                String verb = decision.substring(0, Math.max(colon, 0));
                if (!verb.equals("commit") && !verb.equals("rollback")) {
                    throw new ConfigException(
                            "inDoubt=" + text
                                    + " is not a decision; write inDoubt=commit:ID or inDoubt=rollback:ID, several with commas");
                }
                decisions.put(decision.substring(colon + 1), verb.equals("commit"));
            }
        }
        return new InDoubt(decisions);
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
