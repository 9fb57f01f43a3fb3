package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store with {@code layout=lines} does with its segments, seen from outside. */
class LinesFilesTest {
    @TempDir
    Path root;

    private FileSystemBackend open(String... options) {
        List<String> all = new ArrayList<>(List.of(options));
        all.addAll(List.of("layout", "lines"));
        return StoreFixture.open(root, all.toArray(String[]::new));
    }

    private Path segment() throws IOException {
        List<Path> segments = SegmentFolder.list(root.resolve("notes"));
        assertThat(segments).hasSize(1);
        return segments.get(0);
    }

    private void create(Row... rows) {
        try (FileSystemBackend store = open()) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(rows));
        }
    }

    @Test
    void rowsAreLinesInTheOrderOfTheirKeys() throws IOException {
        create(note("b", 2), note("a", 1), note("c", 3));
        assertThat(segment()).hasFileName("0001000000.jsonl");
        assertThat(Files.readString(segment())).isEqualTo("""
                {"id":"a","n":1}
                {"id":"b","n":2}
                {"id":"c","n":3}
                """);
    }

    @Test
    void savingTheSameValueTwiceChangesNoByte() throws IOException {
        create(note("a", 1), note("b", 2));
        var modified = Files.getLastModifiedTime(segment());
        try (FileSystemBackend store = open()) {
            store.write("notes", WriteMode.UPSERT, List.of(note("a", 1)));
        }
        assertThat(Files.getLastModifiedTime(segment())).isEqualTo(modified);
    }

    @Test
    void aStoreKeepsItsLayoutAndSaysHowToConvertIt() {
        create(note("a", 1));
        try (FileSystemBackend store = StoreFixture.open(root)) {
            assertThat(StoreFixture.rows(store, "notes")).hasSize(1);
        }
        assertThatThrownBy(() -> StoreFixture.open(root, "layout", "entity"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("layout=lines")
                .hasMessageContaining("storage copy");
        assertThatThrownBy(() -> StoreFixture.open(root, "layout", "columns")).isInstanceOf(ConfigException.class);
    }

    @Test
    void aStoreWithoutItsInternalsIsRebuiltFromItsSegments() throws IOException {
        Row[] rows = IntStream.range(0, 30_000)
                .mapToObj(i -> note("key %06d and what makes it long".formatted(i), i))
                .toArray(Row[]::new);
        create(rows);
        assertThat(SegmentFolder.list(root.resolve("notes"))).hasSizeGreaterThan(1);
        StoreFixture.deleteAll(root.resolve(".storage"));
        try (FileSystemBackend store = StoreFixture.open(root)) {
            assertThat(StoreFixture.rows(store, "notes").values()).containsExactly(rows);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void editsOfLinesAreTakenOverOneByOne() throws IOException {
        create(note("a", 1), note("b", 2), note("c", 3), note("d", 4));
        String edited = """

                {"id":"x", "n":9}
                {"id":"d","n":4}\r
                  {"n":20,"id":"b"}
                {"id":"a","n":1}
                """;
        Files.writeString(segment(), edited);
        try (FileSystemBackend store = open()) {
            assertThat(StoreFixture.rows(store, "notes").values())
                    .containsExactly(note("a", 1), note("b", 20), note("d", 4), note("x", 9));
            store.drain();
            assertThat(Files.readString(segment())).as("left as it was written").isEqualTo(edited);
            assertThat(store.verify().problems()).isEmpty();
        }
        try (FileSystemBackend store = open()) {
            assertThat(StoreFixture.rows(store, "notes")).hasSize(4);
            store.write("notes", WriteMode.UPSERT, List.of(note("c", 33)));
            store.drain();
            assertThat(store.verify().problems()).isEmpty();
        }
        assertThat(Files.readAllLines(segment()))
                .as("in order again, once it has to be written")
                .hasSize(5)
                .isSortedAccordingTo((x, y) -> key(x).compareTo(key(y)));
        try (FileSystemBackend store = open()) {
            assertThat(StoreFixture.rows(store, "notes").values())
                    .containsExactly(note("a", 1), note("b", 20), note("c", 33), note("d", 4), note("x", 9));
        }
    }

    private static String key(String line) {
        return line.replaceAll(".*\"id\":\"(.)\".*", "$1");
    }

    @Test
    void aLineThatCannotBeReadIsNamedAndTheRowIsNotTakenForDeleted() throws IOException {
        create(note("a", 1), note("b", 2), note("c", 3));
        String edited = "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n\":2x}\n{\"id\":\"c\",\"n\":30}\n";
        Files.writeString(segment(), edited);
        try (FileSystemBackend store = open()) {
            assertThat(store.find("notes", "c")).contains(note("c", 30));
            assertThatThrownBy(() -> store.find("notes", "b"))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("0001000000.jsonl");
            assertThat(store.verify().problems()).anyMatch(problem -> problem.contains("line 2"));
            store.write("notes", WriteMode.UPSERT, List.of(note("d", 4)));
            store.drain();
            assertThat(Files.readString(segment())).as("lines of others stay").contains("2x}");
        }
        Files.writeString(segment(), Files.readString(segment()).replace("2x", "22"));
        try (FileSystemBackend store = open()) {
            assertThat(StoreFixture.rows(store, "notes").values())
                    .containsExactly(note("a", 1), note("b", 22), note("c", 30), note("d", 4));
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void rowsThatStoodWhereALineCannotBeReadAreNotTakenForDeleted() throws IOException {
        create(note("a", 1), note("b", 2), note("c", 3), note("d", 4), note("e", 5), note("f", 6));
        String whole = Files.readString(segment());
        // b is deleted; from d to e something is gone that began and ended within lines; f is cut off
        Files.writeString(
                segment(),
                "{\"id\":\"a\",\"n\":1}\n{\"id\":\"c\",\"n\":3}\n{\"id\":\"d\",\"n\"\"n\":5}\n{\"id\":\"f\",\"n\"");
        for (int i = 0; i < 2; i++) {
            try (FileSystemBackend store = open()) {
                assertThat(store.find("notes", "a")).contains(note("a", 1));
                assertThat(store.find("notes", "b")).isEmpty();
                assertThat(store.find("notes", "c")).contains(note("c", 3));
                for (String id : List.of("d", "e", "f")) {
                    assertThatThrownBy(() -> store.find("notes", id))
                            .as(id)
                            .isInstanceOf(CorruptionException.class)
                            .hasMessageContaining("0001000000.jsonl");
                }
            }
        }
        Files.writeString(segment(), whole);
        try (FileSystemBackend store = open()) {
            assertThat(StoreFixture.rows(store, "notes")).hasSize(6);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    @Test
    void aSegmentThatIsCutOffInALineDeletesNoRow() throws IOException {
        create(note("a", 1), note("b", 2), note("c", 3), note("d", 4));
        String cut = "{\"id\":\"a\",\"n\":1}\n{\"id\":\"b\",\"n";
        Files.writeString(segment(), cut);
        try (FileSystemBackend store = open()) {
            assertThat(store.find("notes", "a")).contains(note("a", 1));
            for (String id : List.of("b", "c", "d")) {
                assertThatThrownBy(() -> store.find("notes", id)).isInstanceOf(CorruptionException.class);
            }
        }
    }

    @Test
    void aFlippedBitIsDamageAndNotAnEdit() throws IOException {
        create(note("a", 1), note("b", 2));
        Path segment = segment();
        var modified = Files.getLastModifiedTime(segment);
        Files.writeString(segment, Files.readString(segment).replace("\"n\":2", "\"n\":3"));
        Files.setLastModifiedTime(segment, modified);
        try (FileSystemBackend store = open()) {
            assertThat(store.find("notes", "a")).contains(note("a", 1));
            assertThatThrownBy(() -> store.find("notes", "b"))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining("0001000000.jsonl")
                    .hasMessageContaining("'b'");
        }
    }

    @Test
    void aRowThatStandsTwiceWithOtherValuesIsReported() throws IOException {
        create(note("a", 1), note("b", 2));
        Files.writeString(
                root.resolve("notes").resolve("mine.jsonl"), "{\"id\":\"a\",\"n\":5}\n{\"id\":\"e\",\"n\":5}\n");
        try (FileSystemBackend store = open()) {
            assertThat(store.find("notes", "b")).contains(note("b", 2));
            assertThat(store.find("notes", "e")).contains(note("e", 5));
            assertThat(store.verify().problems()).anyMatch(problem -> problem.contains("mine.jsonl line 1"));
        }
    }
}
