package io.taskmover.storage.file;

import io.taskmover.storage.file.Changes.Change;
import io.taskmover.storage.file.FolderReader.Loaded;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Brings the JSON files to the state that {@link Changes} lead to, durably. Doing it twice, or again after it was cut
 * off, comes to the same. Used by one thread at a time.
 */
final class FolderWriter {
    /** How many files are open at once: far below the thousand that many systems allow a process. */
    private static final int OPEN_FILES = 256;

    private final Disk disk;
    private final StorePaths paths;
    private final FileTasks tasks;
    private final AtomicFile atomic;
    private final Map<String, TableFolder> folders = new HashMap<>();
    /** The batch that was tried last, by its last commit. */
    private long attempted = -1;
    /** Whether the batch is tried again: any change of it may have its file already, or may have lost it. */
    private boolean again;

    FolderWriter(Disk disk, StorePaths paths, FileTasks tasks) {
        this.disk = disk;
        this.paths = paths;
        this.tasks = tasks;
        this.atomic = new AtomicFile(disk, paths);
    }

    /** Tells which files a table has; without it the directory is listed when the table is first written. */
    void know(String table, TableFolder folder) {
        folders.put(table, folder);
    }

    /** Applies the changes; all is durable on return. After a failure it can be tried again. */
    void apply(Changes changes) throws IOException {
        again = changes.sequence() == attempted;
        attempted = changes.sequence();
        boolean done = false;
        try {
            applyAll(changes);
            done = true;
        } finally {
            if (!done) {
                // what was begun may be half done: look at the directories again
                folders.clear();
            }
        }
    }

    private void applyAll(Changes changes) throws IOException {
        StoreCatalog to = changes.catalog();
        Set<Path> directories = new LinkedHashSet<>();
        for (var entry : changes.tables().entrySet()) {
            String name = entry.getKey();
            TableSchema schema = to.tables().get(name);
            if (entry.getValue().emptied()) {
                empty(name, schema == null, directories);
            }
            if (schema != null) {
                write(schema, entry.getValue(), directories);
            }
        }
        tasks.all(new ArrayList<>(directories), directory -> {
            if (Files.exists(directory)) {
                AtomicFile.forceDirectory(disk, directory);
            }
            return true;
        });
    }

    private TableFolder folder(String table) throws IOException {
        TableFolder folder = folders.get(table);
        if (folder == null) {
            Path directory = paths.table(table);
            folder = new TableFolder(directory, TableFolder.list(directory));
            folders.put(table, folder);
        }
        return folder;
    }

    /** Removes all rows of a table, and the directory too if the table is gone and nothing else is in it. */
    private void empty(String table, boolean gone, Set<Path> directories) throws IOException {
        Path directory = paths.table(table);
        List<Path> files = TableFolder.list(directory);
        tasks.all(files, file -> {
            disk.delete(file);
            return true;
        });
        files.forEach(file -> directories.add(parent(file)));
        folders.remove(table);
        // an attempt that was cut off may have removed files, or all, without forcing where they were
        directories.add(paths.root());
        if (Files.isDirectory(directory)) {
            directories.add(directory);
            directories.addAll(hashDirectories(directory));
        }
        if (gone && Files.exists(directory)) {
            disk.delete(directory.resolve(StorePaths.SCHEMA));
            for (Path entry : hashDirectories(directory)) {
                deleteIfEmpty(entry);
            }
            deleteIfEmpty(directory);
        }
    }

    private static List<Path> hashDirectories(Path directory) throws IOException {
        List<Path> inside = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (FileNames.isHashDirectory(TableFolder.name(entry))) {
                    inside.add(entry);
                }
            }
        }
        return inside;
    }

    private void deleteIfEmpty(Path directory) throws IOException {
        try {
            disk.delete(directory);
        } catch (DirectoryNotEmptyException e) {
            Threads.LOG.info("{} stays: it holds files that are not of this store", directory);
        }
    }

    private void write(TableSchema schema, Changes.OfTable table, Set<Path> directories) throws IOException {
        TableFolder folder = folder(schema.name());
        disk.createDirectories(folder.directory());
        byte[] description = describe(schema);
        if (!isContent(folder.schemaFile(), description)) {
            atomic.write(folder.schemaFile(), ByteBuffer.wrap(description));
            directories.add(folder.directory());
        }
        List<Target> targets = new ArrayList<>(table.rows().size());
        for (var entry : table.rows().entrySet()) {
            Change change = entry.getValue();
            boolean filed = change.filed() || again;
            String name = FileNames.ofKey(entry.getKey());
            if (change.after() != null) {
                targets.add(new Target(folder.place(name, filed), change.after(), filed));
            } else if (filed) {
                targets.add(new Target(folder.forget(name), null, true));
                // if an attempt that was cut off removed it, nothing tells any more that it was here
                directories.add(folder.directory());
            }
        }
        if (table.columnDropped() && !table.emptied()) {
            addRowsWithDroppedColumns(schema, table, targets);
        }
        for (Target target : targets) {
            Path directory = parent(target.file());
            if (directories.add(directory) && target.row() != null) {
                disk.createDirectories(directory);
            }
        }
        RowJson json = RowJson.of(schema.rowType());
        for (int start = 0; start < targets.size(); start += OPEN_FILES) {
            write(json, targets.subList(start, Math.min(targets.size(), start + OPEN_FILES)));
        }
    }

    /** A file to write, or to delete if there is no row. */
    private record Target(Path file, @Nullable Row row, boolean filed) {}

    private void write(RowJson json, List<Target> targets) throws IOException {
        List<AtomicFile.Draft> drafts = new ArrayList<>(targets.size());
        try {
            // all are written before the first is forced: the forces find most of the work done
            tasks.all(targets, target -> {
                AtomicFile.Draft draft = draft(json, target);
                if (draft != null) {
                    synchronized (drafts) {
                        drafts.add(draft);
                    }
                }
                return true;
            });
            tasks.all(drafts, draft -> {
                draft.publish();
                return true;
            });
        } finally {
            AtomicFile.closeAll(drafts);
        }
    }

    private AtomicFile.@Nullable Draft draft(RowJson json, Target target) throws IOException {
        Row row = target.row();
        if (row == null) {
            disk.delete(target.file());
            return null;
        }
        byte[] bytes = json.file(row);
        return target.filed() && isContent(target.file(), bytes)
                ? null
                : atomic.draft(target.file(), ByteBuffer.wrap(bytes));
    }

    private void addRowsWithDroppedColumns(TableSchema schema, Changes.OfTable table, List<Target> targets)
            throws IOException {
        FolderReader reader = new FolderReader(schema, table.unstable(), table.known());
        for (FolderReader.Content content : tasks.all(TableFolder.list(paths.table(schema.name())), reader::read)) {
            if (content instanceof Loaded loaded && !table.rows().containsKey(loaded.key())) {
                targets.add(new Target(loaded.file(), loaded.row(), true));
            }
        }
    }

    private static boolean isContent(Path file, byte[] bytes) throws IOException {
        return Files.exists(file) && Files.size(file) == bytes.length && Arrays.equals(Files.readAllBytes(file), bytes);
    }

    private static Path parent(Path file) {
        return Objects.requireNonNull(file.getParent());
    }

    private static byte[] describe(TableSchema schema) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = RowJson.generator(out, true)) {
            SchemaJson.write(generator, schema);
        }
        out.write('\n');
        return out.toByteArray();
    }
}
