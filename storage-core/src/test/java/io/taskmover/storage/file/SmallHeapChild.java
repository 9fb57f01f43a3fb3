package io.taskmover.storage.file;

import static io.taskmover.storage.query.Field.field;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Works on a store whose values are many times what the process may have in memory. */
final class SmallHeapChild {
    static final TableSchema PAGES = TableSchema.builder("pages")
            .column("id", DataType.INTEGER)
            .column("chapter", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .index("chapter")
            .build();

    private static final int CHAPTERS = 10;

    private SmallHeapChild() {}

    /** @param arguments the store, its layout, its number of rows, and how many characters each has */
    public static void main(String[] arguments) {
        String url = "file:" + Path.of(arguments[0]) + "?layout=" + arguments[1];
        int rows = Integer.parseInt(arguments[2]);
        int length = Integer.parseInt(arguments[3]);
        try (FileSystemBackend store = open(url)) {
            store.createTable(PAGES);
            for (int id = 0; id < rows; id++) {
                store.write("pages", WriteMode.INSERT, List.of(page(id, length)));
            }
            for (int id = 0; id < rows; id += 20) {
                store.update("pages", (long) id, Map.of("chapter", (long) (id + 1) % CHAPTERS));
                store.update("pages", (long) id, Map.of("chapter", (long) id % CHAPTERS));
            }
        }
        try (FileSystemBackend store = open(url)) {
            check(store, rows, 1, length);
            for (int id = 0; id < rows; id++) {
                require(id % 3 == 0 || store.delete("pages", (long) id), "deleted " + id);
            }
            store.drain();
            check(store, rows, 3, length);
        }
        System.out.println("done " + Runtime.getRuntime().maxMemory());
    }

    private static FileSystemBackend open(String url) {
        // the manifest is to be made compact often
        FileSystemBackend store = new FileSystemBackend(new RealDisk(), Bounds.USUAL.withManifestGrowth(8 << 10));
        store.connect(StorageConfig.of(url));
        return store;
    }

    private static Row page(int id, int length) {
        return Row.of(
                PAGES.rowType(),
                (long) id,
                (long) id % CHAPTERS,
                Character.toString('a' + id % 26).repeat(length));
    }

    /** @param step every how manieth id there is */
    private static void check(FileSystemBackend store, int rows, int step, int length) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            int next = 0;
            try (RowCursor all = transaction.select(Select.from("pages"))) {
                for (Row row = all.next(); row != null; row = all.next()) {
                    require(row.equals(page(next, length)), "row " + row.get("id"));
                    next += step;
                }
            }
            require(next >= rows, "rows up to " + next);
            Select chapter = Select.from("pages").where(field("chapter").eq(7L).condition());
            long expected = IntStream.range(0, rows)
                    .filter(id -> id % step == 0 && id % CHAPTERS == 7)
                    .count();
            require(transaction.count(chapter) == expected, "count");
            try (RowCursor some = transaction.select(chapter)) {
                for (Row row = some.next(); row != null; row = some.next()) {
                    require(row.get("chapter").equals(7L), "row " + row.get("id"));
                    expected--;
                }
            }
            require(expected == 0, "rows of the chapter");
        }
    }

    private static void require(boolean truth, String what) {
        if (!truth) {
            throw new AssertionError(what);
        }
    }
}
