package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.testkit.TestTable;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What came out when the store was opened on an image.
 *
 * @param state what it held
 * @param nextKey the next generated key of {@link Workload#PEOPLE}, if that was tried, else null
 * @param problem what it has against itself: it does not open, an index or a file is wrong, something stays open; null
 *     if nothing
 */
record OpenedStore(
        StoreState state, @Nullable Long nextKey, @Nullable String problem) {

    /** Opens, checks and closes the store; on every fourth image goes on with it and opens it once more. */
    static OpenedStore open(DiskImage image) {
        ModelDisk disk = ModelDisk.unrecorded(image);
        try {
            OpenedStore opened = check(disk, (image.fingerprint() & 3) == 0);
            return disk.openHandles() == 0 ? opened : problem(disk.openHandles() + " handles stay open");
        } catch (RuntimeException | AssertionError e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            return problem(text.toString());
        }
    }

    OpenedStore with(StoreState same) {
        return new OpenedStore(same, nextKey, problem);
    }

    private static OpenedStore problem(String problem) {
        return new OpenedStore(StoreState.EMPTY, null, problem);
    }

    private static OpenedStore check(ModelDisk disk, boolean goOn) {
        StoreState state;
        StoreState later;
        Long key = null;
        try (FileSystemBackend store = FileStores.look(disk.path("/store"))) {
            state = StoreState.of(store);
            requireSound(store, state);
            if (goOn && state.tables().containsKey("people")) {
                Row row = Row.of(Workload.PEOPLE.rowType(), null, "later", 1L);
                key = (Long) store.write("people", WriteMode.INSERT, List.of(row))
                        .get(0)
                        .get("id");
            }
            later = goOn ? StoreState.of(store) : state;
        }
        if (goOn) {
            try (FileSystemBackend store = FileStores.look(disk.path("/store"))) {
                StoreState again = StoreState.of(store);
                requireSound(store, again);
                if (!again.equals(later)) {
                    return problem("opened once more it is different; expected / found:\n" + later.difference(again));
                }
            }
        }
        return new OpenedStore(state, key, null);
    }

    private static void requireSound(FileSystemBackend store, StoreState state) {
        for (StoreState.Content content : state.tables().values()) {
            for (Index index : content.schema().indexes()) {
                requireSound(new TestTable(store, content.schema()), index, content);
            }
        }
        List<String> problems = store.verify().problems();
        if (!problems.isEmpty()) {
            throw new AssertionError("verify found " + problems);
        }
    }

    private static void requireSound(TestTable table, Index index, StoreState.Content content) {
        TableSchema schema = content.schema();
        String column = index.columns().get(0);
        Object least = schema.column(column).type() == DataType.TEXT ? "" : (Object) Long.MIN_VALUE;
        Set<Row> found = new HashSet<>(table.rows(
                Select.from(schema.name()).where(Condition.compare(Path.of(column), Condition.Operator.GE, least))));
        Set<Row> expected = new HashSet<>(content.rows().values());
        expected.removeIf(row -> row.get(column) == null);
        if (!found.equals(expected)) {
            throw new AssertionError("The index " + index.name() + " leads to " + found + ", not to " + expected);
        }
    }
}
