package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
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
    void mostOfATableGoneIsTakenForDeletionsOnlyIfOneSaysSo() throws IOException {
        Path place = directory.resolve("store");
        String url = url(place);
        try (StorageBackend application = StorageBackend.open(StorageConfig.of(url))) {
            application.createTable(TableSchema.builder("notes")
                    .column("id", DataType.TEXT)
                    .primaryKey("id")
                    .build());
            for (String id : List.of("a", "b", "c", "d")) {
                application.insert("notes", Map.of("id", id));
            }
        }
        for (String id : List.of("a", "b", "c")) {
            Files.delete(place.resolve("notes").resolve(id + ".json"));
        }
        assertThat(Shell.run("verify", url).failure(ExitCode.CORRUPT))
                .contains("3 of the 4 rows of the table 'notes' are gone", "--accept-deletes");
        assertThat(Shell.run("query", url, "from notes").failure(ExitCode.CORRUPT))
                .contains("--accept-deletes");
        assertThat(Shell.run("verify", url, "--accept-deletes").success()).contains("clean: 1 tables, 1 rows");
        assertThat(Shell.run("info", url).success()).contains("notes, 1 rows", "edits.refused");
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
}
