package io.taskmover.storage.cli.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.cli.input.Format;
import io.taskmover.storage.cli.input.InputFile;
import io.taskmover.storage.cli.output.Progress;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayInputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ImportTest {
    private final StorageBackend memory = StorageBackend.open(StorageConfig.of("memory:"));

    @AfterEach
    void close() {
        memory.close();
    }

    @Test
    void aLoadThatFailsDropsTheTableThatItMade() {
        assertThatThrownBy(() -> run(failingAfter(3), rows(0, 100), false)).hasMessage("no space is left");

        assertThat(tables()).isEmpty();
    }

    @Test
    void aLoadThatFailsDeletesWhatItInsertedIntoATableThatWasThere() throws Exception {
        run(memory, rows(0, 5), false);

        assertThatThrownBy(() -> run(failingAfter(3), rows(10, 100), false)).hasMessage("no space is left");

        assertThat(ids()).containsExactly(0L, 1L, 2L, 3L, 4L);
    }

    @Test
    void generatedIdsOfAFailedLoadAreDeletedToo() {
        memory.createTable(TableSchema.builder("t")
                .column("id", DataType.INTEGER)
                .column("name", DataType.TEXT)
                .primaryKey("id")
                .generatedKey()
                .build());
        memory.insert("t", Map.of("name", "before"));
        String rows = "{\"name\": \"x\"}\n".repeat(50);

        assertThatThrownBy(() -> run(failingAfter(3), rows, false)).hasMessage("no space is left");

        assertThat(ids()).hasSize(1);
    }

    @Test
    void anUpsertThatFailsLeavesEveryRowAsItWas() throws Exception {
        run(memory, "{\"id\": 1, \"name\": \"old\"}", false);
        String rows = rows(1, 50);

        assertThatThrownBy(() -> run(memory, rows, true, new CountDown(3))).isInstanceOf(CancelledException.class);

        assertThat(memory.find("t", 1L).orElseThrow().get("name")).isEqualTo("old");
        assertThat(ids()).containsExactly(1L);
    }

    @Test
    void anUpsertReplacesWhatItNamesAndRaisesVersions() throws Exception {
        memory.createTable(TableSchema.builder("t")
                .column("id", DataType.INTEGER)
                .column("name", DataType.TEXT)
                .column("note", DataType.TEXT)
                .column("v", DataType.INTEGER)
                .primaryKey("id")
                .version("v")
                .build());
        memory.insert("t", Map.of("id", 1L, "name", "a", "note", "kept"));

        run(memory, "{\"id\": 1, \"name\": \"b\", \"v\": 77}\n{\"id\": 2, \"name\": \"c\"}", true);

        Row changed = memory.find("t", 1L).orElseThrow();
        assertThat(changed.toMap())
                .containsEntry("name", "b")
                .containsEntry("note", "kept")
                .containsEntry("v", 2L);
        assertThat(memory.find("t", 2L).orElseThrow().get("v")).isEqualTo(1L);
    }

    @Test
    void aCancelledImportKeepsNothing() {
        assertThatThrownBy(() -> run(memory, rows(0, 100), false, new CountDown(4)))
                .isInstanceOf(CancelledException.class);

        assertThat(tables()).isEmpty();
    }

    @Test
    void whatCannotBeTakenBackIsSaid() {
        StorageBackend stuck = new ForwardingBackend(failingAfter(3)) {
            @Override
            public BackendTransaction begin(TransactionOptions options) {
                if (!options.readOnly()) {
                    throw new StorageException("still no space");
                }
                return super.begin(options);
            }
        };
        assertThatThrownBy(() -> run(stuck, rows(0, 100), false))
                .satisfies(e -> assertThat(e.getSuppressed()[0])
                        .hasMessage("up to 30 rows of this import are left in table 't'; import again with"
                                + " --upsert to complete them"));
    }

    private StorageBackend failingAfter(int batches) {
        return new ForwardingBackend(memory) {
            private int left = batches;

            @Override
            public List<Row> write(String table, WriteMode mode, List<Row> rows) {
                if (left-- == 0) {
                    throw new StorageException("no space is left");
                }
                return super.write(table, mode, rows);
            }
        };
    }

    private static ImportResult run(StorageBackend store, String lines, boolean upsert) throws Exception {
        return run(store, lines, upsert, () -> false);
    }

    private static ImportResult run(StorageBackend store, String lines, boolean upsert, BooleanSupplier cancelled)
            throws Exception {
        try (InputFile file = InputFile.open(
                InputFile.STDIN, Format.JSONL, new ByteArrayInputStream(lines.getBytes(StandardCharsets.UTF_8)))) {
            Progress progress = new Progress(
                    new PrintStream(PrintStream.nullOutputStream()), Progress.Style.NONE, 80, System::nanoTime);
            ImportRequest request = new ImportRequest("t", List.of("id"), List.of(file), upsert, false, 10);
            return new Import(store, request, progress, cancelled).run();
        }
    }

    private static String rows(int from, int to) {
        return IntStream.range(from, to)
                .mapToObj(i -> "{\"id\": " + i + ", \"name\": \"row " + i + "\"}\n")
                .collect(Collectors.joining());
    }

    private List<String> tables() {
        try (BackendTransaction reading = memory.begin(TransactionOptions.READ_ONLY)) {
            return reading.catalog().tables();
        }
    }

    private List<Object> ids() {
        return memory.select("t", Map.of(), List.of(), null).stream()
                .map(row -> row.get("id"))
                .toList();
    }

    /** True from the nth question on. */
    private static final class CountDown implements BooleanSupplier {
        private int left;

        CountDown(int questions) {
            left = questions;
        }

        @Override
        public boolean getAsBoolean() {
            return left-- <= 0;
        }
    }
}
