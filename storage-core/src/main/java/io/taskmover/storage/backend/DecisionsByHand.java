package io.taskmover.storage.backend;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import java.util.HashMap;
import java.util.Map;

/**
 * How transactions over several stores ended whose decider is gone for good, as somebody says in the URL of a store in
 * doubt: {@code inDoubt=commit:ID,rollback:ID}.
 */
public final class DecisionsByHand {
    /** The option in a URL. */
    public static final String OPTION = "inDoubt";

    private DecisionsByHand() {}

    /**
     * Whether they are committed, by their ids; empty if nothing is said.
     *
     * @throws ConfigException if it is no list of decisions
     */
    public static Map<String, Boolean> of(StorageConfig config) {
        Map<String, Boolean> decisions = new HashMap<>();
        String text = config.option(OPTION).orElse(null);
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
        return decisions;
    }
}
