package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.Isolation;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Collects what a level forbids, some of each kind: who has to read it wants examples. */
final class Findings {
    private static final int OF_EACH = 5;

    private final Isolation level;
    private final Map<Phenomenon, List<Finding>> found = new EnumMap<>(Phenomenon.class);

    Findings(Isolation level) {
        this.level = level;
    }

    void add(Phenomenon phenomenon, Supplier<String> explanation) {
        if (phenomenon.forbiddenAt(level)) {
            List<Finding> others = found.computeIfAbsent(phenomenon, key -> new ArrayList<>());
            if (others.size() < OF_EACH) {
                others.add(new Finding(phenomenon, explanation.get()));
            }
        }
    }

    /** By phenomenon. */
    List<Finding> all() {
        return found.values().stream().flatMap(List::stream).toList();
    }
}
