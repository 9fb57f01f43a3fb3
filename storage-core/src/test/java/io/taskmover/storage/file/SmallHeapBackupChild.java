package io.taskmover.storage.file;

import static io.taskmover.storage.file.SmallHeapChild.PAGES;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.backup.ContentHash;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.Row;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Backs up a store whose values are many times what the process may have in memory, and restores it over what it holds. */
final class SmallHeapBackupChild {
    private SmallHeapBackupChild() {}

    /** @param arguments where everything goes, the number of rows, and how many characters each has */
    public static void main(String[] arguments) {
        Path directory = Path.of(arguments[0]);
        int rows = Integer.parseInt(arguments[1]);
        int length = Integer.parseInt(arguments[2]);
        StoreBackup backup = StoreBackup.at(directory.resolve("pages.zip"));
        try (FileSystemBackend store = open(directory.resolve("store"))) {
            store.createTable(PAGES);
            for (int id = 0; id < rows; id++) {
                store.write("pages", WriteMode.INSERT, List.of(page(id, length)));
            }
            String hash = hash(store);
            backup.write(store);
            store.delete("pages", 0L);
            backup.replace(store);
            if (!hash(store).equals(hash)) {
                throw new AssertionError("It is not what it was");
            }
        }
        System.out.println("done " + Runtime.getRuntime().maxMemory());
    }

    private static FileSystemBackend open(Path root) {
        FileSystemBackend store = new FileSystemBackend();
        store.connect(StorageConfig.of("file:" + root + "?layout=lines&durability=none"));
        return store;
    }

    /** Letters that are not easy to compress. */
    private static Row page(int id, int length) {
        SplittableRandom random = new SplittableRandom(id);
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append((char) ('a' + random.nextInt(26)));
        }
        return Row.of(PAGES.rowType(), (long) id, (long) id % 10, text.toString());
    }

    private static String hash(FileSystemBackend store) {
        try (BackendTransaction reading = store.begin(TransactionOptions.READ_ONLY)) {
            return ContentHash.of(reading, "pages", rows -> {}).sha256();
        }
    }
}
