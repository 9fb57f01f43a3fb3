package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class FileCommandsTest extends StoreCommandsContract {
    @Override
    String url(Path place) {
        return "file:" + place;
    }

    @Test
    void aStoreThatAnotherOneHoldsIsLocked() {
        String url = url(directory.resolve("store"));
        try (StorageBackend holder = StorageBackend.open(StorageConfig.of(url))) {
            assertThat(Shell.run("delete", url + "?timeout=100ms", "notes", "a").failure(ExitCode.LOCKED))
                    .contains(Long.toString(ProcessHandle.current().pid()));
            assertThat(holder.verify().clean()).isTrue();
        }
    }

    @Test
    void aStoreThatAnApplicationHasOpenIsReadBesideIt() {
        String url = url(directory.resolve("store"));
        try (StorageBackend application = StorageBackend.open(StorageConfig.of(url))) {
            application.createTable(TableSchema.builder("notes")
                    .column("id", DataType.TEXT)
                    .column("n", DataType.INTEGER)
                    .primaryKey("id")
                    .build());
            application.insert("notes", Map.of("id", "a", "n", 1L));
            assertThat(Shell.run("query", url, "from notes where n = 1", "--format", "jsonl")
                            .success())
                    .contains("\"a\"");
            application.insert("notes", Map.of("id", "b", "n", 2L));
            assertThat(Shell.run("get", url, "notes", "b").success()).contains("2");
            assertThat(Shell.run("info", url).success()).contains("notes");
            assertThat(Shell.run("tables", url).success()).contains("notes");
            assertThat(Shell.run("export", url, "notes").success().lines()).hasSize(2);
        }
    }

    @Test
    void aStoreIsConvertedToLinesAndToADatabaseAndBack() throws IOException {
        String entity = url(directory.resolve("store"));
        Path sample = directory.resolve("countries.jsonl");
        try (InputStream in = new GZIPInputStream(getClass().getResourceAsStream("sample/countries.jsonl.gz"))) {
            Files.copy(in, sample);
        }
        Shell.run("import", entity, "countries", sample.toString()).success();
        Path first = directory.resolve("first");
        Path last = directory.resolve("last");
        String database = "sqlite:" + directory.resolve("store.db");

        for (String[] copy : new String[][] {
            {entity, "file:" + first + "?layout=lines"},
            {"file:" + first, database},
            {database, "file:" + last + "?layout=lines"}
        }) {
            assertThat(Shell.run("copy", copy[0], copy[1], "--verify").success())
                    .contains("same       countries: 250 rows");
            Shell.run("verify", copy[1]).success();
        }

        assertThat(Files.readString(last.resolve("countries/0001000000.jsonl")))
                .isEqualTo(Files.readString(first.resolve("countries/0001000000.jsonl")));
        assertThat(Shell.run("export", "file:" + last, "countries").success())
                .isEqualTo(Shell.run("export", entity, "countries").success());
    }
}
