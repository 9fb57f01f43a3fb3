package io.taskmover.storage.file;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a store holds: the manifest's checkpoint, what was done to the JSON files since, and the tail of the
 * journal on top. Changes nothing until all of that is read. Used once.
 */
final class Recovery {
    private final Disk disk;
    private final StorePaths paths;
    private final RowFiles rows;
    private final Deletions deletions;
    private final Map<String, TableStubs> stubs = new HashMap<>();
    private final List<CommitRecord> tail = new ArrayList<>();
    private ManifestReader.@Nullable Read manifest;
    private JournalReader.@Nullable End journal;
    private @Nullable Rebuild rebuilt;

    Recovery(Disk disk, StorePaths paths, RowFiles rows, Deletions deletions) {
        this.deletions = deletions;
        this.disk = disk;
        this.paths = paths;
        this.rows = rows;
    }

    /**
     * What a store holds.
     *
     * @param checkpoint what the files hold
     * @param journal how it ends
     * @param tail the commits after the checkpoint
     * @param changes what the tail did
     * @param clean whether the manifest says that there is no journal
     */
    record Recovered(
            StoreCatalog checkpoint,
            JournalReader.End journal,
            List<CommitRecord> tail,
            Changes changes,
            List<TableState> tables,
            boolean clean) {

        /** Puts all into an engine, but what someone else did to the files. */
        void restore(Engine engine) {
            StoreCatalog catalog = changes.catalog();
            for (TableState table : tables) {
                TableSchema schema = table.schema();
                engine.restoreTable(
                        schema,
                        catalog.generated().getOrDefault(schema.name(), 0L),
                        table.stubs(),
                        checkpoint.sequence(),
                        table.rows(),
                        catalog.sequence());
            }
            engine.restoreSequence(catalog.sequence());
        }

        /** Commits what someone else did to the files while the store was closed; what cannot be goes to the tables' broken files. */
        void commitEdits(Edits edits) {
            for (TableState table : tables) {
                table.broken().values().forEach(edits::refuse);
                for (Broken broken : edits.commit(table.schema().name(), table.edits())) {
                    table.broken().put(broken.found().name(), broken);
                }
            }
        }
    }

    /**
     * Reads manifest and journal.
     *
     * @throws io.taskmover.storage.error.CorruptionException if they do not fit together; nothing is changed
     */
    void read() throws IOException {
        JournalReader reader = new JournalReader(paths.journal());
        if (!Links.isFile(paths.manifest())) {
            if (!reader.segments().isEmpty()) {
                throw Failures.corrupt(
                        paths.manifest(), "it is missing, but there is a journal that belongs to it", null);
            }
            return;
        }
        ManifestReader.Read read = checkpoint();
        if (!read.clean() && reader.segments().isEmpty()) {
            throw Failures.corrupt(
                    paths.journal(), "the journal is gone, although the store was not closed properly", null);
        }
        Map<String, TableSchema> schemas = new HashMap<>(read.catalog().tables());
        JournalReader.End end = reader.read(read.catalog().sequence(), schemas, tail::add);
        if (end.torn() != null) {
            Threads.LOG.info("The journal ends in the middle of a write, which was never acknowledged: {}", end.torn());
        }
        journal = end;
        manifest = read;
    }

    /** Reads what the manifest says of the rows' files. */
    ManifestReader.Read checkpoint() {
        return new ManifestReader(paths.manifest()).read(visitor());
    }

    /** Brings what was read together with what the files are. */
    Recovered load() throws IOException {
        ManifestReader.Read read = manifest;
        JournalReader.End end = journal;
        if (read == null || end == null) {
            return rebuild();
        }
        Changes changes = unstable(read.catalog(), tail, rows);
        List<TableState> tables = load(changes);
        return new Recovered(read.catalog(), end, tail, changes, tables, read.clean());
    }

    /** What commits after a checkpoint did; tells {@code rows} which columns they changed. */
    static Changes unstable(StoreCatalog checkpoint, List<CommitRecord> tail, RowFiles rows) {
        Changes changes = new Changes(checkpoint);
        tail.forEach(changes::add);
        changes.tables().forEach((table, changed) -> rows.unstable(table, changed.unstable()));
        return changes;
    }

    private Recovered rebuild() throws IOException {
        Rebuild rebuild = new Rebuild(disk, paths, rows);
        List<TableState> tables = rebuild.run();
        rebuilt = rebuild;
        StoreCatalog catalog = rebuild.catalog();
        JournalReader.End end = new JournalReader.End(catalog.sequence(), null, List.of(), 0);
        return new Recovered(catalog, end, List.of(), new Changes(catalog), tables, true);
    }

    /**
     * Makes the store ready for writing, after {@link #load}: only when all is read and understood, for a store of a
     * later version must not be touched.
     *
     * @return the manifest to go on with; made if there is none
     */
    Manifest resume() throws IOException {
        StoreDirectories.prepare(disk, paths);
        return rebuilt != null
                ? rebuilt.save()
                : Manifest.resume(disk, paths, rows.layout(), Objects.requireNonNull(manifest));
    }

    private ManifestReader.Visitor visitor() {
        return new ManifestReader.Visitor() {
            @Override
            public void catalog(Map<String, TableSchema> tables) {
                for (String table : List.copyOf(stubs.keySet())) {
                    if (!tables.containsKey(table)) {
                        emptied(table);
                        stubs.remove(table);
                    }
                }
                tables.keySet().forEach(table -> stubs.computeIfAbsent(table, name -> new TableStubs()));
            }

            @Override
            public void emptied(String table) {
                rows.forget(table);
                TableStubs known = stubs.get(table);
                if (known != null) {
                    known.clear();
                }
            }

            @Override
            public void forgetColumns(String table) {
                TableStubs known = stubs.get(table);
                if (known != null) {
                    known.forgetColumns();
                }
            }

            @Override
            public ManifestReader.UnitVisitor units(TableSchema table, StubShapes shapes) {
                TableFiles files = rows.files(table.name());
                TableFiles.StubVisitor known = stubs.computeIfAbsent(table.name(), name -> new TableStubs())
                        .visitor(table, shapes);
                return (unit, offset) -> files.restore(table, unit, offset, known);
            }
        };
    }

    private List<TableState> load(Changes changes) throws IOException {
        Map<String, Map<Object, List<Row>>> states = new HashMap<>();
        for (CommitRecord record : tail) {
            for (RowChange change : record.rows()) {
                List<Row> of = states.computeIfAbsent(change.table(), table -> new HashMap<>())
                        .computeIfAbsent(change.id(), id -> new ArrayList<>(1));
                Row after = change.after();
                if (after != null) {
                    of.add(after);
                }
            }
        }
        for (TableSchema schema : dropped(changes, tail)) {
            // what an attempt that was cut off wrote before the drop is the store's own
            var unused = new TableLoader(
                            rows,
                            schema,
                            changes.tables().get(schema.name()),
                            states.getOrDefault(schema.name(), Map.of()),
                            deletions)
                    .load(new TableStubs());
        }
        List<TableState> tables = new ArrayList<>();
        for (TableSchema schema : changes.catalog().tables().values()) {
            TableLoader loader = new TableLoader(
                    rows,
                    schema,
                    changes.tables().get(schema.name()),
                    states.getOrDefault(schema.name(), Map.of()),
                    deletions);
            tables.add(loader.load(stubs.getOrDefault(schema.name(), new TableStubs())));
        }
        return tables;
    }

    /** The tables that the tail dropped, as they were last. */
    private static Collection<TableSchema> dropped(Changes changes, List<CommitRecord> tail) {
        Map<String, TableSchema> last = new HashMap<>(changes.from().tables());
        for (CommitRecord record : tail) {
            for (CommitRecord.TableChange change : record.tables()) {
                if (change.schema() != null) {
                    last.put(change.table(), change.schema());
                }
            }
        }
        last.keySet().removeAll(changes.catalog().tables().keySet());
        return last.values();
    }
}
