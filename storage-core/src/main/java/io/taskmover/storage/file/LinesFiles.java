package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.file.SegmentIndex.Place;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * JSON Lines: rows in the order of their keys, one in a line, in segments of at most 1 MiB. For large tables: it writes
 * and opens many times as fast as one file for each row.
 *
 * <p>What someone else writes into a segment is taken over line by line, and stays as it was written until the segment
 * has to be written for another row.
 */
final class LinesFiles implements TableFiles {
    /** The most bytes in a segment, unless a single row needs more. */
    static final int SEGMENT_BYTES = 1 << 20;

    private final Disk disk;
    private final StorePaths paths;
    private final FileTasks tasks;
    private final SegmentReader reader;
    private final String table;
    private final Path directory;
    private final int limit;

    private volatile @Nullable SegmentIndex index;
    private volatile Map<String, String> doubles = Map.of();
    // guarded by this
    private @Nullable SegmentUnits units;
    private @Nullable TableSchema schema;
    private @Nullable LineKeys keys;
    private final List<Accepted> accepted = new ArrayList<>();
    /** Files that are not needed any more: what stands in them stands in others. */
    private final Set<Path> garbage = new LinkedHashSet<>();
    /** Segments that the manifest does not have as they are. */
    private final Set<Path> undescribed = new LinkedHashSet<>();
    /** Rows that were taken away, of which the manifest may not know. */
    private final Set<Object> gone = new HashSet<>();
    /** What the manifest was written to last, as long as that does not count. */
    private @Nullable ManifestWriter writer;

    /** @param limit the most bytes in a segment */
    LinesFiles(Disk disk, StorePaths paths, FileTasks tasks, SegmentReader reader, String table, int limit) {
        this.disk = disk;
        this.paths = paths;
        this.tasks = tasks;
        this.reader = reader;
        this.table = table;
        this.directory = paths.table(table);
        this.limit = limit;
    }

    /** @param line where it was found; 0 if it is gone */
    private record Accepted(Object key, Path file, int line) {}

    @Override
    public Path directory() {
        return directory;
    }

    // state

    private @Nullable SegmentIndex index() {
        SegmentIndex now = index;
        return now != null ? now : restored();
    }

    private synchronized @Nullable SegmentIndex restored() {
        if (index == null && units != null) {
            try {
                index = units.index();
                units = null;
            } catch (IllegalArgumentException e) {
                throw Failures.corrupt(paths.manifest(), String.valueOf(e.getMessage()), e);
            }
        }
        return index;
    }

    /** The segments, as far as they are known; from now on there are some, though none may have a row. */
    private SegmentIndex use(TableSchema table) {
        if (schema != table) {
            schema = table;
            keys = new LineKeys(table);
        }
        SegmentIndex now = index();
        if (now == null) {
            now = new SegmentIndex(List.of(), table::compareKeys);
            index = now;
        }
        flush();
        return Objects.requireNonNull(index);
    }

    private void replace(SegmentIndex now) {
        SegmentIndex former = Objects.requireNonNull(index);
        for (Segment segment : now.all()) {
            if (former.get(segment.file()) != segment) {
                undescribed.add(segment.file());
            }
        }
        for (Segment segment : former.all()) {
            if (now.get(segment.file()) == null) {
                undescribed.add(segment.file());
            }
        }
        // the manifest lists the rows of those that are out of order
        now.loose().forEach(segment -> undescribed.add(segment.file()));
        index = now;
    }

    /** Puts rows that were accepted in their places; returns whether there were any. */
    private synchronized boolean flush() {
        SegmentIndex now = index;
        if (accepted.isEmpty() || now == null) {
            return false;
        }
        Map<Path, SegmentEdit> edits = new LinkedHashMap<>();
        for (Accepted one : accepted) {
            Place place = now.find(one.key);
            if (place != null) {
                edits.computeIfAbsent(place.segment().file(), file -> new SegmentEdit(place.segment()))
                        .drop(one.key);
            }
            Segment segment = now.get(one.file);
            if (one.line == 0) {
                gone.add(one.key);
            } else if (segment != null) {
                edits.computeIfAbsent(one.file, file -> new SegmentEdit(segment))
                        .add(one.key, one.line);
            }
        }
        accepted.clear();
        Map<Path, Segment> all = new LinkedHashMap<>();
        now.all().forEach(segment -> all.put(segment.file(), segment));
        edits.forEach((file, edit) -> {
            Segment segment = edit.apply(now.order());
            if (segment.isEmpty() && segment.print() == null) {
                all.remove(file);
            } else {
                all.put(file, segment);
            }
        });
        replace(new SegmentIndex(all.values(), now.order()));
        return true;
    }

    // reading

    @Override
    public byte[] read(Object key) throws IOException {
        while (true) {
            SegmentIndex now = index();
            Place place = now == null ? null : now.find(key);
            byte[] line = null;
            if (place != null && !place.isLost()) {
                try {
                    line = reader.read(place.segment(), place.row());
                } catch (NoSuchFileException e) {
                    line = null;
                }
                if (line != null && place.matches(line.length, Fingerprint.crc(line))) {
                    return line;
                }
            }
            if (flush() || index != now) {
                continue; // it is somewhere else meanwhile
            }
            if (place == null) {
                throw new ChangedFileException(directory, "has no line for the row '" + key + "'");
            }
            Path file = place.segment().file();
            Fingerprint print = place.segment().print();
            if (line != null && print != null && print.fits(Fingerprint.look(file))) {
                throw Failures.corrupt(
                        file,
                        "the line of the row '" + key + "' is not what was written, though nobody changed the file",
                        null);
            }
            throw new ChangedFileException(file, "was changed or removed by someone else");
        }
    }

    @Override
    public Set<Object> keys() {
        SegmentIndex now = index();
        List<Segment> all = now == null ? List.of() : now.all();
        return new AbstractSet<>() {
            @Override
            public Iterator<Object> iterator() {
                return all.stream()
                        .flatMap(segment -> IntStream.range(0, segment.rows().size())
                                .mapToObj(i -> segment.rows().key(i)))
                        .iterator();
            }

            @Override
            public int size() {
                return all.stream().mapToInt(segment -> segment.rows().size()).sum();
            }
        };
    }

    @Override
    public List<Damaged> damaged() throws IOException {
        SegmentIndex now = index();
        List<Damaged> damaged = new ArrayList<>();
        for (Optional<Damaged> one :
                tasks.all(now == null ? List.of() : new ArrayList<>(now.all()), LinesFiles::damaged)) {
            one.ifPresent(damaged::add);
        }
        return damaged;
    }

    private static Optional<Damaged> damaged(Segment segment) throws IOException {
        if (!isSettled(segment)) {
            return Optional.empty();
        }
        byte[] bytes = Links.read(segment.file());
        if (Objects.requireNonNull(segment.print()).fits(bytes)) {
            return Optional.empty();
        }
        Lines rows = segment.rows();
        List<Object> lost = new ArrayList<>();
        ByteArrayOutputStream intact = new ByteArrayOutputStream(bytes.length);
        for (int i = 0; i < rows.size(); i++) {
            int end = Math.min(bytes.length, rows.start(i) + rows.length(i));
            byte[] line = Arrays.copyOfRange(bytes, Math.min(rows.start(i), end), end);
            if (rows.matches(i, line.length, Fingerprint.crc(line))) {
                intact.write(line, 0, line.length);
                intact.write('\n');
            } else {
                lost.add(rows.key(i));
            }
        }
        return Optional.of(new Damaged(segment.file(), bytes, lost, intact.toByteArray()));
    }

    // what someone else did

    @Override
    public <R> List<R> differences(TableSchema table, FileTasks.Task<Found, R> task) throws IOException {
        SegmentDifferences differences = look(table);
        Map<SegmentScan, List<SegmentDifferences.Line>> byFile = new LinkedHashMap<>();
        for (SegmentDifferences.Line line : differences.lines()) {
            byFile.computeIfAbsent(line.scan(), scan -> new ArrayList<>()).add(line);
        }
        List<R> results = new ArrayList<>();
        for (List<R> some : tasks.all(new ArrayList<>(byFile.entrySet()), entry -> show(entry, task))) {
            results.addAll(some);
        }
        for (SegmentDifferences.Missing missing : differences.missing()) {
            results.add(task.apply(new Found(missing.file(), 0, missing.key(), null, null)));
        }
        return results;
    }

    /** Looks at all: that is one look at each segment. */
    @Override
    public <R> List<R> differences(TableSchema table, Set<Path> only, FileTasks.Task<Found, R> task)
            throws IOException {
        return differences(table, task);
    }

    @Override
    public boolean isAsWritten(TableSchema table, Path file) throws IOException {
        SegmentIndex now = index();
        Segment segment = now == null ? null : now.get(file);
        return segment == null ? Fingerprint.look(file) == null : isSettled(segment);
    }

    private synchronized SegmentDifferences look(TableSchema table) throws IOException {
        SegmentIndex now = use(table);
        Set<Path> files = new LinkedHashSet<>(SegmentFolder.list(directory));
        files.removeAll(garbage);
        List<Path> changed = new ArrayList<>();
        for (Optional<Path> file : tasks.all(
                new ArrayList<>(files),
                file -> isSettled(now.get(file)) ? Optional.<Path>empty() : Optional.of(file))) {
            file.ifPresent(changed::add);
        }
        for (Segment segment : now.all()) {
            if (!files.contains(segment.file())) {
                changed.add(segment.file());
            }
        }
        return look(now, changed);
    }

    private static boolean isSettled(@Nullable Segment segment) throws IOException {
        return segment != null
                && segment.settled()
                && Objects.requireNonNull(segment.print()).fits(Fingerprint.look(segment.file()));
    }

    /** Looks into files, and takes for the store's what is. */
    private SegmentDifferences look(SegmentIndex now, List<Path> changed) throws IOException {
        List<SegmentScan> scans = new ArrayList<>();
        List<Segment> former = new ArrayList<>();
        LineKeys parser = Objects.requireNonNull(keys);
        for (Optional<SegmentScan> scan :
                tasks.all(changed, file -> Optional.ofNullable(SegmentScan.of(file, now.get(file), parser)))) {
            scan.ifPresent(scans::add);
        }
        for (Path file : changed) {
            Segment segment = now.get(file);
            if (segment != null) {
                former.add(segment);
            }
        }
        SegmentDifferences differences = new SegmentDifferences(now, scans, former);
        if (!changed.isEmpty()) {
            replace(differences.after());
        }
        doubles = differences.doubles();
        return differences;
    }

    private static <R> List<R> show(
            Map.Entry<SegmentScan, List<SegmentDifferences.Line>> entry, FileTasks.Task<Found, R> task)
            throws IOException {
        SegmentScan scan = entry.getKey();
        byte[] bytes = Links.read(scan.file());
        if (!scan.print().fits(bytes)) {
            return List.of(); // it is being changed right now; the next look will find it
        }
        List<R> results = new ArrayList<>();
        for (SegmentDifferences.Line line : entry.getValue()) {
            results.add(task.apply(scan.found(line.position(), line.known(), bytes)));
        }
        return results;
    }

    @Override
    public @Nullable String misplaced(Object key, Found found, boolean later) {
        String other = later ? null : doubles.get(found.place());
        return other == null ? null : "the same row is also in " + other;
    }

    @Override
    public boolean isUnchanged(Found found) {
        return false; // what is unchanged is not passed on
    }

    @Override
    public synchronized void accept(Object key, Found found) {
        accepted.add(new Accepted(key, found.file(), found.print() == null ? 0 : found.line()));
    }

    // writing

    @Override
    public void write(TableSchema table, Map<Object, Change> rows, Keeper keeper) throws IOException {
        Set<String> kept = new HashSet<>();
        for (List<SegmentBatch.Foreign> foreign = tryWrite(table, rows, kept);
                !foreign.isEmpty();
                foreign = tryWrite(table, rows, kept)) {
            // without the lock: it may commit, and who commits may read rows here
            for (SegmentBatch.Foreign line : foreign) {
                keeper.keep(line.found(), line.key());
                kept.add(line.identity());
            }
        }
    }

    /**
     * Writes, unless there are lines of someone else that would be lost.
     *
     * @param kept the identities of such lines that are kept elsewhere
     * @return those that are to be kept first; if there are any, nothing was written
     */
    private synchronized List<SegmentBatch.Foreign> tryWrite(
            TableSchema table, Map<Object, Change> rows, Set<String> kept) throws IOException {
        SegmentIndex now = use(table);
        disk.createDirectories(directory);
        removeGarbage();
        if (rows.isEmpty() && now.all().stream().noneMatch(Segment::surplus)) {
            return List.of();
        }
        SegmentBatch batch = batch(now, table, rows);
        for (List<Path> changed = batch.changedFiles(); !changed.isEmpty(); changed = batch.changedFiles()) {
            var unused = look(Objects.requireNonNull(index), changed);
            batch = batch(Objects.requireNonNull(index), table, rows);
        }
        batch.plan();
        List<SegmentBatch.Foreign> foreign = batch.foreign().stream()
                .filter(line -> !kept.contains(line.identity()))
                .toList();
        if (!foreign.isEmpty()) {
            return foreign;
        }
        try {
            batch.run();
        } finally {
            replace(batch.after());
            garbage.addAll(batch.garbage());
        }
        removeGarbage();
        return List.of();
    }

    private SegmentBatch batch(SegmentIndex now, TableSchema table, Map<Object, Change> rows) {
        return new SegmentBatch(disk, paths, tasks, directory, limit, reader, now, table, rows);
    }

    private void removeGarbage() throws IOException {
        if (!garbage.isEmpty()) {
            for (Path file : garbage) {
                disk.delete(file);
            }
            AtomicFile.forceDirectory(disk, directory);
            garbage.clear();
        }
    }

    @Override
    public synchronized void clear(boolean dropped, Keeper keeper) throws IOException {
        flush();
        List<Path> files = SegmentFolder.list(directory);
        files.removeAll(garbage);
        SegmentIndex now = index();
        if (now != null && keys != null) {
            List<Path> changed = new ArrayList<>();
            for (Path file : files) {
                if (!isSettled(now.get(file))) {
                    changed.add(file);
                }
            }
            var unused = look(now, changed);
        }
        for (Path file : files) {
            keepStrays(file, keeper);
            disk.delete(file);
        }
        for (Path file : garbage) {
            disk.delete(file);
        }
        garbage.clear();
        undescribed.clear();
        gone.clear();
        // a table of the same name may come that has other keys
        index = null;
        schema = null;
        keys = null;
        writer = null;
        if (Files.isDirectory(directory)) {
            AtomicFile.forceDirectory(disk, directory);
        }
        if (dropped) {
            new EntityFolder(directory).remove(disk);
        }
        AtomicFile.forceDirectory(disk, Objects.requireNonNull(directory.getParent()));
    }

    private void keepStrays(Path file, Keeper keeper) throws IOException {
        SegmentIndex now = index;
        Segment segment = now == null ? null : now.get(file);
        if (segment == null) {
            byte[] bytes = Links.read(file);
            keeper.keep(new Found(file, 0, null, bytes, null), null);
            return;
        }
        Lines strays = segment.strays();
        byte[] bytes = strays.size() == 0 ? new byte[0] : Links.read(file);
        for (int i = 0; i < strays.size(); i++) {
            keeper.keep(SegmentScan.found(file, strays, i, strays.keyOrNull(i), bytes, segment.print()), null);
        }
    }

    // manifest

    @Override
    public synchronized Runnable describe(TableSchema table, Map<Object, Change> rows, ManifestWriter out)
            throws IOException {
        SegmentIndex now = use(table);
        forgetUnitsFrom(out);
        ByteSink unit = new ByteSink(256);
        Set<Object> removed = new LinkedHashSet<>(gone);
        for (Map.Entry<Object, Change> change : rows.entrySet()) {
            Row row = change.getValue().after();
            if (row == null) {
                removed.add(change.getKey());
            } else {
                describe(table, now, change.getKey(), row, unit, out);
            }
        }
        for (Object key : removed) {
            if (now.find(key) == null) {
                unit.truncate(0, 256);
                SegmentUnits.putRemoved(unit, key);
                long unused = out.unit(table.name(), unit);
            }
        }
        List<Path> files = List.copyOf(undescribed);
        Set<Segment> ordered = new HashSet<>(now.ordered());
        for (Path file : files) {
            describe(file, now.get(file), ordered, unit, out);
        }
        return () -> described(files, now, removed);
    }

    /** What an attempt that failed has put into the manifest is not there. */
    private void forgetUnitsFrom(ManifestWriter out) {
        if (writer != null && writer != out) {
            for (Segment segment : Objects.requireNonNull(index).all()) {
                Lines rows = segment.rows();
                for (int i = 0; i < rows.size(); i++) {
                    if (rows.unit(i) >= out.start()) {
                        rows.setUnit(i, 0);
                    }
                }
            }
        }
        writer = out;
    }

    private synchronized void described(List<Path> files, SegmentIndex then, Set<Object> removed) {
        writer = null;
        SegmentIndex now = index;
        for (Path file : files) {
            if (now != null && now.get(file) == then.get(file)) {
                undescribed.remove(file);
            }
        }
        gone.removeAll(removed);
    }

    private void describe(TableSchema schema, SegmentIndex now, Object key, Row row, ByteSink unit, ManifestWriter out)
            throws IOException {
        Place place = now.find(key);
        if (place != null && !place.isLost()) {
            Lines rows = place.segment().rows();
            unit.truncate(0, 256);
            SegmentUnits.putRow(unit, rows.length(place.row()), rows.crc(place.row()));
            out.stub(unit, schema, row);
            rows.setUnit(place.row(), out.unit(table, unit));
        }
    }

    private void describe(Path file, @Nullable Segment segment, Set<Segment> ordered, ByteSink unit, ManifestWriter out)
            throws IOException {
        unit.truncate(0, 256);
        if (segment == null) {
            SegmentUnits.putGone(unit, file);
        } else {
            SegmentUnits.putSegment(unit, segment, ordered.contains(segment));
        }
        long unused = out.unit(table, unit);
    }

    @Override
    public synchronized void describeAll(TableSchema table, List<Row> stubs, ManifestWriter out) throws IOException {
        SegmentIndex now = use(table);
        Map<Object, Row> byKey = new HashMap<>();
        stubs.forEach(stub -> byKey.put(Objects.requireNonNull(table.keyOf(stub)), stub));
        ByteSink unit = new ByteSink(256);
        for (Segment segment : now.all()) {
            for (int i = 0; i < segment.rows().size(); i++) {
                Row stub = byKey.get(segment.rows().key(i));
                if (stub != null) {
                    describe(table, now, segment.rows().key(i), stub, unit, out);
                }
            }
        }
        describeSegments(now, unit, out);
        undescribed.clear();
        gone.clear();
    }

    private void describeSegments(SegmentIndex now, ByteSink unit, ManifestWriter out) throws IOException {
        Set<Segment> ordered = new HashSet<>(now.ordered());
        for (Segment segment : now.all()) {
            describe(segment.file(), segment, ordered, unit, out);
        }
    }

    @Override
    public synchronized Runnable describeAll(TableSchema schema, Manifest.Units former, ManifestWriter out)
            throws IOException {
        flush();
        SegmentIndex now = index();
        if (now == null) {
            return () -> {};
        }
        out.shapes(table, former.shapes());
        Map<Segment, long[]> units = new HashMap<>();
        ByteSink unit = new ByteSink(256);
        for (Segment segment : now.all()) {
            Lines rows = segment.rows();
            long[] offsets = new long[rows.size()];
            for (int i = 0; i < offsets.length; i++) {
                unit.truncate(0, 256);
                SegmentUnits.putRow(unit, rows.length(i), rows.crc(i));
                boolean described = rows.unit(i) != 0;
                if (described) {
                    ByteSource source = former.unit(rows.unit(i));
                    SegmentUnits.skipRow(source);
                    unit.putRest(source);
                }
                // one that is not is someone else's, and in the journal
                if (described || (!rows.isLost(i) && putStub(segment, i, unit, out))) {
                    offsets[i] = out.unit(table, unit);
                }
            }
            units.put(segment, offsets);
        }
        describeSegments(now, unit, out);
        return () -> {
            units.forEach((segment, offsets) -> {
                for (int i = 0; i < offsets.length; i++) {
                    segment.rows().setUnit(i, offsets[i]);
                }
            });
            described(List.copyOf(undescribed), now, Set.copyOf(gone));
        };
    }

    /** Makes a stub of what stands in the file; returns whether that was possible. */
    private boolean putStub(Segment segment, int row, ByteSink unit, ManifestWriter out) throws IOException {
        TableSchema known = Objects.requireNonNull(schema);
        byte[] line = reader.read(segment, row);
        if (!segment.rows().matches(row, line.length, Fingerprint.crc(line))) {
            return false;
        }
        try {
            out.stub(unit, known, RowJson.of(known.rowType()).read(line, (name, value) -> {}));
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public synchronized void restore(TableSchema table, ByteSource unit, long offset, StubVisitor visitor) {
        if (units == null) {
            units = new SegmentUnits(directory, table::compareKeys);
        }
        units.take(unit, offset, visitor);
    }
}
