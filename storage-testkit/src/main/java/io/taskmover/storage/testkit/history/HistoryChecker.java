package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.Isolation;
import java.util.Collections;
import java.util.EnumSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Tells what a history shows that a level of isolation forbids. What is looked for, and why, the package says. */
public final class HistoryChecker {
    private final History history;
    private final Isolation level;
    private final Findings findings;

    private HistoryChecker(History history, Isolation level) {
        this.history = history;
        this.level = level;
        this.findings = new Findings(level);
    }

    /**
     * Takes time and space that grow with the number of operations and with the lengths of the lists read, not faster.
     *
     * @return some examples of each phenomenon, but of cycles only the shortest of the worst kind; empty if all is as the level has it
     * @throws IllegalArgumentException if a value is appended twice
     */
    public static List<Finding> check(History history, Isolation level) {
        return new HistoryChecker(history, level).run();
    }

    private List<Finding> run() {
        Versions versions = new Versions(history, findings);
        new SingleChecks(history, versions, findings).run();
        DependencyGraph graph = DependencyGraph.of(history, versions);
        // the first kind that there is: longer cycles of other kinds go through it
        boolean found = findCycle(graph, EnumSet.of(Dependency.WW), false, Dependency.WW)
                || findCycle(graph, EnumSet.of(Dependency.WW, Dependency.WR), false, Dependency.WR);
        if (!found && level.compareTo(Isolation.SNAPSHOT) >= 0) {
            found = findCycle(graph, EnumSet.allOf(Dependency.class), true, Dependency.RW);
        }
        if (!found && level.compareTo(Isolation.SERIALIZABLE) >= 0) {
            findCycle(graph, EnumSet.allOf(Dependency.class), false, Dependency.RW);
        }
        return findings.all();
    }

    private boolean findCycle(DependencyGraph graph, Set<Dependency> kinds, boolean apart, Dependency with) {
        List<Integer> cycle = new CycleSearch(new GraphView(graph, kinds, apart)).shortest(with);
        if (!cycle.isEmpty()) {
            findings.add(phenomenon(graph, cycle), () -> describe(graph, cycle));
        }
        return !cycle.isEmpty();
    }

    private static Phenomenon phenomenon(DependencyGraph graph, List<Integer> cycle) {
        List<Dependency> kinds = cycle.stream().map(graph::dependency).toList();
        int overwrites = Collections.frequency(kinds, Dependency.RW);
        if (overwrites == 0) {
            return kinds.contains(Dependency.WR) ? Phenomenon.G1C : Phenomenon.G0;
        }
        if (overwrites == 1) {
            return Phenomenon.G_SINGLE;
        }
        for (int i = 0; i < kinds.size(); i++) {
            if (kinds.get(i) == Dependency.RW && kinds.get((i + 1) % kinds.size()) == Dependency.RW) {
                return Phenomenon.G2_ITEM;
            }
        }
        return Phenomenon.G_NONADJACENT;
    }

    private String describe(DependencyGraph graph, List<Integer> cycle) {
        StringBuilder text = new StringBuilder("each of these before the next, and the last before the first:");
        Set<Integer> transactions = new LinkedHashSet<>();
        for (int edge : cycle) {
            transactions.add(graph.from(edge));
        }
        for (int id : transactions) {
            text.append("\n  T")
                    .append(id)
                    .append(" = ")
                    .append(history.transactions().get(id).operations());
        }
        text.append("\nbecause");
        for (int edge : cycle) {
            text.append("\n  ")
                    .append(graph.describe(edge))
                    .append(" (")
                    .append(graph.dependency(edge))
                    .append(')');
        }
        return text.toString();
    }
}
