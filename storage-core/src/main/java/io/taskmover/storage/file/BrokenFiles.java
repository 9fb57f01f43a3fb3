package io.taskmover.storage.file;

import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The files that could not be understood when the store was opened. The row that such a file's name stands for is
 * neither there nor absent: whatever would have to know it is refused. That is every use of its id, and every query of
 * its table, for nobody can tell whether the row would be among the results. That ends when someone mends or removes the
 * file. Thread-safe.
 */
final class BrokenFiles {
    private final Map<String, Map<String, Broken>> byTable = new ConcurrentHashMap<>();

    /** Takes those of tables that were found at open, by file name. */
    void add(Collection<TableState> tables) {
        for (TableState table : tables) {
            if (!table.broken().isEmpty()) {
                byTable.put(table.schema().name(), new ConcurrentHashMap<>(table.broken()));
            }
        }
    }

    /** Notes that a file can be understood by now, or is gone. */
    void mended(String table, String fileName) {
        byTable.computeIfPresent(table, (name, broken) -> {
            broken.remove(fileName);
            return broken.isEmpty() ? null : broken;
        });
    }

    boolean isEmpty() {
        return byTable.isEmpty();
    }

    /** Passes each on, with the name of its table. */
    void forEach(BiConsumer<String, Broken> action) {
        byTable.forEach((table, files) -> files.values().forEach(broken -> action.accept(table, broken)));
    }

    boolean isIn(String table, String fileName) {
        return byTable.getOrDefault(table, Map.of()).containsKey(fileName);
    }

    /** @throws CorruptionException if the file of the row with this key is broken */
    void requireWhole(String table, Object key) {
        Map<String, Broken> broken = byTable.get(table);
        Broken bad = broken == null ? null : broken.get(FileNames.ofKey(key));
        if (bad != null) {
            throw failure(bad, null);
        }
    }

    /** The same for a row that may lack its key, or have its columns in another order. */
    void requireWhole(TableSchema schema, Row row) {
        if (byTable.containsKey(schema.name())) {
            List<Object> parts = new ArrayList<>();
            for (String column : schema.primaryKey()) {
                Object part = row.type().indexOf(column) < 0 ? null : row.get(column);
                if (part == null) {
                    return;
                }
                parts.add(part);
            }
            requireWhole(schema.name(), parts.size() == 1 ? parts.get(0) : new CompositeKey(parts));
        }
    }

    /** @throws CorruptionException if a file of the table is broken */
    void requireWhole(String table) {
        Map<String, Broken> broken = byTable.get(table);
        if (broken != null) {
            for (Broken bad : broken.values()) {
                throw failure(bad, null);
            }
        }
    }

    /** What whoever would have to know the row of a broken file is told. */
    static CorruptionException failure(Broken bad, @Nullable Throwable cause) {
        return Failures.corrupt(
                bad.found().file(),
                bad.problem() + ". Mend the file, or remove it; nothing has been changed in it",
                cause);
    }
}
