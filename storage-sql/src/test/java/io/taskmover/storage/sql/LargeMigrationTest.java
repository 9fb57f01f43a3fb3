package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.backup.ContentHash;
import io.taskmover.storage.backup.TableHash;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A migration goes through a table of any size with the same memory. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class LargeMigrationTest {
    /** {@code make crash} asks for a million. */
    private static final int ROWS = Integer.getInteger("storage.migration.rows", 20_000);
    /** So long that the rows are larger than the heap, however few there are. */
    private static final int CHARACTERS = Math.max(100, 100_000_000 / ROWS);

    private static final int HEAP_MIB = 64;
    private static final int BATCH = 2_000;
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    @TempDir
    Path directory;

    @Test
    void aTableLargerThanTheHeapIsMigratedForthAndBack() throws Exception {
        String url = "sqlite:" + directory.resolve("store.db");
        TableHash before;
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            store.createTable(NOTES);
            String text = "x".repeat(CHARACTERS);
            for (long first = 1; first <= ROWS; first += BATCH) {
                List<Row> rows = new ArrayList<>();
                for (long id = first; id < Math.min(first + BATCH, ROWS + 1L); id++) {
                    rows.add(Row.of(NOTES.rowType(), id, id % 1_000, text));
                }
                store.write("notes", WriteMode.INSERT, rows);
            }
            before = hash(store);
        }
        long start = System.nanoTime();
        Process child = ChildJvm.startWithHeap(HEAP_MIB, LargeMigrationChild.class, url);
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as("exit code; output: %s", output).isZero();
        assertThat((long) ROWS * CHARACTERS)
                .isGreaterThan(Long.parseLong(output.strip().substring("done ".length())));
        System.out.printf(
                "%,d rows of %,d characters, two migrations forth and back with a heap of %d MiB in %.0f s%n",
                ROWS, CHARACTERS, HEAP_MIB, (System.nanoTime() - start) / 1e9);
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            assertThat(hash(store)).isEqualTo(before);
        }
    }

    private static TableHash hash(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return ContentHash.of(transaction, "notes", rows -> {});
        }
    }
}
