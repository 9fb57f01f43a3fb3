package io.taskmover.storage.testkit.history;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Looks for a short cycle in a view. If there is one it finds one; the shortest, unless the history is so full of them
 * that looking for it would take long.
 */
final class CycleSearch {
    /** How many nodes are visited at most once a cycle is found. */
    private static final long ENOUGH = 5_000_000;
    /** A cycle has at least two edges. */
    private static final int SHORTEST = 2;

    private final GraphView view;
    private final Components components;
    /** In which search a node was reached. */
    private final int[] reached;

    private final int[] cameFrom;
    private final int[] cameBy;
    private final int[] queue;
    private int searches;
    private long visits;

    CycleSearch(GraphView view) {
        this.view = view;
        this.components = new Components(view);
        reached = new int[view.size()];
        cameFrom = new int[view.size()];
        cameBy = new int[view.size()];
        queue = new int[view.size()];
    }

    /** The edges of a cycle that has an edge of a kind, in order, that one first; empty if there is no such cycle. */
    List<Integer> shortest(Dependency with) {
        List<Integer> best = List.of();
        for (int node = 0; node < view.size(); node++) {
            for (int i = 0; i < view.degree(node); i++) {
                int successor = view.successor(node, i);
                if (successor != GraphView.NONE
                        && view.dependency(node, i) == with
                        && components.together(node, successor)) {
                    List<Integer> cycle = close(node, view.edge(node, i), successor);
                    if (best.isEmpty() || cycle.size() < best.size()) {
                        best = cycle;
                    }
                    if (best.size() == SHORTEST || visits > ENOUGH) {
                        return best;
                    }
                }
            }
        }
        return best;
    }

    /** An edge, and a shortest way from its end back to its start, which there is. */
    private List<Integer> close(int start, int edge, int end) {
        searches++;
        reached[end] = searches;
        queue[0] = end;
        int size = 1;
        for (int head = 0; reached[start] != searches; head++) {
            int node = queue[head];
            visits++;
            for (int i = 0; i < view.degree(node); i++) {
                int successor = view.successor(node, i);
                if (successor != GraphView.NONE
                        && reached[successor] != searches
                        && components.together(node, successor)) {
                    reached[successor] = searches;
                    cameFrom[successor] = node;
                    cameBy[successor] = view.edge(node, i);
                    queue[size++] = successor;
                }
            }
        }
        List<Integer> cycle = new ArrayList<>();
        for (int node = start; node != end; node = cameFrom[node]) {
            cycle.add(cameBy[node]);
        }
        cycle.add(edge);
        Collections.reverse(cycle);
        return cycle;
    }
}
