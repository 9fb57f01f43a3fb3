package io.taskmover.storage.testkit.history;

/**
 * The strongly connected components of a view: two nodes are in the same one if they are on a common cycle. After Tarjan,
 * <i>Depth-First Search and Linear Graph Algorithms</i> (SIAM Journal on Computing 1972), without recursion, since paths
 * are as long as histories.
 */
final class Components {
    private final GraphView view;
    private final int[] component;
    /** When a node was first visited, from 1; 0 if it was not yet. */
    private final int[] visited;

    private final int[] lowest;
    /** Which edge of a node is to be looked at next. */
    private final int[] next;
    /** The path on which the search is. */
    private final int[] path;
    /** Nodes that have no component yet. */
    private final int[] open;

    private int pathSize;
    private int openSize;
    private int time;
    private int count;

    Components(GraphView view) {
        this.view = view;
        int size = view.size();
        component = new int[size];
        visited = new int[size];
        lowest = new int[size];
        next = new int[size];
        path = new int[size];
        open = new int[size];
        for (int node = 0; node < size; node++) {
            if (visited[node] == 0) {
                search(node);
            }
        }
    }

    /** Whether there is a cycle through both. Components are numbered from 1, and a node that has none yet is in 0. */
    boolean together(int node, int other) {
        return component[node] == component[other];
    }

    private void search(int root) {
        enter(root);
        while (pathSize > 0) {
            int node = path[pathSize - 1];
            if (next[node] < view.degree(node)) {
                int successor = view.successor(node, next[node]++);
                if (successor == GraphView.NONE) {
                    continue;
                }
                if (visited[successor] == 0) {
                    enter(successor);
                } else if (component[successor] == 0) {
                    lowest[node] = Math.min(lowest[node], visited[successor]);
                }
            } else {
                leave(node);
            }
        }
    }

    private void enter(int node) {
        visited[node] = ++time;
        lowest[node] = time;
        path[pathSize++] = node;
        open[openSize++] = node;
    }

    private void leave(int node) {
        pathSize--;
        if (pathSize > 0) {
            int parent = path[pathSize - 1];
            lowest[parent] = Math.min(lowest[parent], lowest[node]);
        }
        if (lowest[node] == visited[node]) {
            count++;
            int member;
            do {
                member = open[--openSize];
                component[member] = count;
            } while (member != node);
        }
    }
}
