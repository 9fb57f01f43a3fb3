package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The same with many rows in a file. */
class LinesReaderTest extends ReaderTest {
    @Override
    String layout() {
        return "lines";
    }

    /** There are so few rows that all are in one. */
    @Override
    Path file(String id) {
        return root.resolve("notes").resolve("0001000000.jsonl");
    }

    /** Its file has others too, and may not be what it was. */
    @Override
    void findUntouched(BackendTransaction before, Row row) {
        assertThatThrownBy(() -> before.find("notes", row.get("id"))).isInstanceOf(ConflictException.class);
    }

    @Override
    Optional<String> stored(String id) throws IOException {
        return Files.readAllLines(file(id)).stream()
                .filter(line -> isOf(id, line))
                .findFirst();
    }

    @Override
    void edit(String id, String text) throws IOException {
        List<String> lines = new ArrayList<>();
        for (String line : Files.readAllLines(file(id))) {
            if (!isOf(id, line)) {
                lines.add(line);
            } else if (!text.isEmpty()) {
                lines.add(text);
            }
        }
        Files.write(file(id), lines);
    }

    private static boolean isOf(String id, String line) {
        return line.replace(" ", "").startsWith("{\"id\":\"" + id + "\"");
    }
}
