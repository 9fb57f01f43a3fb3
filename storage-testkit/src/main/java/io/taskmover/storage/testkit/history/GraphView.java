package io.taskmover.storage.testkit.history;

import java.util.Set;

/**
 * The part of a {@link DependencyGraph} that has edges of some kinds. If rw edges are to be kept apart, a path may not take
 * two of them one right after the other: each transaction is two nodes then, one to be come to by an rw edge, from which no
 * rw edge goes on, and one to be come to by any other.
 */
final class GraphView {
    /** No node. */
    static final int NONE = -1;

    private final DependencyGraph graph;
    private final Set<Dependency> kinds;
    private final boolean apart;

    GraphView(DependencyGraph graph, Set<Dependency> kinds, boolean apart) {
        this.graph = graph;
        this.kinds = kinds;
        this.apart = apart;
    }

    int size() {
        return apart ? 2 * graph.transactions() : graph.transactions();
    }

    private int transaction(int node) {
        return apart ? node >> 1 : node;
    }

    /** How many edges may go from a node. */
    int degree(int node) {
        return graph.degree(transaction(node));
    }

    /** The number, in the whole graph, of one of the edges that may go from a node. */
    int edge(int node, int index) {
        return graph.firstEdge(transaction(node)) + index;
    }

    /** Where one of these edges leads; {@link #NONE} if it does not belong here. */
    int successor(int node, int index) {
        int edge = edge(node, index);
        Dependency dependency = graph.dependency(edge);
        if (!kinds.contains(dependency)) {
            return NONE;
        }
        if (!apart) {
            return graph.to(edge);
        }
        if (dependency != Dependency.RW) {
            return 2 * graph.to(edge);
        }
        boolean cameByRw = (node & 1) == 1;
        return cameByRw ? NONE : 2 * graph.to(edge) + 1;
    }

    Dependency dependency(int node, int index) {
        return graph.dependency(edge(node, index));
    }
}
