package io.taskmover.storage.file;

import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.engine.EngineSnapshot;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** Compares what is on the disk with what the engine says, while no file is changed. Used once. */
final class StoreVerifier {
    private final StorePaths paths;
    private final RowFiles files;
    private final Engine engine;
    private final List<String> problems = new ArrayList<>();

    StoreVerifier(StorePaths paths, RowFiles files, Engine engine) {
        this.paths = paths;
        this.files = files;
        this.engine = engine;
    }

    /**
     * Compares.
     *
     * @param changes all that the engine has beyond the files, and perhaps more
     * @param alone whether nobody else writes the store, whose checkpoint and journal then stand still too
     */
    Verification run(Changes changes, boolean alone) {
        // that a file was changed is reported when the files are looked at, which tells more
        boolean all = changes.tables().values().stream().allMatch(changed -> !isMoved(changed));
        Verification memory = engine.verify(e -> !all || !(e.getCause() instanceof ChangedFileException));
        problems.addAll(memory.problems());
        try (EngineSnapshot snapshot = engine.snapshot()) {
            if (alone) {
                checkInternals(changes.from());
            }
            for (TableSchema schema : changes.from().tables().values()) {
                Changes.OfTable changed = changes.tables().get(schema.name());
                if (changed == null || !isMoved(changed)) {
                    checkTable(
                            schema, changed == null ? Set.of() : changed.rows().keySet(), snapshot);
                }
            }
        } catch (IOException e) {
            throw Failures.io("verify", paths.root(), e);
        }
        return new Verification(memory.tables(), memory.rows(), problems);
    }

    /** Whether the files are of a table that is another one by now. */
    private static boolean isMoved(Changes.OfTable changed) {
        return changed.emptied() || !changed.unstable().isEmpty();
    }

    private void checkInternals(StoreCatalog checkpoint) throws IOException {
        try {
            if (Files.exists(paths.manifest())) {
                ManifestReader.Read manifest = new ManifestReader(paths.manifest()).read(ManifestReader.NOTHING);
                if (manifest.catalog().sequence() != checkpoint.sequence()) {
                    problems.add(paths.manifest() + " does not hold the checkpoint of commit " + checkpoint.sequence());
                }
            }
            JournalReader.End unused = new JournalReader(paths.journal())
                    .read(checkpoint.sequence(), new HashMap<>(checkpoint.tables()), commit -> {});
        } catch (CorruptionException e) {
            problems.add(String.valueOf(e.getMessage()));
        }
        if (Files.isDirectory(paths.temporary())) {
            try (DirectoryStream<Path> rubbish = Files.newDirectoryStream(paths.temporary())) {
                for (Path file : rubbish) {
                    if (file.endsWith(JournalFiles.TEMPORARY)) {
                        continue; // the journal may be reserving space
                    }
                    problems.add(file + " was left over by a write that did not end");
                }
            }
        }
    }

    private void checkTable(TableSchema schema, Set<Object> waiting, EngineSnapshot snapshot) throws IOException {
        TableFiles table = files.files(schema.name());
        if (!Files.isDirectory(table.directory())) {
            problems.add(table.directory() + ", the directory of the table '" + schema.name() + "', is gone");
            return;
        }
        if (!Rebuild.isDescribed(paths, table.directory())) {
            problems.add(table.directory().resolve(StorePaths.SCHEMA)
                    + " does not describe the table, so that the store" + " could not be rebuilt from its files");
        }
        if (files.layout() == Layout.LINES) {
            for (TableFiles.Damaged damaged : table.damaged()) {
                if (damaged.lost().isEmpty()) {
                    problems.add(damaged.file() + " is not what was written between its lines");
                }
            }
        }
        RowParser parser = new RowParser(schema, table, Set.of(), Set.of(), key -> false);
        for (String problem : table.differences(schema, place -> problem(parser, table, place, waiting))) {
            if (!problem.isEmpty()) {
                problems.add(problem);
            }
        }
        EngineSnapshot.Keys keys = snapshot.keys(schema.name());
        for (Object key = keys.next(); key != null; key = keys.next()) {
            if (!waiting.contains(key)) {
                compare(schema, key, snapshot);
            }
        }
    }

    private static String problem(RowParser parser, TableFiles table, Found place, Set<Object> waiting) {
        if (table.isUnchanged(place) || (place.key() != null && waiting.contains(place.key()))) {
            return "";
        }
        Parsed parsed = parser.parse(place);
        if (parsed instanceof Broken broken) {
            return place.place() + ": " + broken.problem();
        }
        String what = place.json() == null ? "was removed" : place.key() == null ? "is new" : "was changed";
        return place.place() + " " + what + " by someone else, and that is not taken over yet";
    }

    private void compare(TableSchema schema, Object key, EngineSnapshot snapshot) {
        try {
            Row held = snapshot.find(schema.name(), key).orElse(null);
            if (held != null && !held.equals(files.read(schema, key))) {
                problems.add("The file of the row '" + key + "' of table '" + schema.name()
                        + "' does not hold the row as it is in the store");
            }
        } catch (CorruptionException e) {
            // that someone changed the file is said already
            if (!(e.getCause() instanceof ChangedFileException)) {
                problems.add(Objects.toString(e.getMessage()));
            }
        } catch (ConflictException e) {
            // the table was altered since the snapshot
        }
    }
}
