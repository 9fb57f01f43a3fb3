package io.taskmover.storage.file;

import io.taskmover.storage.file.SegmentIndex.Place;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares what stands in segments with what is known of them. A line whose bytes are those of a row is that row,
 * wherever it stands; if it stands in two places, as after a crash, one of them is of no use. Used once.
 */
final class SegmentDifferences {
    private final SegmentIndex index;
    private final List<SegmentScan> scans;
    private final Set<Segment> former;
    private final Map<SegmentScan, Verdicts> verdicts = new LinkedHashMap<>();
    /** Rows that were found as they were last written, in a segment that was looked into. */
    private final Set<Object> seen = new HashSet<>();
    /** Rows that were found with other bytes. */
    private final Set<Object> changed = new HashSet<>();

    private final List<Line> lines = new ArrayList<>();
    private final List<Missing> missing = new ArrayList<>();
    private final Map<String, String> doubles = new HashMap<>();

    /**
     * @param scans of the files that were looked into
     * @param former what was known of these files, and of those that are gone
     */
    SegmentDifferences(SegmentIndex index, List<SegmentScan> scans, Collection<Segment> former) {
        this.index = index;
        this.scans = scans;
        this.former = Set.copyOf(former);
        scans.forEach(scan -> verdicts.put(scan, new Verdicts()));
        findSame();
        findOthers();
        findMissing();
    }

    /** What is to be done with the lines of a file, by position; what is in no set is a row in its place. */
    private static final class Verdicts {
        /** Of no use. */
        private final BitSet surplus = new BitSet();
        /** Of someone else. */
        private final BitSet stray = new BitSet();
        /** The rows that are in place. */
        private final BitSet same = new BitSet();
    }

    /**
     * A line that is of someone else.
     *
     * @param known the row that is to be seen in it; null if it is none that there was
     */
    record Line(SegmentScan scan, int position, @Nullable Object known) {}

    /** A row that is gone. */
    record Missing(Path file, Object key) {}

    List<Line> lines() {
        return lines;
    }

    List<Missing> missing() {
        return missing;
    }

    /** By the places of lines whose row is elsewhere too: where. */
    Map<String, String> doubles() {
        return doubles;
    }

    static String place(Path file, long line) {
        return file + " line " + line;
    }

    /** Rows in the segment where they were. */
    private void findSame() {
        verdicts.forEach((scan, verdict) -> {
            Lines found = scan.lines();
            for (int i = 0; i < found.size(); i++) {
                Place place = placeOf(found.keyOrNull(i));
                if (place != null
                        && place.segment().file().equals(scan.file())
                        && place.matches(found.length(i), found.crc(i))
                        && seen.add(found.key(i))) {
                    verdict.same.set(i);
                }
            }
        });
    }

    private @Nullable Place placeOf(@Nullable Object key) {
        return key == null ? null : index.find(key);
    }

    private boolean isIntact(Place place) {
        return !former.contains(place.segment()) && !place.isLost();
    }

    private record Fresh(SegmentScan scan, int position) {}

    private void findOthers() {
        Map<Object, Fresh> fresh = new HashMap<>();
        verdicts.forEach((scan, verdict) -> {
            for (int i = 0; i < scan.lines().size(); i++) {
                Object key = scan.lines().keyOrNull(i);
                if (key != null && !verdict.same.get(i)) {
                    Place place = index.find(key);
                    if (place == null) {
                        fresh(new Fresh(scan, i), fresh.putIfAbsent(key, new Fresh(scan, i)), verdict);
                    } else {
                        known(scan, i, place, verdict);
                    }
                }
            }
        });
        // only now is it known which rows are in place
        verdicts.forEach((scan, verdict) -> {
            for (int i = verdict.stray.nextSetBit(0); i >= 0; i = verdict.stray.nextSetBit(i + 1)) {
                different(scan, i);
            }
        });
    }

    private void fresh(Fresh line, @Nullable Fresh other, Verdicts verdict) {
        Lines found = line.scan.lines();
        if (other == null) {
            verdict.stray.set(line.position);
        } else if (other.scan.lines().matches(other.position, found.length(line.position), found.crc(line.position))) {
            verdict.surplus.set(line.position);
        } else {
            verdict.stray.set(line.position);
            doubles.put(
                    place(line.scan.file(), found.unit(line.position)),
                    place(other.scan.file(), other.scan.lines().unit(other.position)));
        }
    }

    private void known(SegmentScan scan, int i, Place place, Verdicts verdict) {
        Lines found = scan.lines();
        if (!place.matches(found.length(i), found.crc(i))) {
            verdict.stray.set(i);
        } else if (isIntact(place) || !seen.add(found.key(i))) {
            verdict.surplus.set(i);
        } else {
            verdict.same.set(i);
        }
    }

    private void different(SegmentScan scan, int i) {
        Object key = scan.lines().key(i);
        Place place = index.find(key);
        if (place != null) {
            boolean elsewhere = isIntact(place) || seen.contains(key);
            if (elsewhere || !changed.add(key)) {
                doubles.putIfAbsent(
                        place(scan.file(), scan.lines().unit(i)),
                        elsewhere ? place.segment().file().toString() : "another line");
            }
        }
        lines.add(new Line(scan, i, place != null && place.segment().file().equals(scan.file()) ? key : null));
    }

    private void findMissing() {
        Map<Path, SegmentScan> byFile = new HashMap<>();
        scans.forEach(scan -> byFile.put(scan.file(), scan));
        Map<Path, List<Object>> gone = new LinkedHashMap<>();
        for (Segment segment : former) {
            for (int i = 0; i < segment.rows().size(); i++) {
                Object key = segment.rows().key(i);
                if (!seen.contains(key) && !changed.contains(key)) {
                    gone.computeIfAbsent(segment.file(), file -> new ArrayList<>())
                            .add(key);
                }
            }
        }
        scans.forEach(scan -> findBroken(scan, gone.getOrDefault(scan.file(), new ArrayList<>())));
        gone.forEach((file, keys) -> keys.forEach(key -> missing.add(new Missing(file, key))));
    }

    /**
     * A row whose segment has a line that cannot be read is most likely in it, and not gone: if the line begins with a
     * key, that row and those that stood there too, else any.
     */
    private void findBroken(SegmentScan scan, List<Object> gone) {
        List<Integer> stating = new ArrayList<>();
        List<Integer> unclear = new ArrayList<>();
        for (int i = 0; i < scan.lines().size(); i++) {
            if (scan.lines().keyOrNull(i) == null) {
                Objects.requireNonNull(verdicts.get(scan)).stray.set(i);
                Object stated = scan.stated(i);
                if (stated != null && gone.remove(stated)) {
                    lines.add(new Line(scan, i, stated));
                    stating.add(i);
                } else {
                    unclear.add(i);
                }
            }
        }
        stating.forEach(i -> findAround(scan, i, gone));
        for (int n = 0; n < unclear.size(); n++) {
            lines.add(new Line(scan, unclear.get(n), n < gone.size() ? gone.get(n) : null));
        }
        if (!unclear.isEmpty()) {
            for (int n = unclear.size(); n < gone.size(); n++) {
                lines.add(new Line(scan, unclear.get(unclear.size() - 1), gone.get(n)));
            }
            gone.clear();
        }
    }

    /** Rows between the lines before and after one that cannot be read may have been cut off with a part of it. */
    private void findAround(SegmentScan scan, int broken, List<Object> gone) {
        Object before = readable(scan, broken, -1);
        Object after = readable(scan, broken, 1);
        gone.removeIf(key -> {
            boolean around = (before == null || index.order().compare(before, key) < 0)
                    && (after == null || index.order().compare(key, after) < 0);
            if (around) {
                lines.add(new Line(scan, broken, key));
            }
            return around;
        });
    }

    /** The key of the next line that can be read; null if there is none. */
    private static @Nullable Object readable(SegmentScan scan, int from, int step) {
        Object key = null;
        for (int i = from + step; key == null && i >= 0 && i < scan.lines().size(); i += step) {
            key = scan.lines().keyOrNull(i);
        }
        return key;
    }

    /** The segments with what is certain: rows in their places. The rest is stray or lost. */
    SegmentIndex after() {
        Map<Path, Segment> after = new LinkedHashMap<>();
        Map<Path, Segment> before = new HashMap<>();
        former.forEach(segment -> before.put(segment.file(), segment));
        for (Segment segment : index.all()) {
            if (!former.contains(segment)) {
                after.put(segment.file(), segment);
            }
        }
        verdicts.forEach((scan, verdict) -> {
            Segment segment = segment(scan, verdict, before.remove(scan.file()));
            if (!segment.isEmpty() || segment.strays().size() > 0 || segment.surplus()) {
                after.put(scan.file(), segment);
            }
        });
        before.forEach((file, segment) -> {
            Lines lost = new Lines(0);
            addLost(segment, lost);
            if (lost.size() > 0) {
                after.put(file, new Segment(file, null, lost, new Lines(0), true, false));
            }
        });
        return new SegmentIndex(after.values(), index.order());
    }

    private Segment segment(SegmentScan scan, Verdicts verdict, @Nullable Segment before) {
        Lines rows = new Lines(scan.lines().size());
        Lines strays = new Lines(0);
        for (int i = 0; i < scan.lines().size(); i++) {
            if (verdict.same.get(i)) {
                Place place = Objects.requireNonNull(index.find(scan.lines().key(i)));
                rows.add(
                        scan.lines().key(i),
                        scan.lines().start(i),
                        scan.lines().length(i),
                        scan.lines().crc(i),
                        place.segment().rows().unit(place.row()));
            } else if (verdict.stray.get(i)) {
                strays.add(scan.lines(), i);
            }
        }
        if (before != null) {
            addLost(before, rows);
        }
        return new Segment(
                scan.file(),
                scan.print(),
                rows.sorted(index.order()).trimmed(),
                strays,
                true,
                !verdict.surplus.isEmpty());
    }

    private void addLost(Segment segment, Lines lost) {
        Lines rows = segment.rows();
        for (int i = 0; i < rows.size(); i++) {
            if (!seen.contains(rows.key(i))) {
                lost.add(rows.key(i), Lines.LOST, rows.length(i), rows.crc(i), rows.unit(i));
            }
        }
    }
}
