package io.taskmover.storage.file;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a store holds: the manifest's checkpoint, what was done to the JSON files since, and the tail of the
 * journal on top. Changes nothing until all of that is read.
 */
final class Recovery {
    private final Disk disk;
    private final StorePaths paths;
    private final RowFiles rows;
    private final boolean readOnly;

    Recovery(Disk disk, StorePaths paths, RowFiles rows, boolean readOnly) {
        this.disk = disk;
        this.paths = paths;
        this.rows = rows;
        this.readOnly = readOnly;
    }

    /**
     * What a store holds.
     *
     * @param checkpoint what the files hold
     * @param journal how it ends
     * @param tail the commits after the checkpoint
     * @param changes what the tail did
     * @param manifest to go on with; null if the store is read only
     * @param clean whether the manifest says that there is no journal
     */
    record Recovered(
            StoreCatalog checkpoint,
            JournalReader.End journal,
            List<CommitRecord> tail,
            Changes changes,
            List<TableState> tables,
            @Nullable Manifest manifest,
            boolean clean) {}

    /** @throws io.taskmover.storage.error.CorruptionException if the parts do not fit together; nothing is changed */
    Recovered run() throws IOException {
        JournalReader journal = new JournalReader(paths.journal());
        if (Links.isFile(paths.manifest())) {
            return resume(journal);
        }
        if (!journal.segments().isEmpty()) {
            throw Failures.corrupt(paths.manifest(), "it is missing, but there is a journal that belongs to it", null);
        }
        Rebuild rebuild = new Rebuild(disk, paths, rows);
        List<TableState> tables = rebuild.run();
        StoreCatalog catalog = rebuild.catalog();
        prepare();
        Manifest manifest = readOnly ? null : rebuild.save();
        JournalReader.End end = new JournalReader.End(catalog.sequence(), null, List.of(), 0);
        return new Recovered(catalog, end, List.of(), new Changes(catalog), tables, manifest, true);
    }

    private Recovered resume(JournalReader journal) throws IOException {
        Map<String, TableStubs> stubs = new HashMap<>();
        ManifestReader.Read read = new ManifestReader(paths.manifest()).read(visitor(stubs));
        StoreCatalog checkpoint = read.catalog();
        if (!read.clean() && journal.segments().isEmpty()) {
            throw Failures.corrupt(
                    paths.journal(), "the journal is gone, although the store was not closed properly", null);
        }
        Changes changes = new Changes(checkpoint);
        List<CommitRecord> tail = new ArrayList<>();
        Map<String, TableSchema> schemas = new HashMap<>(checkpoint.tables());
        JournalReader.End end = journal.read(checkpoint.sequence(), schemas, commit -> {
            changes.add(commit);
            tail.add(commit);
        });
        if (end.torn() != null) {
            Threads.LOG.info("The journal ends in the middle of a write, which was never acknowledged: {}", end.torn());
        }
        changes.tables().forEach((table, changed) -> rows.unstable(table, changed.unstable()));
        List<TableState> tables = load(changes, tail, stubs);
        prepare();
        Manifest manifest = readOnly ? null : Manifest.resume(disk, paths, rows.layout(), read);
        return new Recovered(checkpoint, end, tail, changes, tables, manifest, read.clean());
    }

    /** Only now that all is read and understood: a store of a later version must not be touched. */
    private void prepare() throws IOException {
        if (!readOnly) {
            StoreDirectories.prepare(disk, paths);
        }
    }

    private ManifestReader.Visitor visitor(Map<String, TableStubs> stubs) {
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
            public void unit(TableSchema table, ByteSource unit, long offset, StubShapes shapes) {
                TableStubs known = stubs.computeIfAbsent(table.name(), name -> new TableStubs());
                rows.files(table.name()).restore(table, unit, offset, known.visitor(table, shapes));
            }
        };
    }

    private List<TableState> load(Changes changes, List<CommitRecord> tail, Map<String, TableStubs> stubs)
            throws IOException {
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
                            states.getOrDefault(schema.name(), Map.of()))
                    .load(new TableStubs());
        }
        List<TableState> tables = new ArrayList<>();
        for (TableSchema schema : changes.catalog().tables().values()) {
            TableLoader loader = new TableLoader(
                    rows, schema, changes.tables().get(schema.name()), states.getOrDefault(schema.name(), Map.of()));
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
