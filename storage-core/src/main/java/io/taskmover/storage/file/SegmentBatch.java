package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.file.SegmentIndex.Place;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings the changes of some rows into the segments of a table. The segments that they touch are merged with them into
 * new ones.
 *
 * <p>No row is in no file at any moment: first come new segments with names of their own, then those that take the
 * place of former ones, then the former ones that are not needed any more go; each step is durable before the next. A
 * crash in between leaves rows in two places, which {@link SegmentDifferences} sorts out. Used once.
 */
final class SegmentBatch {
    private final Disk disk;
    private final FileTasks tasks;
    private final AtomicFile atomic;
    private final Path directory;
    private final int limit;
    private final SegmentReader reader;
    private final SegmentIndex index;
    private final RowJson json;
    private final Map<Object, Change> rows;
    private final List<Foreign> foreign = new ArrayList<>();

    /** The segments that are to be read or written, and must be as they are known for that. */
    private final Set<Segment> consulted = new LinkedHashSet<>();

    private final Set<Segment> dissolved = new LinkedHashSet<>();
    private final TreeMap<Integer, SegmentRun> runs = new TreeMap<>();
    private final List<SegmentRun> copies = new ArrayList<>();
    private final Set<Object> put = new HashSet<>();
    private final Set<Segment> unforced = new LinkedHashSet<>();

    SegmentBatch(
            Disk disk,
            StorePaths paths,
            FileTasks tasks,
            Path directory,
            int limit,
            SegmentReader reader,
            SegmentIndex index,
            TableSchema schema,
            Map<Object, Change> rows) {
        this.disk = disk;
        this.tasks = tasks;
        this.atomic = new AtomicFile(disk, paths);
        this.directory = directory;
        this.limit = limit;
        this.reader = reader;
        this.index = index;
        this.json = RowJson.of(schema.rowType());
        this.rows = rows;
        consult();
    }

    /**
     * A line of someone else that will not be in the segments any more.
     *
     * @param key the row that is written instead; null if none is
     */
    record Foreign(Found found, @Nullable Object key) {
        /** Tells it from others, and from what may stand in its place later. */
        String identity() {
            return found.place() + " " + Fingerprint.crc(Objects.requireNonNull(found.json()));
        }
    }

    /** What is to be kept elsewhere before {@link #run}; after {@link #plan}. */
    List<Foreign> foreign() {
        return foreign;
    }

    /** The files that are not as they are known: they have to be looked into before the batch can be written. */
    List<Path> changedFiles() throws IOException {
        List<Path> changed = new ArrayList<>();
        for (Optional<Path> file : tasks.all(
                new ArrayList<>(consulted),
                segment -> isSame(segment) ? Optional.<Path>empty() : Optional.of(segment.file()))) {
            file.ifPresent(changed::add);
        }
        return changed;
    }

    private static boolean isSame(Segment segment) throws IOException {
        Fingerprint print = segment.print();
        var attributes = Fingerprint.look(segment.file());
        return print == null ? attributes == null : print.fits(attributes);
    }

    private void consult() {
        for (Object key : rows.keySet()) {
            Place place = index.find(key);
            if (place != null) {
                consulted.add(place.segment());
            }
            if (!index.ordered().isEmpty()) {
                consulted.add(index.ordered().get(position(key)));
            }
        }
        for (Segment segment : index.all()) {
            if (segment.surplus()) {
                consulted.add(segment);
            }
        }
        for (Segment segment : index.loose()) {
            if (consulted.contains(segment)) {
                for (int i = 0; i < segment.rows().size() && !index.ordered().isEmpty(); i++) {
                    consulted.add(index.ordered().get(position(segment.rows().key(i))));
                }
            }
        }
    }

    /** Where a key belongs, even if it is before all others. */
    private int position(Object key) {
        return Math.max(0, index.positionOf(key));
    }

    /**
     * Writes what was {@link #plan}ned; durable on return but for {@link #garbage}, which is to be removed after that.
     *
     * @throws IOException also if someone has changed one of the segments since it was looked at
     */
    void run() throws IOException {
        try {
            tasks.all(new ArrayList<>(runs.values()), run -> {
                run.write(atomic, directory, limit, json, index.order());
                return true;
            });
            if (!changedFiles().isEmpty()) {
                throw new IOException("a segment is being changed by someone else");
            }
            publish();
            tasks.all(new ArrayList<>(unforced), this::force);
        } finally {
            List<AtomicFile.Draft> drafts = new ArrayList<>();
            all().forEach(run -> drafts.addAll(run.drafts()));
            AtomicFile.closeAll(drafts);
        }
    }

    /** Makes durable what someone else did to a segment that stays: the journal is about to let go of that. */
    private boolean force(Segment segment) throws IOException {
        try (FileChannel channel = disk.open(segment.file())) {
            disk.force(segment.file(), channel);
        } catch (NoSuchFileException e) {
            // gone by now: that is about to be taken over too
            AtomicFile.forceDirectory(disk, directory);
            return true;
        } catch (IOException e) {
            throw new ForceFailedException(segment.file(), e);
        }
        segment.setForced();
        return true;
    }

    // planning

    /** Finds out what is to be written. */
    void plan() throws IOException {
        for (Segment segment : index.loose()) {
            if (consulted.contains(segment) && (segment.surplus() || !holdsAll(segment))) {
                dissolved.add(segment);
            }
        }
        List<Optional<SegmentPut>> puts =
                tasks.all(new ArrayList<>(rows.entrySet()), entry -> Optional.ofNullable(put(entry)));
        for (Optional<SegmentPut> some : puts) {
            some.ifPresent(one -> {
                put.add(one.key());
                run(position(one.key())).puts().add(one);
            });
        }
        for (Segment segment : index.ordered()) {
            if (segment.surplus()) {
                var unused = run(position(segment.first()));
            }
        }
        for (Segment segment : dissolved) {
            dissolve(segment);
        }
        for (SegmentRun run : new ArrayList<>(runs.values())) {
            addStrays(run, false);
        }
        joinSmall();
        if (rows.values().stream().anyMatch(Change::edited)) {
            // which of them lines were removed from does not show any more
            index.all().stream()
                    .filter(segment -> !segment.forced() && segment.print() != null)
                    .forEach(unforced::add);
        }
    }

    private SegmentRun run(int position) {
        return runs.computeIfAbsent(position, from -> {
            SegmentRun run = new SegmentRun(from);
            if (!index.ordered().isEmpty()) {
                run.segments().add(index.ordered().get(from));
            }
            return run;
        });
    }

    /** Whether the batch changes nothing in a segment. */
    private boolean holdsAll(Segment segment) throws IOException {
        for (int i = 0; i < segment.rows().size(); i++) {
            Change change = rows.get(segment.rows().key(i));
            if (change != null && !holds(new Place(segment, i), change.after(), null)) {
                return false;
            }
        }
        return true;
    }

    private boolean holds(Place place, @Nullable Row row, byte @Nullable [] line) throws IOException {
        if (row == null || place.isLost()) {
            return false;
        }
        byte[] bytes = line == null ? SegmentPut.line(json, row) : line;
        boolean alike = place.matches(bytes.length, Fingerprint.crc(bytes));
        if (!alike && !place.segment().edited()) {
            return false;
        }
        // other bytes may have the same checksum
        byte[] present = reader.read(place.segment(), place.row());
        return Arrays.equals(present, bytes) || (place.segment().edited() && SegmentPut.means(json, present, row));
    }

    private @Nullable SegmentPut put(Map.Entry<Object, Change> entry) throws IOException {
        Object key = entry.getKey();
        Row row = entry.getValue().after();
        Place place = index.find(key);
        if (place == null) {
            return row == null ? null : SegmentPut.row(key, row, null);
        }
        if (row == null) {
            return SegmentPut.deleted(key);
        }
        if (entry.getValue().external() && place.isLost()) {
            return null; // whoever wrote the line has removed or changed it since: that is about to be taken over too
        }
        byte[] line = SegmentPut.line(json, row);
        if (!dissolved.contains(place.segment()) && holds(place, row, line)) {
            if (!place.segment().forced()) {
                synchronized (unforced) {
                    unforced.add(place.segment());
                }
            }
            return null;
        }
        return SegmentPut.row(key, row, line);
    }

    /** Sends the rows of a loose segment to where they belong. */
    private void dissolve(Segment segment) throws IOException {
        byte[] bytes = segment.print() == null ? new byte[0] : Links.read(segment.file());
        Lines lines = segment.rows();
        for (int i = 0; i < lines.size(); i++) {
            if (!put.contains(lines.key(i))) {
                byte[] line = lines.isLost(i) ? null : line(lines, i, bytes);
                run(position(lines.key(i))).puts().add(SegmentPut.moved(lines, i, line));
            }
        }
        Lines strays = segment.strays();
        for (int i = 0; i < strays.size(); i++) {
            byte[] line = line(strays, i, bytes);
            Object key = strays.keyOrNull(i);
            if (key == null) {
                foreign.add(new Foreign(found(segment, i, bytes), null));
            } else if (!isOvertaken(segment, i, line, bytes)) {
                run(position(key)).puts().add(SegmentPut.stray(key, line));
            }
        }
    }

    private static byte[] line(Lines lines, int i, byte[] bytes) throws IOException {
        int end = lines.start(i) + lines.length(i);
        if (end > bytes.length) {
            throw new IOException("a segment is being changed by someone else");
        }
        return Arrays.copyOfRange(bytes, lines.start(i), end);
    }

    /**
     * Lines of someone else stay where they are, but for those of rows that the batch changes.
     *
     * @param all whether those stay too
     */
    private void addStrays(SegmentRun run, boolean all) throws IOException {
        for (Segment segment : run.segments()) {
            Lines strays = segment.strays();
            byte[] bytes = strays.size() == 0 ? new byte[0] : Links.read(segment.file());
            for (int i = 0; i < strays.size(); i++) {
                Object key = strays.keyOrNull(i);
                if (key != null) {
                    byte[] line = line(strays, i, bytes);
                    if (all || !isOvertaken(segment, i, line, bytes)) {
                        run.puts().add(SegmentPut.stray(key, line));
                    }
                }
            }
        }
    }

    private boolean isOvertaken(Segment segment, int stray, byte[] line, byte[] bytes) throws IOException {
        Object key = segment.strays().key(stray);
        Change change = rows.get(key);
        Place place = index.find(key);
        if (change == null || (change.external() && place != null && place.isLost())) {
            return false;
        }
        Row row = change.after();
        if (row == null || !SegmentPut.means(json, line, row)) {
            foreign.add(new Foreign(found(segment, stray, bytes), key));
        }
        return true;
    }

    private static Found found(Segment segment, int i, byte[] bytes) {
        Lines strays = segment.strays();
        return SegmentScan.found(segment.file(), strays, i, strays.keyOrNull(i), bytes, segment.print());
    }

    /** Joins segments that lose most of their rows with neighbours that have room. */
    private void joinSmall() throws IOException {
        for (SegmentRun run : List.copyOf(runs.values())) {
            if (runs.get(run.from()) == run && run.deletes()) {
                long left = run.sizeLeft(index.order());
                int next = run.from() + run.segments().size();
                if (left > 0 && left < limit / 8 && next < index.ordered().size()) {
                    join(run, next, left);
                } else if (left > 0 && left < limit / 8 && run.from() > 0) {
                    Map.Entry<Integer, SegmentRun> before = runs.lowerEntry(run.from());
                    boolean adjacent = before != null
                            && before.getKey() + before.getValue().segments().size() == run.from();
                    if (!adjacent) {
                        joinWithLast(run, left);
                    }
                }
            }
        }
    }

    private void join(SegmentRun run, int next, long left) throws IOException {
        Segment neighbour = index.ordered().get(next);
        if (hasRoom(neighbour, left)) {
            SegmentRun other = runs.remove(next);
            run.segments().add(neighbour);
            if (other != null) {
                run.puts().addAll(other.puts());
            }
        }
    }

    private void joinWithLast(SegmentRun run, long left) throws IOException {
        if (hasRoom(index.ordered().get(run.from() - 1), left)) {
            SegmentRun joined = run(run.from() - 1);
            runs.remove(run.from());
            joined.segments().addAll(run.segments());
            joined.puts().addAll(run.puts());
        }
    }

    private boolean hasRoom(Segment segment, long more) throws IOException {
        Fingerprint print = segment.print();
        return print != null && print.size() + more <= limit / 4 * 3L && segment.settled() && isSame(segment);
    }

    // publishing

    /** A segment as it will be: one that stays, or a new one. */
    private record Slot(SegmentRun run, SegmentWriter.@Nullable Piece piece, long number) {}

    private void publish() throws IOException {
        List<Slot> slots = slots();
        Set<Long> taken = new HashSet<>();
        index.all().forEach(segment -> taken.add(segment.number()));
        SegmentFolder.list(directory).forEach(file -> taken.add(SegmentNumbers.number(file)));
        long[] numbers =
                SegmentNumbers.assign(slots.stream().mapToLong(Slot::number).toArray(), taken);
        Map<SegmentRun, Segment> replacing = new HashMap<>();
        Map<SegmentRun, SegmentWriter.Piece> replacingPieces = new HashMap<>();
        boolean added = false;
        for (int i = 0; i < numbers.length; i++) {
            Slot slot = slots.get(i);
            Path file = directory.resolve(SegmentNumbers.name(numbers[i]));
            SegmentWriter.Piece piece = slot.piece();
            if (piece == null) {
                if (numbers[i] == slot.number()) {
                    continue;
                }
                piece = copy(slot.run());
            }
            if (file.equals(slot.run().replaced())) {
                replacing.put(slot.run(), piece.named(file));
                replacingPieces.put(slot.run(), piece);
            } else {
                slot.run().written().add(piece.named(file));
                piece.draft().moveTo(file);
                added = true;
            }
        }
        if (added) {
            AtomicFile.forceDirectory(disk, directory);
        }
        replace(replacing, replacingPieces);
        if (!added || !replacing.isEmpty()) {
            AtomicFile.forceDirectory(disk, directory);
        }
    }

    private List<Slot> slots() {
        List<Slot> slots = new ArrayList<>();
        int position = 0;
        while (position < index.ordered().size() || (position == 0 && runs.containsKey(0))) {
            SegmentRun run = runs.get(position);
            if (run == null) {
                SegmentRun kept = new SegmentRun(position);
                kept.segments().add(index.ordered().get(position));
                slots.add(new Slot(kept, null, kept.segments().get(0).number()));
                position++;
            } else {
                Path replaced = run.replaced();
                for (SegmentWriter.Piece piece : run.pieces()) {
                    boolean first = piece == run.pieces().get(0);
                    slots.add(new Slot(run, piece, first && replaced != null ? SegmentNumbers.number(replaced) : 0));
                }
                position += Math.max(1, run.segments().size());
            }
        }
        return slots;
    }

    /** A segment that has to have another number. */
    private SegmentWriter.Piece copy(SegmentRun kept) throws IOException {
        if (!isSame(kept.segments().get(0))) {
            throw new ChangedFileException(kept.segments().get(0).file(), "is being changed by someone else");
        }
        copies.add(kept);
        // strays without a key go with it; those with one have to be put
        addStrays(kept, true);
        kept.write(atomic, directory, Integer.MAX_VALUE, json, index.order());
        return kept.pieces().get(0);
    }

    private void replace(Map<SegmentRun, Segment> replacing, Map<SegmentRun, SegmentWriter.Piece> pieces)
            throws IOException {
        for (SegmentRun run : all()) {
            Segment segment = replacing.get(run);
            if (segment != null) {
                move(Objects.requireNonNull(pieces.get(run)).draft(), segment);
                run.written().add(segment);
            }
            run.setApplied();
        }
    }

    /** Takes a rename for done that is done, whatever is reported: then the new segments are needed. */
    private static void move(AtomicFile.Draft draft, Segment segment) throws IOException {
        try {
            draft.moveTo(segment.file());
        } catch (IOException e) {
            if (!isSame(segment)) {
                throw e;
            }
        }
    }

    private List<SegmentRun> all() {
        List<SegmentRun> all = new ArrayList<>(runs.values());
        all.addAll(copies);
        return all;
    }

    // what came of it, also after a failure

    private boolean isComplete() {
        return all().stream().allMatch(SegmentRun::applied);
    }

    /** The segments that count now. */
    SegmentIndex after() {
        Map<Path, Segment> after = new HashMap<>();
        index.all().forEach(segment -> after.put(segment.file(), segment));
        Set<Object> moved = new HashSet<>();
        for (SegmentRun run : all()) {
            if (run.applied()) {
                run.segments().forEach(segment -> after.remove(segment.file()));
            }
        }
        for (SegmentRun run : all()) {
            if (run.applied()) {
                run.written().forEach(segment -> after.put(segment.file(), segment));
                run.puts().forEach(one -> moved.add(one.key()));
            }
        }
        for (Segment segment : dissolved) {
            after.remove(segment.file());
            Segment rest = segment;
            for (int i = 0; i < segment.rows().size() && !isComplete(); i++) {
                if (moved.contains(segment.rows().key(i))) {
                    rest = rest.without(segment.rows().key(i), index.order());
                }
            }
            if (!isComplete()) {
                after.put(segment.file(), rest);
            }
        }
        return new SegmentIndex(after.values(), index.order());
    }

    /** Files that are not needed any more. */
    Set<Path> garbage() {
        Set<Path> garbage = new LinkedHashSet<>();
        for (SegmentRun run : all()) {
            (run.applied() ? run.segments() : run.written()).forEach(segment -> garbage.add(segment.file()));
        }
        if (isComplete()) {
            dissolved.forEach(segment -> garbage.add(segment.file()));
        }
        for (SegmentRun run : all()) {
            if (run.applied()) {
                run.written().forEach(segment -> garbage.remove(segment.file()));
            }
        }
        return garbage;
    }
}
