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

    /** @param arguments the store, its number of rows, and how many characters each has */
    public static void main(String[] arguments) {
        int rows = Integer.parseInt(arguments[1]);
        int length = Integer.parseInt(arguments[2]);
        try (FileSystemBackend store = open(arguments[0])) {
            store.createTable(PAGES);
            for (int id = 0; id < rows; id++) {
                store.write("pages", WriteMode.INSERT, List.of(page(id, length)));
            }
            check(store, rows, length);
            for (int id = 0; id < rows; id += 3) {
                store.update("pages", (long) id, Map.of("chapter", (long) (id + 1) % CHAPTERS));
                store.update("pages", (long) id, Map.of("chapter", (long) id % CHAPTERS));
            }
        }
        try (FileSystemBackend store = open(arguments[0])) {
            check(store, rows, length);
        }
        System.out.println("done " + Runtime.getRuntime().maxMemory());
    }

    private static FileSystemBackend open(String root) {
        FileSystemBackend store = new FileSystemBackend();
        store.connect(StorageConfig.of("file:" + Path.of(root)));
        return store;
    }

    private static Row page(int id, int length) {
        return Row.of(
                PAGES.rowType(),
                (long) id,
                (long) id % CHAPTERS,
                Character.toString('a' + id % 26).repeat(length));
    }

    private static void check(FileSystemBackend store, int rows, int length) {
        int seen = 0;
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            try (RowCursor all = transaction.select(Select.from("pages"))) {
                for (Row row = all.next(); row != null; row = all.next()) {
                    require(row.equals(page(seen++, length)), "row " + row.get("id"));
                }
            }
            require(seen == rows, seen + " rows");
            Select chapter = Select.from("pages").where(field("chapter").eq(7L).condition());
            require(transaction.count(chapter) == rows / CHAPTERS, "count");
            try (RowCursor some = transaction.select(chapter)) {
                for (Row row = some.next(); row != null; row = some.next()) {
                    require(row.get("chapter").equals(7L), "row " + row.get("id"));
                    seen--;
                }
            }
        }
        require(seen == rows - rows / CHAPTERS, "rows of the chapter");
    }

    private static void require(boolean truth, String what) {
        if (!truth) {
            throw new AssertionError(what);
        }
    }
}
