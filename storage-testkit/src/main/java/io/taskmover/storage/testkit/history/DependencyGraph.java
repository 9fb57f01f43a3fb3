package io.taskmover.storage.testkit.history;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The dependencies between the transactions of a history: edges from the earlier to the later one, by their numbers. */
final class DependencyGraph {
    private final int[] start;
    private final Edge[] edges;

    /** @param version what the later one wrote, or read */
    private record Edge(int from, int to, Dependency dependency, Version version) {}

    private DependencyGraph(int transactions, List<Edge> unordered) {
        start = new int[transactions + 1];
        for (Edge edge : unordered) {
            start[edge.from + 1]++;
        }
        for (int i = 0; i < transactions; i++) {
            start[i + 1] += start[i];
        }
        int[] next = Arrays.copyOf(start, transactions);
        edges = new Edge[unordered.size()];
        for (Edge edge : unordered) {
            edges[next[edge.from]++] = edge;
        }
    }

    static DependencyGraph of(History history, Versions versions) {
        List<Edge> edges = new ArrayList<>();
        for (Version version : versions.linked()) {
            Version predecessor = version.predecessor;
            if (predecessor != null) {
                add(edges, versions, predecessor.writer, version.writer, Dependency.WW, version);
            }
        }
        for (Observation seen : versions.observations()) {
            add(edges, versions, seen.version().writer, seen.reader(), Dependency.WR, seen.version());
            for (Version successor : seen.version().successors) {
                add(edges, versions, seen.reader(), successor.writer, Dependency.RW, successor);
            }
        }
        return new DependencyGraph(history.transactions().size(), edges);
    }

    private static void add(
            List<Edge> edges, Versions versions, int from, int to, Dependency dependency, Version version) {
        if (from != to && from != Version.NOBODY && versions.committed(from) && versions.committed(to)) {
            edges.add(new Edge(from, to, dependency, version));
        }
    }

    int transactions() {
        return start.length - 1;
    }

    /** The number of the first edge from a transaction; the others follow it. */
    int firstEdge(int transaction) {
        return start[transaction];
    }

    int degree(int transaction) {
        return start[transaction + 1] - start[transaction];
    }

    int from(int edge) {
        return edges[edge].from;
    }

    int to(int edge) {
        return edges[edge].to;
    }

    Dependency dependency(int edge) {
        return edges[edge].dependency;
    }

    String describe(int edge) {
        Edge shown = edges[edge];
        Version version = shown.version;
        String later = "T" + shown.to;
        String earlier = "T" + shown.from;
        return switch (shown.dependency) {
            case WW ->
                later + " appended " + version.value + " to list " + version.key + " after " + version.predecessor;
            case WR -> later + " read " + version;
            case RW -> earlier + " read list " + version.key + " before " + later + " appended " + version.value;
        };
    }
}
