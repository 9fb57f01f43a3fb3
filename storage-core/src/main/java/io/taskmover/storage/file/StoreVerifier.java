package io.taskmover.storage.file;

import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.engine.EngineSnapshot;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.file.FolderReader.Broken;
import io.taskmover.storage.file.FolderReader.Content;
import io.taskmover.storage.file.FolderReader.Loaded;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Compares what is on the disk with what is in memory, while no file is changed. Used once. */
final class StoreVerifier {
    private final StorePaths paths;
    private final FileTasks tasks;
    private final Materialiser materialiser;
    private final Engine engine;
    private final @Nullable Changes unwritten;
    private final List<String> problems = new ArrayList<>();

    /** @param unwritten what was recovered into memory only, because the store is read only; null if it is not */
    StoreVerifier(
            StorePaths paths, FileTasks tasks, Materialiser materialiser, Engine engine, @Nullable Changes unwritten) {
        this.paths = paths;
        this.tasks = tasks;
        this.materialiser = materialiser;
        this.engine = engine;
        this.unwritten = unwritten;
    }

    Verification run() {
        materialiser.drain();
        Verification memory = engine.verify();
        problems.addAll(memory.problems());
        materialiser.pause();
        try (EngineSnapshot snapshot = engine.snapshot()) {
            // all that the snapshot sees beyond the checkpoint waits here, and perhaps more
            Changes changes = unwritten == null ? materialiser.waiting() : unwritten;
            Map<String, Changes.OfTable> waiting = changes.tables();
            StoreCatalog checkpoint = changes.from();
            checkInternals(checkpoint);
            for (TableSchema schema : checkpoint.tables().values()) {
                Changes.OfTable changed = waiting.get(schema.name());
                boolean moved = changed != null
                        && (changed.emptied() || !changed.unstable().isEmpty());
                if (!moved) {
                    // a read-only store has columns that its files turned out to have in memory only
                    checkTable(
                            snapshot.schema(schema.name()).orElse(schema),
                            changed == null ? Set.of() : changed.rows().keySet(),
                            snapshot);
                }
            }
        } catch (IOException e) {
            throw Failures.io("verify", paths.root(), e);
        } finally {
            materialiser.resume();
        }
        return new Verification(memory.tables(), memory.rows(), problems);
    }

    private void checkInternals(StoreCatalog checkpoint) throws IOException {
        try {
            CatalogFile catalog = new CatalogFile(new RealDisk(), paths);
            if (catalog.exists() && catalog.read().sequence() != checkpoint.sequence()) {
                problems.add(paths.catalog() + " does not hold the checkpoint of commit " + checkpoint.sequence());
            }
            JournalReader.End unused = new JournalReader(paths.journal())
                    .read(checkpoint.sequence(), new HashMap<>(checkpoint.tables()), commit -> {});
        } catch (CorruptionException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        if (Files.isDirectory(paths.temporary())) {
            try (DirectoryStream<Path> files = Files.newDirectoryStream(paths.temporary())) {
                for (Path file : files) {
                    if (file.endsWith(JournalFiles.TEMPORARY)) {
                        continue; // the journal may be reserving space
                    }
                    problems.add(file + " was left over by a write that did not end");
                }
            }
        }
    }

    private void checkTable(TableSchema schema, Set<Object> waiting, EngineSnapshot snapshot) throws IOException {
        Path directory = paths.table(schema.name());
        if (!Files.isDirectory(directory)) {
            problems.add(directory + ", the directory of the table '" + schema.name() + "', is gone");
            return;
        }
        FolderReader reader = new FolderReader(schema, Set.of(), Set.of());
        Set<Object> seen = new HashSet<>();
        for (Content content : tasks.all(TableFolder.list(directory), reader::read)) {
            if (content instanceof Broken broken) {
                problems.add(broken.file() + ": " + broken.problem());
            } else if (content instanceof Loaded loaded && !waiting.contains(loaded.key())) {
                check(schema, loaded, snapshot);
                if (!seen.add(loaded.key())) {
                    problems.add(loaded.file() + ": the row '" + loaded.key() + "' has another file too");
                }
            }
        }
        EngineSnapshot.Rows rows = snapshot.rows(schema.name());
        for (Row row = rows.next(); row != null; row = rows.next()) {
            Object key = Objects.requireNonNull(schema.keyOf(row));
            if (!seen.contains(key) && !waiting.contains(key)) {
                problems.add("Row '" + key + "' of table '" + schema.name() + "' has no file in " + directory);
            }
        }
    }

    private void check(TableSchema schema, Loaded loaded, EngineSnapshot snapshot) {
        Row row = snapshot.find(schema.name(), loaded.key()).orElse(null);
        if (row == null) {
            problems.add(loaded.file() + ": there is no row '" + loaded.key() + "' in table '" + schema.name() + "'");
        } else if (!loaded.more().isEmpty()) {
            problems.add(loaded.file() + ": it has members that are no columns: "
                    + loaded.more().keySet());
        } else if (!row.equals(loaded.row())) {
            problems.add(loaded.file() + ": it does not hold the row as it is in the store");
        }
    }
}
