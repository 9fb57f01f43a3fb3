package io.taskmover.storage.file;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.BranchStep;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.file.JournalSalvage.Intact;
import io.taskmover.storage.file.JournalSalvage.Loss;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Repairs manifest and journal, so that a store can be opened: a damaged journal is written anew with all commits of it that
 * are whole, a manifest is made again of the JSON files. Cut off anywhere it can be done again. Used once.
 */
final class InternalsRepair {
    private final Disk disk;
    private final StorePaths paths;
    private final RepairReport report;
    private final Function<Layout, RowFiles> files;
    private final @Nullable Layout wanted;
    private final JournalRewrite journal;

    /**
     * @param files makes what holds the rows of all tables
     * @param wanted the layout that is asked for, in case that nothing tells that of the store
     */
    InternalsRepair(
            Disk disk,
            StorePaths paths,
            RepairReport report,
            Function<Layout, RowFiles> files,
            @Nullable Layout wanted) {
        this.files = files;
        this.wanted = wanted;
        this.disk = disk;
        this.paths = paths;
        this.report = report;
        this.journal = new JournalRewrite(disk, paths);
    }

    /**
     * Refuses a store that a later version wrote. A header whose checksum is wrong says nothing of a version: the checksum is
     * the same in all of them, so that it is damaged.
     */
    static void refuseLater(StorePaths paths) throws IOException {
        if (Links.isFile(paths.manifest())) {
            ByteBuffer header = start(paths.manifest(), ManifestFormat.HEADER_BYTES);
            if (ManifestFormat.hasMagic(header) && ManifestFormat.isWhole(header)) {
                refuseLater(paths.manifest(), ManifestFormat.version(header), ManifestFormat.VERSION);
            }
        }
        for (Map.Entry<Long, Path> segment :
                new JournalReader(paths.journal()).segments().entrySet()) {
            ByteBuffer header = start(segment.getValue(), JournalFormat.HEADER_BYTES);
            if (JournalFormat.isHeader(header, segment.getKey())) {
                refuseLater(segment.getValue(), JournalFormat.version(header), JournalFormat.VERSION);
            }
        }
    }

    private static ByteBuffer start(Path file, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file, LinkOption.NOFOLLOW_LINKS)) {
            return ByteBuffer.wrap(in.readNBytes(bytes));
        }
    }

    private static void refuseLater(Path file, int version, int known) {
        if (version > known) {
            throw new UnsupportedException(file + " was written by a later version of this library (format " + version
                    + ", this one knows " + known + "); repair the store with that version. Nothing has been changed");
        }
    }

    /** Repairs what is damaged. */
    void run() throws IOException {
        JournalReader reader = new JournalReader(paths.journal());
        boolean empty = reader.segments().isEmpty();
        if (!Links.isFile(paths.manifest())) {
            if (!empty) {
                rebuild("it is missing, but there is a journal that belongs to it");
            }
            return; // without both, opening makes a manifest of the files, as of a clone's
        }
        ManifestReader.Read manifest;
        Layout layout = Layout.of(paths, null);
        try {
            manifest = read(paths, disk, files.apply(layout));
        } catch (CorruptionException | UnsupportedException e) {
            rebuild(problem(e));
            return;
        }
        if (manifest.whole() < Files.size(paths.manifest())) {
            cutOff(manifest.whole());
        }
        if (empty) {
            if (!manifest.clean()) {
                goOnWithoutJournal(layout, manifest);
            }
            return;
        }
        try {
            JournalReader.End end = reader.read(
                    manifest.catalog().sequence(),
                    new HashMap<>(manifest.catalog().tables()),
                    commit -> {});
            if (end.torn() != null) {
                reportTorn(manifest.catalog());
            }
        } catch (CorruptionException | UnsupportedException e) {
            rewriteJournal(manifest.catalog());
        }
    }

    /**
     * Reads all of the manifest.
     *
     * @throws CorruptionException if any of it is damaged
     */
    static ManifestReader.Read read(StorePaths paths, Disk disk, RowFiles rows) {
        ManifestReader.Read manifest = new Recovery(disk, paths, rows, Deletions.FEW).checkpoint();
        // what it says of segments is brought together only when it is asked for
        manifest.catalog().tables().keySet().forEach(table -> rows.files(table).keys());
        return manifest;
    }

    private static String problem(StorageException e) {
        return e instanceof CorruptionException corrupt
                ? JournalSalvage.problem(corrupt)
                : "its header says that a later version wrote it, but not with the right checksum";
    }

    /** Cuts off what stands after the last mark, and counts for nothing. */
    private void cutOff(long whole) throws IOException {
        report.add(
                paths.manifest() + " at offset " + whole,
                "a write that was cut off, or damage to what was written last",
                "cut off: the journal still has what it told of",
                report.keep(paths.manifest(), Links.read(paths.manifest())));
        report.save();
        try (FileChannel channel = disk.open(paths.manifest())) {
            disk.truncate(channel, whole);
            disk.force(paths.manifest(), channel);
        }
    }

    // the journal

    private void reportTorn(StoreCatalog checkpoint) throws IOException {
        JournalSalvage salvage = new JournalSalvage(paths, checkpoint.sequence(), checkpoint.tables()).read();
        Loss torn = salvage.torn();
        if (torn != null) {
            reportTorn(torn);
            report.save();
        }
    }

    private void reportTorn(Loss torn) throws IOException {
        report.add(
                torn.place(),
                torn.problem(),
                "left out, as when the store is opened: nothing says that it was ever acknowledged",
                report.keep(torn.file(), Links.read(torn.file())));
    }

    private void rewriteJournal(StoreCatalog checkpoint) throws IOException {
        long first = checkpoint.sequence() + 1;
        JournalSalvage salvage = new JournalSalvage(paths, checkpoint.sequence(), checkpoint.tables()).read();
        SalvagedCommits reader = new SalvagedCommits(checkpoint.tables(), this::described);
        List<CommitRecord> commits = new ArrayList<>();
        salvage.records().tailMap(first, true).values().forEach(record -> commits.add(reader.read(record)));
        report(salvage, reader.losses());
        journal.run(first, withoutDecided(commits), salvage.segments());
    }

    /** Keeps all segments, for they are to be removed, and says what is lost with them. */
    private void report(JournalSalvage salvage, List<Loss> more) throws IOException {
        Map<Path, Path> kept = new HashMap<>();
        for (Path segment : salvage.segments().values()) {
            kept.put(segment, report.keep(segment, Links.read(segment)));
        }
        List<Loss> losses = new ArrayList<>(salvage.losses());
        losses.addAll(more);
        for (Loss loss : losses) {
            report.add(
                    loss.place(),
                    loss.problem(),
                    "left out; every whole commit before and after it was kept, so that rows which it changed may hold an"
                            + " older value",
                    kept.get(loss.file()));
        }
        Loss torn = salvage.torn();
        if (torn != null) {
            reportTorn(torn);
        }
        report.save();
    }

    /** What the directory of a table says of it; null if it says nothing that can be understood. */
    private @Nullable TableSchema described(String table) {
        Path description = paths.table(table).resolve(StorePaths.SCHEMA);
        try {
            return Links.isFile(description) ? Rebuild.read(paths, description) : null;
        } catch (CorruptionException e) {
            return null;
        } catch (IOException e) {
            throw Failures.io("read", description, e);
        }
    }

    // the manifest

    /** Takes the files as they are: says that there was nothing in the journal, and which tables there are now. */
    private void goOnWithoutJournal(Layout layout, ManifestReader.Read read) throws IOException {
        Map<String, TableSchema> tables = new TreeMap<>(read.catalog().tables());
        Map<String, Set<String>> changed = new HashMap<>();
        for (Path directory : tableDirectories()) {
            TableSchema now = describedIn(directory);
            if (now != null) {
                TableSchema former = tables.put(now.name(), now);
                if (former != null && !former.rowType().equals(now.rowType())) {
                    changed.put(now.name(), difference(former, now));
                }
            }
        }
        report.add(
                paths.journal().toString(),
                "it is gone, although the store was not closed properly; what was committed after commit "
                        + read.catalog().sequence() + " and had not become files yet is lost",
                "the JSON files were taken as they are",
                report.keep(paths.manifest(), Links.read(paths.manifest())));
        report.save();
        StoreCatalog catalog = new StoreCatalog(
                read.catalog().sequence(), tables, read.catalog().generated());
        try (Manifest manifest = Manifest.resume(disk, paths, layout, read)) {
            manifest.append(out -> {
                if (!tables.equals(read.catalog().tables())) {
                    out.catalog(catalog);
                }
                for (Map.Entry<String, Set<String>> table : changed.entrySet()) {
                    out.forgetColumns(table.getKey(), table.getValue());
                }
                // the first holds once something was appended in the place of the second
                out.mark(false, catalog.sequence(), catalog.generated());
                out.mark(true, catalog.sequence(), catalog.generated());
            });
        }
    }

    private static Set<String> difference(TableSchema one, TableSchema other) {
        Set<String> columns = one.columns().stream().map(Column::name).collect(Collectors.toSet());
        for (Column column : other.columns()) {
            if (!columns.remove(column.name())) {
                columns.add(column.name());
            }
        }
        return columns;
    }

    private List<Path> tableDirectories() throws IOException {
        List<Path> directories = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.root())) {
            for (Path entry : entries) {
                if (StoreDirectories.isTable(entry)) {
                    Links.refuse(entry);
                    Links.refuse(entry.resolve(StorePaths.SCHEMA));
                    directories.add(entry);
                }
            }
        }
        directories.sort(null);
        return directories;
    }

    private @Nullable TableSchema describedIn(Path directory) throws IOException {
        try {
            return Rebuild.read(paths, directory.resolve(StorePaths.SCHEMA));
        } catch (CorruptionException e) {
            return null;
        }
    }

    /** Makes a manifest of the JSON files, for the journal to be applied to. */
    private void rebuild(String problem) throws IOException {
        boolean there = Links.isFile(paths.manifest());
        byte[] former = there ? Links.read(paths.manifest()) : new byte[0];
        ManifestSalvage known = new ManifestSalvage(former);
        JournalSalvage salvage = new JournalSalvage(paths, JournalSalvage.UNKNOWN, known.tables()).read();
        report.add(
                paths.manifest().toString(),
                problem,
                "made again of the JSON files, which were taken as they are, and of the journal's commits"
                        + (known.sequence() == 0 && salvage.records().isEmpty()
                                ? ""
                                : "; keys that were generated before may be given out again if no row or commit has them"),
                there ? report.keep(paths.manifest(), former) : null);
        describeTables(known.tables(), salvage);
        Map<String, TableSchema> tables = new HashMap<>();
        Set<Path> out = new HashSet<>();
        for (Path directory : tableDirectories()) {
            TableSchema table = describedIn(directory);
            if (table == null) {
                out.add(directory);
            } else {
                tables.put(table.name(), table);
            }
        }
        SalvagedCommits reader = new SalvagedCommits(tables, tables::get);
        List<CommitRecord> commits = commits(salvage.records(), reader, tables);
        report(salvage, reader.losses());
        long sequence = salvage.records().isEmpty()
                ? known.sequence()
                : salvage.records().firstKey() - 1;
        if (!commits.isEmpty()) {
            journal.run(sequence + 1, commits, salvage.segments());
        }
        Rebuild rebuild = new Rebuild(
                disk,
                paths,
                files.apply(layout()),
                new StoreCatalog(sequence, Map.of(), known.generated()),
                out::contains);
        List<TableState> unused = rebuild.run();
        rebuild.save().close();
        if (commits.isEmpty()) {
            journal.remove(salvage.segments());
        }
    }

    /** That of the files, for the manifest may be wrong about it. */
    private Layout layout() throws IOException {
        Layout present = Layout.ofFiles(paths);
        return present != null ? present : wanted != null ? wanted : Layout.of(paths, null);
    }

    /** Writes what tables are into directories that do not say it any more, if something else does. */
    private void describeTables(Map<String, TableSchema> manifest, JournalSalvage salvage) throws IOException {
        Map<String, TableSchema> known = new TreeMap<>(manifest);
        for (Intact record : salvage.records().values()) {
            for (TableChange change : tableChanges(record)) {
                TableSchema schema = change.schema();
                if (schema == null) {
                    known.remove(change.table());
                } else {
                    known.put(change.table(), schema);
                }
            }
        }
        AtomicFile atomic = new AtomicFile(disk, paths);
        for (TableSchema schema : known.values()) {
            Path directory = paths.table(schema.name());
            if (Links.isDirectory(directory) && described(schema.name()) == null) {
                reportDescription(report, directory.resolve(StorePaths.SCHEMA));
                report.save();
                Checkpointer.describe(disk, atomic, directory, schema);
            }
        }
    }

    /** Keeps what describes a table, for it is to be written anew. */
    static void reportDescription(RepairReport report, Path description) throws IOException {
        boolean there = Links.isFile(description);
        report.add(
                description.toString(),
                there ? "it does not describe the table" : "it is missing",
                "written again",
                there ? report.keep(description, Links.read(description)) : null);
    }

    private static List<TableChange> tableChanges(Intact record) {
        try {
            return SalvagedCommits.tableChanges(new ByteSource(record.payload().duplicate()));
        } catch (IllegalArgumentException e) {
            return List.of();
        }
    }

    /**
     * The commits of a journal as they are to be applied to the files, which have some of them already. A change of a table
     * that the table's directory shows is left out, with those before it: applied again, it would turn back later ones.
     */
    private static List<CommitRecord> commits(
            NavigableMap<Long, Intact> records, SalvagedCommits reader, Map<String, TableSchema> tables) {
        Map<String, Long> shown = new HashMap<>();
        Map<String, Long> dropped = new HashMap<>();
        Map<String, Long> drops = new HashMap<>();
        records.forEach((sequence, record) -> {
            for (TableChange change : tableChanges(record)) {
                TableSchema schema = change.schema();
                if (schema == null) {
                    drops.put(change.table(), sequence);
                } else if (schema.equals(tables.get(change.table()))) {
                    shown.put(change.table(), sequence);
                    Long drop = drops.get(change.table());
                    if (drop != null) {
                        dropped.put(change.table(), drop);
                    }
                }
            }
        });
        List<CommitRecord> commits = new ArrayList<>();
        for (Intact record : records.values()) {
            CommitRecord commit = reader.read(record);
            long sequence = commit.sequence();
            List<TableChange> changes = commit.tables().stream()
                    .filter(change -> sequence > shown.getOrDefault(change.table(), 0L))
                    .toList();
            List<RowChange> rows = new ArrayList<>();
            for (RowChange row : commit.rows()) {
                boolean before = sequence < shown.getOrDefault(row.table(), 0L);
                Row after = row.after();
                if (sequence < dropped.getOrDefault(row.table(), 0L)) {
                    continue;
                }
                TableSchema table = tables.get(row.table());
                rows.add(
                        !before || after == null || table == null
                                ? row
                                : new RowChange(row.table(), row.id(), null, Changes.convert(after, table.rowType())));
            }
            commits.add(new CommitRecord(sequence, commit.origin(), changes, rows, commit.step()));
        }
        return withoutDecided(commits);
    }

    /**
     * Takes the rows from prepared branches whose decision is lost, but was made: others changed a table after it that it
     * held until then.
     */
    private static List<CommitRecord> withoutDecided(List<CommitRecord> commits) {
        Set<String> undecided = new HashSet<>();
        InDoubt.undecided(commits).forEach(branch -> undecided.add(branch.globalId()));
        List<CommitRecord> kept = new ArrayList<>(commits);
        for (int i = 0; i < kept.size(); i++) {
            CommitRecord commit = kept.get(i);
            if (commit.step() instanceof BranchStep.Prepared prepared
                    && undecided.contains(prepared.globalId())
                    && changes(kept.subList(i + 1, kept.size()), prepared)) {
                kept.set(i, new CommitRecord(commit.sequence(), List.of(), List.of()));
            }
        }
        return kept;
    }

    private static boolean changes(List<CommitRecord> commits, BranchStep.Prepared branch) {
        Set<String> held = branch.rows().stream().map(RowChange::table).collect(Collectors.toSet());
        return commits.stream().anyMatch(commit -> commit.rows().stream().anyMatch(row -> held.contains(row.table())));
    }
}
