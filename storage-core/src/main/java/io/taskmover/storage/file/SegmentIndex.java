package io.taskmover.storage.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The segments of a table at one moment: where each row is. Every row is in one segment. Immutable.
 *
 * <p>Segments are in the order of their numbers, and so are their rows. Those of which that is not true, since someone
 * else wrote them, are loose.
 */
final class SegmentIndex {
    private final Comparator<Object> order;
    private final List<Segment> ordered;
    private final List<Segment> loose;
    private final Map<Path, Segment> byFile = new HashMap<>();

    SegmentIndex(Collection<Segment> segments, Comparator<Object> order) {
        this.order = order;
        List<Segment> all = new ArrayList<>(segments);
        all.sort(Comparator.comparingLong(Segment::number).thenComparing(segment -> EntityFolder.name(segment.file())));
        List<Segment> chain = new ArrayList<>(all.size());
        List<Segment> rest = new ArrayList<>();
        for (Segment segment : all) {
            byFile.put(segment.file(), segment);
            boolean follows = segment.number() != 0
                    && !segment.isEmpty()
                    && !segment.edited()
                    && (chain.isEmpty()
                            || order.compare(chain.get(chain.size() - 1).last(), segment.first()) < 0);
            (follows ? chain : rest).add(segment);
        }
        this.ordered = new ArrayList<>(all.size());
        this.loose = new ArrayList<>();
        insert(chain, rest);
    }

    /** Puts into the chain what fits in at its number. Both lists are in the order of numbers. */
    private void insert(List<Segment> chain, List<Segment> rest) {
        int next = 0;
        for (Segment segment : rest) {
            while (next < chain.size() && chain.get(next).number() < segment.number()) {
                ordered.add(chain.get(next++));
            }
            boolean fits = segment.number() != 0
                    && !segment.isEmpty()
                    && (ordered.isEmpty()
                            || order.compare(ordered.get(ordered.size() - 1).last(), segment.first()) < 0)
                    && (next == chain.size()
                            || order.compare(segment.last(), chain.get(next).first()) < 0);
            (fits ? ordered : loose).add(segment);
        }
        ordered.addAll(chain.subList(next, chain.size()));
    }

    Comparator<Object> order() {
        return order;
    }

    List<Segment> ordered() {
        return ordered;
    }

    List<Segment> loose() {
        return loose;
    }

    List<Segment> all() {
        List<Segment> all = new ArrayList<>(ordered);
        all.addAll(loose);
        return all;
    }

    @Nullable
    Segment get(Path file) {
        return byFile.get(file);
    }

    /** Where a row is. */
    record Place(Segment segment, int row) {
        boolean matches(int length, int crc) {
            return segment.rows().matches(row, length, crc);
        }

        boolean isLost() {
            return segment.rows().isLost(row);
        }
    }

    /** Where a row is; null if it is nowhere. */
    @Nullable
    Place find(Object key) {
        for (Segment segment : loose) {
            int row = segment.rows().find(key, order);
            if (row >= 0) {
                return new Place(segment, row);
            }
        }
        int at = positionOf(key);
        if (at < 0) {
            return null;
        }
        Segment segment = ordered.get(at);
        int row = segment.rows().find(key, order);
        return row < 0 ? null : new Place(segment, row);
    }

    /** The position of the last ordered segment whose first row is not after {@code key}; -1 if there is none. */
    int positionOf(Object key) {
        int low = 0;
        int high = ordered.size() - 1;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            if (order.compare(ordered.get(middle).first(), key) <= 0) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return high;
    }
}
