package io.taskmover.storage.file;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.schema.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process that opens a store and reports {@code open}, or {@code locked} and why. */
final class OpeningChild {
    private OpeningChild() {}

    /** @param arguments the store, and a layout if it is to be made with that, filled, and left as a crash leaves it */
    public static void main(String[] arguments) {
        try {
            if (arguments.length > 1) {
                fill(StoreFixture.open(Path.of(arguments[0]), Layout.OPTION, arguments[1]));
            } else {
                FileSystemBackend unused = StoreFixture.open(Path.of(arguments[0]));
            }
            System.out.println("open");
            System.out.flush();
        } catch (LockedException e) {
            System.out.println("locked: " + e.getMessage());
            System.out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    /** With something of everything that a store has: hash directories, and a journal. */
    private static void fill(FileSystemBackend store) {
        store.createTable(StoreFixture.NOTES);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i <= EntityFolder.FLAT_FILES; i++) {
            rows.add(StoreFixture.note("n" + i, i));
        }
        store.write("notes", WriteMode.INSERT, rows);
        store.drain();
        store.write("notes", WriteMode.UPSERT, List.of(StoreFixture.note("n1", -1)));
    }
}
