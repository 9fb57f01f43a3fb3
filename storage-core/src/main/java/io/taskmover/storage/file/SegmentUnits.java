package io.taskmover.storage.file;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest says of segments: a unit for each row with its line's length, checksum and stub, and one for each
 * segment. Which rows are in a segment follows from the order of both, mostly; so a batch adds to the manifest what it
 * changed and not all that stands in the segments that it wrote anew.
 *
 * <p>An instance takes the units of one table, in their order. Not thread-safe.
 */
final class SegmentUnits {
    private static final int REMOVED = 0;
    private static final int ROW = 1;
    private static final int GONE = 2;
    /** A segment with the next rows in order, one after the other. */
    private static final int REGULAR = 3;
    /** A segment that lists its rows. */
    private static final int LISTED = 4;

    private static final int EDITED = 1;
    private static final int UNSETTLED = 2;

    private final Path directory;
    private final Comparator<Object> order;
    /** Rows in key order, as a compact manifest has them all. */
    private final Lines rows = new Lines(0);
    /** Rows that came later, or were removed: then without a line. */
    private final Map<Object, Line> later = new HashMap<>();

    private final Map<String, Described> segments = new LinkedHashMap<>();

    SegmentUnits(Path directory, Comparator<Object> order) {
        this.directory = directory;
        this.order = order;
    }

    private record Line(int length, int crc, long unit) {
        private static final Line NONE = new Line(0, 0, 0);
    }

    /**
     * A segment as the manifest has it.
     *
     * @param count how many rows it has, if they are not listed
     */
    private record Described(
            int flags,
            @Nullable Fingerprint print,
            int count,
            @Nullable Lines listed) {}

    // writing

    /** Writes the head of a row's unit; the stub follows. */
    static void putRow(ByteSink unit, int length, int crc) {
        unit.putByte(ROW);
        unit.putVarint(length);
        unit.putInt(crc);
    }

    static void putRemoved(ByteSink unit, Object key) {
        unit.putByte(REMOVED);
        ValueCodec.writeKey(unit, key);
    }

    static void putGone(ByteSink unit, Path file) {
        unit.putByte(GONE);
        unit.putText(EntityFolder.name(file));
    }

    /**
     * Writes the unit of a segment.
     *
     * @param ordered whether its rows are between those of its neighbours
     */
    static void putSegment(ByteSink unit, Segment segment, boolean ordered) {
        Lines rows = segment.rows();
        boolean regular = ordered && segment.regular();
        for (int i = 0; i < rows.size() && regular; i++) {
            regular = rows.unit(i) != 0;
        }
        unit.putByte(regular ? REGULAR : LISTED);
        unit.putText(EntityFolder.name(segment.file()));
        unit.putByte((segment.edited() ? EDITED : 0) | (segment.settled() ? 0 : UNSETTLED));
        Fingerprint print = segment.print();
        unit.putVarint(print == null ? 0 : print.size());
        unit.putZigzag(print == null ? 0 : print.modified());
        unit.putInt(print == null ? 0 : print.crc());
        unit.putVarint(rows.size());
        for (int i = 0; i < rows.size() && !regular; i++) {
            ValueCodec.writeKey(unit, rows.key(i));
            unit.putVarint(rows.start(i) + 1L);
            unit.putVarint(rows.length(i));
            unit.putInt(rows.crc(i));
        }
    }

    /** Reads the head of a row's unit, so that the stub is next. */
    static void skipRow(ByteSource unit) {
        requireRow(unit.getByte());
        long unusedLength = unit.getVarint();
        int unusedCrc = unit.getInt();
    }

    private static void requireRow(int kind) {
        if (kind != ROW) {
            throw new IllegalArgumentException("it is no row's unit but one of kind " + kind);
        }
    }

    // reading

    /** Takes a unit; {@link TableFiles#restore}. */
    void take(ByteSource unit, long offset, TableFiles.StubVisitor visitor) {
        int kind = unit.getByte();
        switch (kind) {
            case REMOVED -> {
                Object key = ValueCodec.readKey(unit);
                later.put(key, Line.NONE);
                visitor.removed(key);
            }
            case GONE -> {
                var unused = segments.remove(unit.getText());
            }
            case REGULAR, LISTED -> segment(unit, kind == LISTED);
            default -> {
                requireRow(kind);
                int length = Math.toIntExact(unit.getVarint());
                int crc = unit.getInt();
                row(visitor.stored(unit), length, crc, offset);
            }
        }
    }

    private void row(Object key, int length, int crc, long offset) {
        if (rows.size() == 0 || (later.isEmpty() && order.compare(rows.key(rows.size() - 1), key) < 0)) {
            rows.add(key, 0, length, crc, offset);
        } else {
            later.put(key, new Line(length, crc, offset));
        }
    }

    private void segment(ByteSource unit, boolean listed) {
        String name = unit.getText();
        int flags = unit.getByte();
        Fingerprint print = new Fingerprint(unit.getVarint(), unit.getZigzag(), unit.getInt());
        int count = Math.toIntExact(unit.getVarint());
        Lines lines = null;
        if (listed) {
            lines = new Lines(0);
            for (int i = 0; i < count; i++) {
                Object key = ValueCodec.readKey(unit);
                int start = Math.toIntExact(unit.getVarint() - 1);
                lines.add(key, start, Math.toIntExact(unit.getVarint()), unit.getInt(), 0);
            }
        }
        var unused = segments.put(name, new Described(flags, print, count, lines));
    }

    /**
     * The segments, after the last unit.
     *
     * @throws IllegalArgumentException if rows and segments do not fit together
     */
    SegmentIndex index() {
        List<Segment> result = new ArrayList<>();
        Map<Object, Line> units = new HashMap<>();
        segments.values().forEach(segment -> note(segment, units));
        Lines rest = rest(units);
        TreeMap<String, Described> regular = new TreeMap<>();
        segments.forEach((name, segment) -> {
            Lines listed = segment.listed;
            if (listed == null) {
                regular.put(name, segment);
            } else {
                result.add(segment(name, segment, withUnits(listed, units).sorted(order)));
            }
        });
        int from = 0;
        for (Map.Entry<String, Described> entry : regular.entrySet()) {
            int to = from + entry.getValue().count;
            result.add(segment(entry.getKey(), entry.getValue(), regular(rest, from, to, entry.getValue())));
            from = to;
        }
        if (from != rest.size()) {
            throw new IllegalArgumentException(
                    "it tells of " + rest.size() + " rows in the segments of " + directory + ", which have " + from);
        }
        return new SegmentIndex(result, order);
    }

    private static void note(Described segment, Map<Object, Line> units) {
        Lines listed = segment.listed;
        for (int i = 0; listed != null && i < listed.size(); i++) {
            units.put(listed.key(i), new Line(listed.length(i), listed.crc(i), 0));
        }
    }

    /** The rows in key order that no segment lists; the units of those that one lists are put into the map. */
    private Lines rest(Map<Object, Line> units) {
        if (later.isEmpty() && units.isEmpty()) {
            return rows;
        }
        List<Object> keys = new ArrayList<>(later.keySet());
        keys.sort(order);
        Lines rest = new Lines(rows.size() + keys.size());
        int row = 0;
        for (Object key : keys) {
            while (row < rows.size() && order.compare(rows.key(row), key) < 0) {
                add(rest, rows.key(row), rows.length(row), rows.crc(row), rows.unit(row), units);
                row++;
            }
            if (row < rows.size() && order.compare(rows.key(row), key) == 0) {
                row++;
            }
            Line line = Objects.requireNonNull(later.get(key));
            if (line != Line.NONE) {
                add(rest, key, line.length, line.crc, line.unit, units);
            }
        }
        for (; row < rows.size(); row++) {
            add(rest, rows.key(row), rows.length(row), rows.crc(row), rows.unit(row), units);
        }
        return rest;
    }

    private static void add(Lines rest, Object key, int length, int crc, long unit, Map<Object, Line> units) {
        // a unit that tells of other bytes is of the row as it was before someone else changed it
        Line listed = units.isEmpty()
                ? null
                : units.computeIfPresent(
                        key,
                        (same, line) ->
                                new Line(line.length, line.crc, line.length == length && line.crc == crc ? unit : 0));
        if (listed == null) {
            rest.add(key, 0, length, crc, unit);
        }
    }

    private static Lines withUnits(Lines listed, Map<Object, Line> units) {
        Lines result = new Lines(listed.size());
        for (int i = 0; i < listed.size(); i++) {
            result.add(
                    listed.key(i),
                    listed.start(i),
                    listed.length(i),
                    listed.crc(i),
                    Objects.requireNonNull(units.get(listed.key(i))).unit);
        }
        return result;
    }

    private Lines regular(Lines rest, int from, int to, Described segment) {
        Lines lines = new Lines(segment.count);
        int end = 0;
        for (int i = from; i < to && i < rest.size(); i++) {
            lines.add(rest.key(i), end, rest.length(i), rest.crc(i), rest.unit(i));
            end += rest.length(i) + 1;
        }
        Fingerprint print = segment.print;
        if (lines.size() != segment.count || print == null || print.size() != end) {
            throw new IllegalArgumentException(
                    "what it tells of the rows of " + directory + " and of its segments does" + " not fit together");
        }
        return lines;
    }

    /** @param lines in key order */
    private Segment segment(String name, Described segment, Lines lines) {
        // what was not settled is looked into at once: no stat fits
        boolean unsettled = (segment.flags & UNSETTLED) != 0;
        return new Segment(
                directory.resolve(name),
                unsettled ? null : segment.print,
                lines,
                new Lines(0),
                (segment.flags & EDITED) != 0,
                false);
    }
}
