package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows that are read one after the other need not fit into memory: a heap of a third of them will do. */
@Timeout(120)
class SmallHeapTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();
    private static final int ROWS = 40_000;
    private static final int BATCH = 2_000;
    private static final int CHARACTERS = 2_400;
    private static final int HEAP_MIB = 32;

    @TempDir
    Path directory;

    private static void fill(String url) {
        String text = "x".repeat(CHARACTERS);
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            store.createTable(NOTES);
            for (long first = 1; first <= ROWS; first += BATCH) {
                List<Row> rows = new ArrayList<>();
                for (long id = first; id < first + BATCH; id++) {
                    rows.add(Row.of(NOTES.rowType(), id, text));
                }
                store.write("notes", WriteMode.INSERT, rows);
            }
        }
    }

    private void assertReadInSmallHeap(String url) throws IOException, InterruptedException {
        fill(url);
        Process child = ChildJvm.startWithHeap(HEAP_MIB, ReadingChild.class, url);
        String output = new String(child.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(child.waitFor()).as("exit code; output: %s", output).isZero();
        String[] figures = output.strip().split(" ");
        assertThat(figures[0]).isEqualTo(Integer.toString(ROWS));
        assertThat(figures[1]).isEqualTo(Long.toString((long) ROWS * CHARACTERS));
        // in memory a character of these takes a byte
        assertThat(Long.parseLong(figures[2])).isLessThan((long) ROWS * CHARACTERS / 2);
    }

    @Test
    void sqliteIsReadInConstantMemory() throws IOException, InterruptedException {
        assertReadInSmallHeap("sqlite:" + directory.resolve("store.db"));
    }

    @Test
    void postgresqlIsReadInConstantMemory() throws IOException, InterruptedException {
        assertReadInSmallHeap(PostgresServer.url());
    }
}
