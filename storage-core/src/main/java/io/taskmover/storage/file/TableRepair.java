package io.taskmover.storage.file;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Gone;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is damaged out of the files of tables, once manifest and journal can be read. A row whose last value the
 * journal still has gets it back; any other is deleted, by a commit in the journal. In this order: copies and report,
 * commit, files. So whatever it was cut off in, the store is one that can be repaired, and nothing is missing of which
 * there is no copy. Used once.
 */
final class TableRepair {
    private final Disk disk;
    private final StorePaths paths;
    private final RepairReport report;
    private final RowFiles rows;
    private final Deletions deletions;
    /** What cannot be taken over though it can be read: by place, why. */
    private final Map<String, String> refusedEdits;

    private final List<String> problems = new ArrayList<>();
    private final List<RowChange> deletes = new ArrayList<>();
    private final Map<Path, FileChange> files = new LinkedHashMap<>();
    private final List<TableSchema> undescribed = new ArrayList<>();
    private @Nullable Map<String, Map<Object, Optional<Row>>> lastStates;

    TableRepair(
            Disk disk,
            StorePaths paths,
            RepairReport report,
            RowFiles rows,
            Deletions deletions,
            Map<String, String> refusedEdits) {
        this.deletions = deletions;
        this.disk = disk;
        this.paths = paths;
        this.report = report;
        this.rows = rows;
        this.refusedEdits = refusedEdits;
    }

    /**
     * Repairs all tables that can be.
     *
     * @return why the others cannot be, and what to do
     */
    List<String> run() throws IOException {
        if (!Links.isFile(paths.manifest())) {
            return problems; // opening makes one of the files
        }
        StoreCatalog checkpoint = InternalsRepair.read(paths, disk, rows).catalog();
        List<CommitRecord> tail = new ArrayList<>();
        JournalReader.End end = new JournalReader(paths.journal())
                .read(checkpoint.sequence(), new HashMap<>(checkpoint.tables()), tail::add);
        Changes changes = Recovery.unstable(checkpoint, tail, rows);
        for (TableSchema table : checkpoint.tables().values()) {
            TableSchema now = changes.catalog().tables().get(table.name());
            Changes.OfTable changed = changes.tables().get(table.name());
            if (now != null && (changed == null || !changed.emptied())) {
                repair(table, now, changed, changes);
            }
        }
        findUnknown(changes.catalog());
        report.save();
        commit(end);
        AtomicFile atomic = new AtomicFile(disk, paths);
        for (FileChange file : files.values()) {
            boolean unused = file.apply(disk, atomic);
        }
        for (TableSchema table : undescribed) {
            Checkpointer.describe(disk, atomic, paths.table(table.name()), table);
        }
        return problems;
    }

    /** Directories that look like tables, and are none, since nobody can tell what they hold. */
    private void findUnknown(StoreCatalog catalog) throws IOException {
        Set<Path> known = new LinkedHashSet<>();
        catalog.tables().keySet().forEach(table -> known.add(paths.table(table)));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.root())) {
            for (Path entry : entries) {
                if (!known.contains(entry) && StoreDirectories.isTable(entry) && !Rebuild.isDescribed(paths, entry)) {
                    problems.add(entry.resolve(StorePaths.SCHEMA)
                            + " cannot be read, and nothing else tells what the table is:"
                            + " its rows stay where they are and are no part of the store. Put the right file there, then"
                            + " remove " + paths.internals() + " to have the store rebuilt from its files");
                }
            }
        }
    }

    private void repair(TableSchema before, TableSchema now, Changes.@Nullable OfTable changed, Changes changes)
            throws IOException {
        TableFiles table = rows.files(now.name());
        if (!deletions.acceptDirectory() && !Links.isDirectory(table.directory())) {
            problems.add(table.directory() + ", the directory of the table '" + now.name()
                    + "', is gone. That is not taken for a deletion of its rows: bring it back and repair the store again or,"
                    + " if they shall go, repair it with " + Deletions.OPTION + "=true (--accept-deletes)");
            return;
        }
        Set<Object> later = changed == null ? Set.of() : changed.rows().keySet();
        int known = table.keys().size();
        List<TableFiles.Damaged> damaged = table.damaged();
        RowParser parser = new RowParser(
                now,
                table,
                changed == null ? Set.of() : changed.unstable(),
                changed == null ? Set.of() : changed.known(),
                key -> later.contains(key) || (changed != null && changed.columnDropped()));
        List<Broken> broken = new ArrayList<>();
        int gone = 0;
        for (Optional<Parsed> seen : table.differences(now, found -> examine(parser, table, found))) {
            Parsed parsed = seen.orElse(null);
            if (parsed instanceof Gone missing) {
                gone += later.contains(missing.key()) ? 0 : 1;
            } else if (parsed instanceof Broken bad) {
                broken.add(bad);
            }
        }
        if (!deletions.accept(gone, known)) {
            problems.add(gone + " of the " + known + " rows of the table '" + now.name() + "' are gone from "
                    + table.directory() + ". That is not taken for their deletion: bring the files back and repair the"
                    + " store again or, if the rows shall go, repair it with " + Deletions.OPTION
                    + "=true (--accept-deletes)");
            return;
        }
        describe(before, now);
        Rows work = new Rows(now, table, later, changes);
        for (TableFiles.Damaged file : damaged) {
            work.takeOut(file);
        }
        Map<Path, Integer> lines = new HashMap<>();
        broken.forEach(bad -> lines.merge(bad.found().file(), 1, Integer::sum));
        for (Broken bad : broken) {
            work.takeOut(bad, lines.getOrDefault(bad.found().file(), 1) > 1);
        }
    }

    private Optional<Parsed> examine(RowParser parser, TableFiles table, Found found) {
        String refused = refusedEdits.get(found.place());
        if (found.json() != null && refused != null) {
            return Optional.of(new Broken(found, refused));
        }
        return table.isUnchanged(found) ? Optional.empty() : Optional.of(parser.parse(found));
    }

    private void describe(TableSchema before, TableSchema now) throws IOException {
        Path directory = paths.table(now.name());
        if (!Rebuild.isDescribed(paths, directory)) {
            InternalsRepair.reportDescription(report, directory.resolve(StorePaths.SCHEMA));
            undescribed.add(before);
        }
    }

    /** What happens to the rows of one table. */
    private final class Rows {
        private final TableSchema schema;
        private final TableFiles table;
        private final Set<Object> later;
        private final Changes changes;
        private final RowJson json;
        private final Set<Object> settled = new LinkedHashSet<>();

        Rows(TableSchema schema, TableFiles table, Set<Object> later, Changes changes) {
            this.schema = schema;
            this.table = table;
            this.later = later;
            this.changes = changes;
            this.json = RowJson.of(schema.rowType());
        }

        void takeOut(TableFiles.Damaged damaged) throws IOException {
            FileChange file = new FileChange(damaged.file(), damaged.content());
            file.keepOnly(damaged.intact());
            files.put(damaged.file(), file);
            List<String> done = new ArrayList<>();
            for (Object key : damaged.lost()) {
                done.add(settle(key, file));
            }
            report.add(
                    damaged.file().toString(),
                    "its content is not what was written, though nobody changed the file",
                    done.isEmpty() ? "written again; no row is touched by it" : String.join("; ", done),
                    report.keep(damaged.file(), damaged.content()));
        }

        /** @param more whether more of the file is taken out: then all of it is kept, instead of many lines */
        void takeOut(Broken broken, boolean more) throws IOException {
            Found found = broken.found();
            byte[] bytes = Objects.requireNonNull(found.json());
            FileChange file = files.get(found.file());
            if (file == null) {
                file = new FileChange(found.file(), found.line() == 0 ? bytes : Links.read(found.file()));
                files.put(found.file(), file);
            }
            if (found.line() == 0) {
                file.keepOnly(new byte[0]);
            } else {
                file.removeLine(found.line());
            }
            Object key = found.key();
            report.add(
                    found.place(),
                    broken.problem(),
                    key == null || isReadable(key) ? "removed; no row of the store was there" : settle(key, file),
                    more ? report.keep(found.file(), file.former()) : report.keep(found));
        }

        private boolean isReadable(Object key) throws IOException {
            try {
                byte[] unused = table.read(key);
                return true;
            } catch (CorruptionException | ChangedFileException e) {
                return false;
            }
        }

        /** Decides what becomes of a row whose place does not hold it. */
        private String settle(Object key, FileChange file) throws IOException {
            String row = "the row '" + key + "' of the table '" + schema.name() + "' ";
            if (later.contains(key)) {
                return row + "gets the state that the journal has";
            }
            Row last = lastState(key);
            if (!settled.add(key)) {
                return row + "is named already";
            }
            if (last != null) {
                file.add(line(last));
                return row + "got back the value that it had, which the journal still has";
            }
            deletes.add(new RowChange(schema.name(), key, null, null));
            return row + "was deleted, since its value is known from nowhere else";
        }

        private byte[] line(Row row) {
            if (rows.layout() == Layout.ENTITY) {
                return json.file(row);
            }
            byte[] line = SegmentPut.line(json, row);
            byte[] ended = Arrays.copyOf(line, line.length + 1);
            ended[line.length] = '\n';
            return ended;
        }

        private @Nullable Row lastState(Object key) throws IOException {
            Map<String, Map<Object, Optional<Row>>> states = lastStates;
            if (states == null) {
                JournalSalvage journal = new JournalSalvage(
                                paths, changes.from().sequence(), changes.from().tables())
                        .read();
                states = SalvagedCommits.lastStates(
                        journal.records().values(), changes.catalog().tables());
                lastStates = states;
            }
            return states.getOrDefault(schema.name(), Map.of())
                    .getOrDefault(key, Optional.empty())
                    .orElse(null);
        }
    }

    /** Deletes what cannot be had any more, by the next commit; durable on return. */
    private void commit(JournalReader.End end) throws IOException {
        if (deletes.isEmpty()) {
            return;
        }
        try (Journal journal = Journal.resume(disk, paths, Durability.parse(null), end, JournalSpace.FIRST_BYTES)) {
            long sequence = end.lastSequence() + 1;
            journal.append(new CommitRecord(sequence, List.of(), deletes), bytes -> {});
            journal.await(sequence);
        }
    }
}
