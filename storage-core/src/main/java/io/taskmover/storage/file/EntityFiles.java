package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** One JSON file for each row: {@code <id>.json}, where {@link EntityFolder} says. A file never moves. */
final class EntityFiles implements TableFiles {
    /** How many files are open at once: far below the thousand that many systems allow a process. */
    private static final int OPEN_FILES = 256;

    private final Disk disk;
    private final FileTasks tasks;
    private final AtomicFile atomic;
    private final String table;
    private final EntityFolder folder;
    private final int flatFiles;
    private final ConcurrentHashMap<Object, Entry> entries = new ConcurrentHashMap<>();
    /** How many rows have their file in the table's directory itself. */
    private final AtomicInteger flat = new AtomicInteger();

    /** @param flatFiles how many rows have their file in the table's directory itself */
    EntityFiles(Disk disk, StorePaths paths, FileTasks tasks, String table, int flatFiles) {
        this.disk = disk;
        this.tasks = tasks;
        this.atomic = new AtomicFile(disk, paths);
        this.table = table;
        this.folder = new EntityFolder(paths.table(table));
        this.flatFiles = flatFiles;
    }

    /** What is known of a row's file. Immutable but for its place in the manifest. */
    private static final class Entry {
        private static final int HERE = 1;
        private static final int HASHED = 2;
        private static final int FOREIGN = 4;

        private final long modified;
        private final int size;
        private final int crc;
        private final byte flags;
        /** The offset of its unit in the manifest; 0 if it has none. Used by the writing thread. */
        private long unit;

        Entry(Fingerprint print, boolean hashed, boolean foreign, long unit) {
            this(
                    Math.toIntExact(print.size()),
                    print.modified(),
                    print.crc(),
                    (byte) (HERE | (hashed ? HASHED : 0) | (foreign ? FOREIGN : 0)),
                    unit);
        }

        Entry(int size, long modified, int crc, byte flags, long unit) {
            this.size = size;
            this.modified = modified;
            this.crc = crc;
            this.flags = flags;
            this.unit = unit;
        }

        Fingerprint print() {
            return new Fingerprint(size, modified, crc);
        }

        boolean hashed() {
            return (flags & HASHED) != 0;
        }

        /** Whether the bytes may not be those that the store would write. */
        boolean foreign() {
            return (flags & FOREIGN) != 0;
        }

        void write(ByteSink out) {
            out.putByte(flags);
            out.putVarint(size);
            out.putZigzag(modified);
            out.putInt(crc);
        }
    }

    @Override
    public Path directory() {
        return folder.directory();
    }

    @Override
    public byte[] read(Object key) throws IOException {
        Path file = null;
        while (true) {
            Entry entry = entries.get(key);
            if (entry == null) {
                throw new ChangedFileException(folder.directory(), "has no file for the row '" + key + "'");
            }
            file = folder.file(FileNames.ofKey(key), entry.hashed());
            byte[] bytes;
            try {
                bytes = Links.read(file);
            } catch (NoSuchFileException e) {
                bytes = null;
            }
            if (bytes != null && entry.print().fits(bytes)) {
                return bytes;
            }
            if (entries.get(key) != entry) {
                continue; // it was replaced meanwhile
            }
            if (bytes != null && entry.print().fits(Fingerprint.look(file))) {
                throw Failures.corrupt(
                        file, "its content is not what was written, though nobody changed the file", null);
            }
            throw new ChangedFileException(file, "was changed or removed by someone else");
        }
    }

    @Override
    public <R> List<R> differences(TableSchema schema, FileTasks.Task<Found, R> task) throws IOException {
        // directory by directory, so that the names of all files need not be in memory at once
        Map<Path, List<Object>> known = new HashMap<>();
        entries.forEach((key, entry) -> known.computeIfAbsent(
                        folder.directoryOf(FileNames.ofKey(key), entry.hashed()), directory -> new ArrayList<>())
                .add(key));
        Set<Path> directories = new LinkedHashSet<>(known.keySet());
        directories.addAll(folder.directories());
        List<R> results = new ArrayList<>();
        for (List<R> some : tasks.all(
                List.copyOf(directories),
                directory -> differences(directory, known.getOrDefault(directory, List.of()), task))) {
            results.addAll(some);
        }
        return results;
    }

    private <R> List<R> differences(Path directory, List<Object> keys, FileTasks.Task<Found, R> task)
            throws IOException {
        Map<String, Object> known = new HashMap<>(keys.size() * 2);
        keys.forEach(key -> known.put(FileNames.ofKey(key), key));
        List<R> results = new ArrayList<>();
        for (Path file : folder.list(directory)) {
            Object key = known.remove(EntityFolder.name(file));
            Found found = difference(file, key);
            if (found != null) {
                results.add(task.apply(found));
            }
        }
        for (Map.Entry<String, Object> missing : known.entrySet()) {
            results.add(task.apply(new Found(directory.resolve(missing.getKey()), 0, missing.getValue(), null, null)));
        }
        return results;
    }

    @Override
    public <R> List<R> differences(TableSchema schema, Set<Path> only, FileTasks.Task<Found, R> task)
            throws IOException {
        Map<Path, Object> byFile = null;
        List<R> results = new ArrayList<>();
        for (Path file : only) {
            Object key = keyOf(schema, file);
            if (key == null && !Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                // its name does not tell the key, and it has no content that would
                byFile = byFile == null ? byFile() : byFile;
                key = byFile.get(file);
            }
            Entry entry = key == null ? null : entries.get(key);
            boolean known = entry != null
                    && folder.file(EntityFolder.name(file), entry.hashed()).equals(file);
            Found found = difference(file, known ? key : null);
            if (found != null) {
                results.add(task.apply(found));
            }
        }
        return results;
    }

    private Map<Path, Object> byFile() {
        Map<Path, Object> byFile = new HashMap<>();
        entries.forEach((key, entry) -> byFile.put(folder.file(FileNames.ofKey(key), entry.hashed()), key));
        return byFile;
    }

    @Override
    public boolean isAsWritten(TableSchema schema, Path file) throws IOException {
        Object key = keyOf(schema, file);
        Entry entry = key == null ? null : entries.get(key);
        BasicFileAttributes attributes = Fingerprint.look(file);
        if (entry == null) {
            return attributes == null && key != null;
        }
        return entry.print().fits(attributes)
                && folder.file(EntityFolder.name(file), entry.hashed()).equals(file);
    }

    /** The key that a file's name stands for or, if that does not tell, the file's content; null if neither does. */
    private static @Nullable Object keyOf(TableSchema schema, Path file) throws IOException {
        String name = EntityFolder.name(file);
        Object key = FileNames.keyOf(name, schema).orElse(null);
        if (key == null) {
            try {
                RowType keyType = RowType.of(
                        schema.primaryKey().stream().map(schema::column).toList());
                key = schema.keyOf(Changes.convert(
                        RowJson.of(keyType).read(Links.read(file), (member, value) -> {}), schema.rowType()));
            } catch (NoSuchFileException | IllegalArgumentException e) {
                return null;
            }
        }
        return key != null && name.equals(FileNames.ofKey(key)) ? key : null;
    }

    private @Nullable Found difference(Path file, @Nullable Object key) throws IOException {
        BasicFileAttributes attributes = Fingerprint.look(file);
        Entry entry = key == null ? null : entries.get(key);
        if (entry != null && entry.print().fits(attributes)) {
            return null;
        }
        if (attributes == null) {
            return key == null ? null : new Found(file, 0, key, null, null);
        }
        byte[] bytes = Links.read(file);
        return new Found(file, 0, key, bytes, Fingerprint.of(attributes, bytes));
    }

    @Override
    public List<Damaged> damaged() throws IOException {
        List<Damaged> damaged = new ArrayList<>();
        for (Optional<Damaged> one : tasks.all(new ArrayList<>(entries.keySet()), this::damaged)) {
            one.ifPresent(damaged::add);
        }
        return damaged;
    }

    private Optional<Damaged> damaged(Object key) throws IOException {
        Entry entry = Objects.requireNonNull(entries.get(key));
        Path file = folder.file(FileNames.ofKey(key), entry.hashed());
        if (!entry.print().fits(Fingerprint.look(file))) {
            return Optional.empty();
        }
        byte[] bytes = Links.read(file);
        return entry.print().fits(bytes)
                ? Optional.empty()
                : Optional.of(new Damaged(file, bytes, List.of(key), new byte[0]));
    }

    @Override
    public Set<Object> keys() {
        return entries.keySet();
    }

    @Override
    public @Nullable String misplaced(Object key, Found found, boolean later) {
        Path file = found.file();
        String name = FileNames.ofKey(key);
        Entry entry = entries.get(key);
        if (!name.equals(EntityFolder.name(file))) {
            return "it holds the row '" + key + "', whose file is named " + name;
        }
        Path known = entry == null ? file : folder.file(name, entry.hashed());
        return known.equals(file) ? null : "the same row is also in " + known;
    }

    @Override
    public boolean isUnchanged(Found found) {
        Entry entry = found.key() == null ? null : entries.get(found.key());
        Fingerprint print = found.print();
        return entry != null && print != null && print.size() == entry.size && print.crc() == entry.crc;
    }

    @Override
    public void accept(Object key, Found found) {
        Fingerprint print = found.print();
        if (print == null) {
            remove(key);
            return;
        }
        Entry former = entries.get(key);
        boolean foreign = former == null || former.foreign() || !isUnchanged(found);
        put(key, new Entry(print, folder.isHashed(found.file()), foreign, former == null ? 0 : former.unit));
    }

    private void put(Object key, Entry entry) {
        Entry former = entries.put(key, entry);
        flat.addAndGet((entry.hashed() ? 0 : 1) - (former == null || former.hashed() ? 0 : 1));
    }

    private void remove(Object key) {
        Entry former = entries.remove(key);
        if (former != null && !former.hashed()) {
            flat.decrementAndGet();
        }
    }

    /** A file to write, or to delete if there is no row. */
    private record Target(
            Object key,
            String name,
            Path file,
            boolean hashed,
            @Nullable Row row,
            boolean external) {}

    /** @param over the file that it takes the place of, as it was looked at last; null if there was none */
    private record Written(
            Target target,
            AtomicFile.Draft draft,
            int crc,
            int size,
            @Nullable BasicFileAttributes over) {}

    @Override
    public void write(TableSchema schema, Map<Object, Change> rows, Keeper keeper) throws IOException {
        RowJson json = RowJson.of(schema.rowType());
        Set<Path> directories = new LinkedHashSet<>();
        List<Target> targets = new ArrayList<>(rows.size());
        Set<Path> removedFrom = new LinkedHashSet<>();
        int fresh = 0;
        for (var change : rows.entrySet()) {
            Row row = change.getValue().after();
            Entry entry = entries.get(change.getKey());
            String name = FileNames.ofKey(change.getKey());
            if (entry == null && row == null) {
                if (change.getValue().edited()) {
                    // someone else removed the file, and the journal is about to let go of that
                    removedFrom.add(folder.directory());
                    removedFrom.add(folder.directoryOf(name, true));
                }
                continue;
            }
            boolean hashed = entry == null ? flat.get() + fresh >= flatFiles : entry.hashed();
            fresh += entry == null && !hashed ? 1 : 0;
            Path file = folder.file(name, hashed);
            targets.add(new Target(
                    change.getKey(), name, file, hashed, row, change.getValue().external()));
            directories.add(parent(file));
        }
        create(directories);
        for (int start = 0; start < targets.size(); start += OPEN_FILES) {
            write(json, targets.subList(start, Math.min(targets.size(), start + OPEN_FILES)), keeper);
        }
        removedFrom.removeIf(directory -> !Files.isDirectory(directory));
        directories.addAll(removedFrom);
        force(directories);
    }

    /** Creates the directories that are missing, durably: all of them are in the table's, or that one itself. */
    private void create(Set<Path> directories) throws IOException {
        disk.createDirectories(folder.directory());
        boolean created = false;
        try {
            for (Path directory : directories) {
                if (!Files.isDirectory(directory)) {
                    created = true; // or may be, should the call fail
                    disk.createDirectory(directory);
                }
            }
        } finally {
            if (created) {
                // also after a failure: when it is tried again, those that are there are taken for durable
                AtomicFile.forceDirectory(disk, folder.directory());
            }
        }
    }

    private void force(Set<Path> directories) throws IOException {
        tasks.force(new ArrayList<>(directories), directory -> {
            AtomicFile.forceDirectory(disk, directory);
            return true;
        });
    }

    private void write(RowJson json, List<Target> targets, Keeper keeper) throws IOException {
        List<Written> drafts = new ArrayList<>(targets.size());
        try {
            // all are written before the first is forced: the forces find most of the work done
            tasks.all(targets, target -> {
                Written written = draft(json, target, keeper);
                if (written != null) {
                    synchronized (drafts) {
                        drafts.add(written);
                    }
                }
                return true;
            });
            // and all are forced before the first gets its name, which the file system would have to commit too
            List<Long> times = tasks.force(
                    drafts, written -> Fingerprint.modified(written.draft().finish()));
            for (int i = 0; i < times.size(); i++) {
                Written written = drafts.get(i);
                Target target = written.target();
                keepWhatCame(written, keeper);
                written.draft().moveTo(target.file());
                Fingerprint print = new Fingerprint(written.size(), times.get(i), written.crc());
                put(target.key(), new Entry(print, target.hashed(), false, 0));
            }
        } finally {
            AtomicFile.closeAll(drafts.stream().map(Written::draft).toList());
        }
    }

    private @Nullable Written draft(RowJson json, Target target, Keeper keeper) throws IOException {
        byte[] bytes = target.row() == null ? null : json.file(target.row());
        BasicFileAttributes attributes = Fingerprint.look(target.file());
        if (holds(target, attributes, bytes, json, keeper)) {
            return null;
        }
        if (bytes == null) {
            disk.delete(target.file());
            remove(target.key());
            return null;
        }
        AtomicFile.Draft draft = atomic.draft(target.file(), ByteBuffer.wrap(bytes));
        return new Written(target, draft, Fingerprint.crc(bytes), bytes.length, attributes);
    }

    /** Has kept what someone wrote since the draft was made: between this look and the rename there is only a moment. */
    private void keepWhatCame(Written written, Keeper keeper) throws IOException {
        Path file = written.target().file();
        BasicFileAttributes attributes = Fingerprint.look(file);
        BasicFileAttributes before = written.over();
        boolean same = attributes != null
                && before != null
                && before.size() == attributes.size()
                && Fingerprint.modified(before) == Fingerprint.modified(attributes);
        if (attributes != null && !same) {
            byte[] present = Links.read(file);
            keeper.keep(
                    new Found(file, 0, written.target().key(), present, Fingerprint.of(attributes, present)),
                    written.target().key());
        }
    }

    /** Whether the file is as it shall be already. If not, and if it is someone else's, {@code keeper} has it now. */
    private boolean holds(
            Target target,
            @Nullable BasicFileAttributes attributes,
            byte @Nullable [] bytes,
            RowJson json,
            Keeper keeper)
            throws IOException {
        Entry entry = entries.get(target.key());
        if (entry != null && entry.print().fits(attributes)) {
            boolean same = bytes != null && (entry.print().fits(bytes) || (entry.foreign() && means(target, json)));
            // the journal lets go of the row: whoever wrote it there may not have forced it
            return same && (!entry.foreign() || force(target.file()) || isTakenFrom(target, entry));
        }
        if (attributes == null) {
            // whoever wrote the row there has removed it since: that is about to be taken over too
            return isTakenFrom(target, entry);
        }
        byte[] present = Links.read(target.file());
        Fingerprint print = Fingerprint.of(attributes, present);
        if (bytes != null && Arrays.equals(present, bytes)) {
            if (!force(target.file())) {
                return isTakenFrom(target, entry);
            }
            put(target.key(), new Entry(print, target.hashed(), false, 0));
            return true;
        }
        if (entry != null && entry.print().fits(present)) {
            return false;
        }
        if (isTakenFrom(target, entry)) {
            // the same if it was changed further: the row must not turn back into what it was before
            boolean unused = force(target.file());
            return true;
        }
        keeper.keep(new Found(target.file(), 0, target.key(), present, print), target.key());
        return false;
    }

    /** Whether a row was taken from its file, which the store has not written since. */
    private static boolean isTakenFrom(Target target, @Nullable Entry entry) {
        return target.external() && entry != null && entry.foreign();
    }

    /** Makes durable what someone else may have written; false if it is gone by now. */
    private boolean force(Path file) throws IOException {
        try (FileChannel channel = disk.open(file)) {
            disk.force(file, channel);
            return true;
        } catch (NoSuchFileException e) {
            return false;
        } catch (IOException e) {
            throw new ForceFailedException(file, e);
        }
    }

    /** Whether a file that a person wrote says what the store would write: then it stays as it is. */
    private static boolean means(Target target, RowJson json) throws IOException {
        try {
            boolean[] more = new boolean[1];
            Row row = json.read(Links.read(target.file()), (name, value) -> more[0] = true);
            return !more[0] && row.equals(target.row());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    @Override
    public void clear(boolean gone, Keeper keeper) throws IOException {
        Map<Path, Object> known = new HashMap<>();
        entries.forEach((key, entry) -> known.put(folder.file(FileNames.ofKey(key), entry.hashed()), key));
        List<Path> files = folder.list();
        tasks.all(files, file -> {
            Object key = known.get(file);
            Entry entry = key == null ? null : entries.get(key);
            Fingerprint print = entry == null ? null : entry.print();
            BasicFileAttributes attributes = Fingerprint.look(file);
            if (attributes != null && (print == null || !print.fits(attributes))) {
                byte[] present = Links.read(file);
                if (print == null || !print.fits(present)) {
                    keeper.keep(new Found(file, 0, key, present, Fingerprint.of(attributes, present)), key);
                }
            }
            disk.delete(file);
            return true;
        });
        entries.clear();
        flat.set(0);
        // an attempt that was cut off may have removed files without forcing where they were
        Set<Path> directories = new LinkedHashSet<>(folder.hashDirectories());
        if (Links.isDirectory(folder.directory())) {
            directories.add(folder.directory());
        }
        force(directories);
        if (gone) {
            folder.remove(disk);
        }
        AtomicFile.forceDirectory(disk, parent(folder.directory()));
    }

    // manifest

    @Override
    public Runnable describe(TableSchema schema, Map<Object, Change> rows, ManifestWriter out) throws IOException {
        ByteSink unit = new ByteSink(256);
        for (var change : rows.entrySet()) {
            unit.truncate(0, 256);
            Entry entry = entries.get(change.getKey());
            Row row = change.getValue().after();
            if (entry != null && row != null) {
                entry.write(unit);
                out.stub(unit, schema, row);
                entry.unit = out.unit(table, unit);
            } else {
                unit.putByte(0);
                ValueCodec.writeKey(unit, change.getKey());
                long unused = out.unit(table, unit);
            }
        }
        return () -> {};
    }

    @Override
    public void describeAll(TableSchema schema, List<Row> stubs, ManifestWriter out) throws IOException {
        ByteSink unit = new ByteSink(256);
        for (Row stub : stubs) {
            Entry entry = entries.get(Objects.requireNonNull(schema.keyOf(stub)));
            if (entry != null) {
                unit.truncate(0, 256);
                entry.write(unit);
                out.stub(unit, schema, stub);
                entry.unit = out.unit(table, unit);
            }
        }
    }

    @Override
    public Runnable describeAll(TableSchema schema, Manifest.Units former, ManifestWriter out) throws IOException {
        List<Map.Entry<Object, Entry>> all = new ArrayList<>(entries.entrySet());
        all.removeIf(entry -> entry.getValue().unit == 0);
        all.sort(Map.Entry.comparingByKey(schema::compareKeys));
        long[] units = new long[all.size()];
        out.shapes(table, former.shapes());
        ByteSink unit = new ByteSink(256);
        for (int i = 0; i < units.length; i++) {
            Entry entry = all.get(i).getValue();
            ByteSource source = former.unit(entry.unit);
            readLocation(source, 0);
            unit.truncate(0, 256);
            entry.write(unit);
            unit.putRest(source);
            units[i] = out.unit(table, unit);
        }
        return () -> {
            for (int i = 0; i < units.length; i++) {
                all.get(i).getValue().unit = units[i];
            }
        };
    }

    private static @Nullable Entry readLocation(ByteSource in, long offset) {
        int flags = in.getByte();
        if ((flags & Entry.HERE) == 0) {
            return null;
        }
        return new Entry(Math.toIntExact(in.getVarint()), in.getZigzag(), in.getInt(), (byte) flags, offset);
    }

    @Override
    public void restore(TableSchema schema, ByteSource unit, long offset, StubVisitor visitor) {
        Entry entry = readLocation(unit, offset);
        if (entry == null) {
            Object key = ValueCodec.readKey(unit);
            remove(key);
            visitor.removed(key);
        } else {
            put(visitor.stored(unit), entry);
        }
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent());
    }
}
