package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.file.FolderReader.Broken;
import io.taskmover.storage.file.FolderReader.Content;
import io.taskmover.storage.file.FolderReader.Loaded;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Brings together what the files of one table hold and what the journal says came after. Used once. */
final class TableLoader {
    private final StorePaths paths;
    private final FileTasks tasks;
    private final Changes changes;
    private final TableSchema schema;
    private final Changes.@Nullable OfTable changed;

    private final Map<Object, Row> rows = new LinkedHashMap<>();
    private final Map<Object, Map<String, @Nullable Object>> extras = new LinkedHashMap<>();
    private final Map<Object, Path> origins = new LinkedHashMap<>();
    private final Map<String, Broken> broken = new TreeMap<>();

    TableLoader(StorePaths paths, FileTasks tasks, Changes changes, TableSchema schema) {
        this.paths = paths;
        this.tasks = tasks;
        this.changes = changes;
        this.schema = schema;
        this.changed = changes.tables().get(schema.name());
    }

    /**
     * Loads the table. Columns that its files turn out to have are added to {@code changes} too.
     *
     * @param folders is told what files there are
     * @param quarantine is given broken files in whose place a row from the journal goes
     * @throws io.taskmover.storage.error.CorruptionException if the table's directory is gone
     */
    TableState load(FolderWriter folders, List<Path> quarantine) throws IOException {
        if (changed == null || !changed.emptied()) {
            readFiles(folders);
        }
        if (changed != null) {
            applyJournal(quarantine);
        }
        TableSchema whole = adoptColumns();
        return new TableState(whole, rows.values(), broken, highestGenerated());
    }

    private void readFiles(FolderWriter folders) throws IOException {
        Path directory = paths.table(schema.name());
        Links.refuse(directory);
        if (!Files.isDirectory(directory)) {
            throw Failures.corrupt(
                    directory,
                    "the directory of the table '" + schema.name() + "' is gone. It is not taken for a deletion of its"
                            + " rows; bring it back, or create it empty if they shall go",
                    null);
        }
        List<Path> files = TableFolder.list(directory);
        folders.know(schema.name(), new TableFolder(directory, files));
        FolderReader reader = new FolderReader(
                schema, changed == null ? Set.of() : changed.unstable(), changed == null ? Set.of() : changed.known());
        for (Content content : tasks.all(files, reader::read)) {
            if (content instanceof Loaded loaded) {
                add(loaded);
            } else if (content instanceof Broken bad) {
                broken.put(TableFolder.name(bad.file()), bad);
            }
        }
    }

    private void add(Loaded loaded) {
        Path other = origins.putIfAbsent(loaded.key(), loaded.file());
        if (other != null) {
            rows.remove(loaded.key());
            broken.put(TableFolder.name(loaded.file()), new Broken(loaded.file(), "the same row is also in " + other));
            return;
        }
        rows.put(loaded.key(), loaded.row());
        if (!loaded.more().isEmpty()) {
            extras.put(loaded.key(), loaded.more());
        }
    }

    private void applyJournal(List<Path> quarantine) {
        for (Map.Entry<Object, Change> entry :
                Objects.requireNonNull(changed).rows().entrySet()) {
            Row after = entry.getValue().after();
            Broken bad = broken.remove(FileNames.ofKey(entry.getKey()));
            if (bad != null) {
                quarantine.add(bad.file());
            }
            if (after == null) {
                rows.remove(entry.getKey());
                extras.remove(entry.getKey());
            } else {
                rows.put(entry.getKey(), after);
            }
        }
    }

    /** Members that are not columns become columns of type JSON, so that they are kept when their rows are written. */
    private TableSchema adoptColumns() {
        Set<String> names = new TreeSet<>();
        extras.values().forEach(more -> names.addAll(more.keySet()));
        if (names.isEmpty()) {
            return schema;
        }
        TableSchema.Builder builder = schema.toBuilder();
        names.forEach(name -> builder.column(Column.of(name, DataType.JSON)));
        TableSchema whole = builder.build();
        rows.replaceAll((key, row) -> {
            Map<String, @Nullable Object> more = extras.getOrDefault(key, Map.of());
            @Nullable Object[] values = new @Nullable Object[whole.rowType().size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = i < row.type().size()
                        ? row.get(i)
                        : more.get(whole.columns().get(i).name());
            }
            return Row.adopt(whole.rowType(), values);
        });
        changes.adopt(whole, rows);
        Threads.LOG.info("Table '{}' has new columns, found in its files: {}", schema.name(), names);
        return whole;
    }

    private long highestGenerated() {
        if (!schema.generatedKey()) {
            return 0;
        }
        for (Object key : rows.keySet()) {
            changes.raiseGenerated(schema.name(), (Long) key);
        }
        for (String fileName : broken.keySet()) {
            // its row was there: without the catalog, which would know, only the name tells
            FileNames.decodeNumber(fileName).ifPresent(key -> changes.raiseGenerated(schema.name(), key));
        }
        return changes.catalog().generated().getOrDefault(schema.name(), 0L);
    }
}
