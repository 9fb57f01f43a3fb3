package io.taskmover.storage.file;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a store holds: the catalog's checkpoint, the JSON files, and the tail of the journal on top. Unless
 * it is read only, the tail is then written to the files and the journal removed, so that the store begins anew with
 * everything in its files; cut off in the middle, it comes to the same when it is done again.
 */
final class Recovery {
    private final Disk disk;
    private final StorePaths paths;
    private final FileTasks tasks;
    private final FolderWriter folders;
    private final CatalogFile catalogFile;
    private final boolean readOnly;

    Recovery(Disk disk, StorePaths paths, FileTasks tasks, FolderWriter folders, boolean readOnly) {
        this.disk = disk;
        this.paths = paths;
        this.tasks = tasks;
        this.folders = folders;
        this.catalogFile = new CatalogFile(disk, paths);
        this.readOnly = readOnly;
    }

    /**
     * What a store holds.
     *
     * @param catalog the checkpoint to go on from
     * @param unwritten what the files do not hold, because the store is read only; else null
     */
    record Recovered(
            StoreCatalog catalog,
            List<TableState> tables,
            @Nullable Changes unwritten) {}

    /** @throws io.taskmover.storage.error.CorruptionException if the parts do not fit together; nothing is changed */
    Recovered run() throws IOException {
        JournalReader journal = new JournalReader(paths.journal());
        boolean fresh = !catalogFile.exists();
        if (fresh && !journal.segments().isEmpty()) {
            throw Failures.corrupt(paths.catalog(), "it is missing, but there is a journal that belongs to it", null);
        }
        StoreCatalog checkpoint = fresh ? rebuild() : catalogFile.read();
        Changes changes = new Changes(checkpoint);
        Map<String, TableSchema> schemas = new HashMap<>(checkpoint.tables());
        JournalReader.End end = journal.read(checkpoint.sequence(), schemas, commit -> changes.add(commit, true));
        if (end.torn() != null) {
            Threads.LOG.info("The journal ends in the middle of a write, which was never acknowledged: {}", end.torn());
        }
        List<Path> quarantine = new ArrayList<>();
        List<TableState> tables = new ArrayList<>();
        for (TableSchema schema : changes.catalog().tables().values()) {
            tables.add(new TableLoader(paths, tasks, changes, schema).load(folders, quarantine));
        }
        StoreCatalog recovered = changes.catalog();
        if (!readOnly) {
            quarantine(quarantine);
            folders.apply(changes);
            if (fresh || !changes.isEmpty()) {
                catalogFile.write(recovered);
            }
            removeJournal(journal);
        }
        return new Recovered(recovered, tables, readOnly ? changes : null);
    }

    /** The tables that their own directories describe: of a store whose internals are not there, or of none. */
    private StoreCatalog rebuild() throws IOException {
        Map<String, TableSchema> tables = new TreeMap<>();
        if (Files.isDirectory(paths.root())) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.root())) {
                for (Path entry : entries) {
                    Path description = entry.resolve(StorePaths.SCHEMA);
                    if (Files.isRegularFile(description)) {
                        Links.refuse(entry);
                        Links.refuse(description);
                        TableSchema schema = describe(description);
                        tables.put(schema.name(), schema);
                    }
                }
            }
        }
        return new StoreCatalog(0, tables, Map.of());
    }

    private TableSchema describe(Path description) throws IOException {
        try {
            TableSchema schema = SchemaJson.of(Json.parse(Files.readString(description)));
            if (!paths.table(schema.name()).equals(description.getParent())) {
                throw new IllegalArgumentException("it describes the table '" + schema.name() + "', whose directory is "
                        + paths.table(schema.name()));
            }
            return schema;
        } catch (IllegalArgumentException | SchemaException e) {
            throw Failures.corrupt(description, String.valueOf(e.getMessage()), e);
        }
    }

    /** Puts files aside, whatever they are, in whose place others go. */
    private void quarantine(List<Path> files) throws IOException {
        if (files.isEmpty()) {
            return;
        }
        disk.createDirectories(paths.quarantine());
        for (Path file : files) {
            String name = TableFolder.name(Objects.requireNonNull(file.getParent())) + "-" + TableFolder.name(file);
            Path target = paths.quarantine().resolve(name);
            for (int i = 2; Files.exists(target); i++) {
                target = paths.quarantine().resolve(i + "-" + name);
            }
            disk.move(file, target);
            Threads.LOG.warn(
                    "{} could not be read; it is now {}, and the journal's state of the row in its place",
                    file,
                    target);
        }
        AtomicFile.forceDirectory(disk, paths.quarantine());
    }

    private void removeJournal(JournalReader journal) throws IOException {
        var segments = journal.segments().values();
        if (segments.isEmpty()) {
            return;
        }
        for (Path segment : segments) {
            disk.delete(segment);
        }
        // a new segment may use again the numbers of commits that were torn: the old ones must be gone for good
        AtomicFile.forceDirectory(disk, paths.journal());
    }
}
