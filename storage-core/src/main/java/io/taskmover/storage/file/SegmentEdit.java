package io.taskmover.storage.file;

import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** What is taken over from someone else in one segment, and what is elsewhere now. Used once. */
final class SegmentEdit {
    private final Segment segment;
    private final Set<Object> dropped = new HashSet<>();
    private final Map<Integer, Object> added = new HashMap<>();

    SegmentEdit(Segment segment) {
        this.segment = segment;
    }

    /** A row is gone, or elsewhere. */
    void drop(Object key) {
        dropped.add(key);
    }

    /** The line with this number is that of a row. */
    void add(Object key, int line) {
        added.put(line, key);
    }

    Segment apply(Comparator<Object> order) {
        Lines rows = new Lines(segment.rows().size() + added.size());
        boolean surplus = segment.surplus();
        for (int i = 0; i < segment.rows().size(); i++) {
            if (!dropped.contains(segment.rows().key(i))) {
                rows.add(segment.rows(), i);
            } else {
                surplus |= !segment.rows().isLost(i);
            }
        }
        Lines strays = new Lines(0);
        for (int i = 0; i < segment.strays().size(); i++) {
            Object key = added.get(Math.toIntExact(segment.strays().unit(i)));
            if (key != null && key.equals(segment.strays().keyOrNull(i))) {
                Lines from = segment.strays();
                rows.add(key, from.start(i), from.length(i), from.crc(i), 0);
            } else {
                strays.add(segment.strays(), i);
            }
        }
        return new Segment(
                segment.file(), segment.print(), rows.sorted(order).trimmed(), strays, segment.edited(), surplus);
    }
}
