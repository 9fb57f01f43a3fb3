package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Stores open for reading beside one, of the same process, that writes; {@link ReaderProcessTest} has real processes, and
 * {@link LinesReaderTest} the other layout.
 */
@Timeout(60)
class ReaderTest {
    private static final Pattern NUMBER = Pattern.compile("\"n\": ?(-?\\d+)");

    @TempDir
    Path root;

    @Test
    void aReaderSeesWhatWasCommittedWhenItOpenedAndAfterARefreshWhatIsNew() throws IOException {
        try (FileSystemBackend writer = filled("a", 1, "b", 2);
                FileSystemBackend reader = reading()) {
            put(writer, "a", 10);
            put(writer, "c", 3);
            assertThat(writer.delete("notes", "b")).isTrue();
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 1L, "b", 2L));
            try (BackendTransaction before = reader.begin(TransactionOptions.READ_ONLY)) {
                reader.refresh();
                assertThat(numbers(reader)).isEqualTo(Map.of("a", 10L, "c", 3L));
                writer.drain();
                assertThat(before.count(Select.from("notes"))).isEqualTo(2);
                assertThat(before.find("notes", "a")).hasValue(note("a", 1));
                assertThat(before.find("notes", "b")).hasValue(note("b", 2));
            }
            writer.drain();
            assertThat(stored("b")).isEmpty();
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 10L, "c", 3L));
            assertThat(writer.verify().problems()).isEmpty();
            assertThat(reader.verify().problems()).isEmpty();
        }
        assertThat(registrations()).isEmpty();
    }

    @Test
    void filesThatAReaderNeedsStayAsTheyAreUntilItEnds() throws IOException {
        try (FileSystemBackend writer = filled("a", 1, "b", 2)) {
            writer.drain();
            try (FileSystemBackend reader = reading()) {
                put(writer, "a", 10);
                writer.drain();
                assertThat(number("a")).isEqualTo(1);
                assertThat(numbers(reader)).isEqualTo(Map.of("a", 1L, "b", 2L));
            }
            writer.drain();
            assertThat(number("a")).isEqualTo(10);
        }
    }

    @Test
    void aReaderChangesNothing() throws IOException {
        try (FileSystemBackend writer = filled("a", 1);
                FileSystemBackend reader = reading()) {
            assertThat(writer.verify().problems()).isEmpty();
            assertThatThrownBy(() -> put(reader, "a", 2)).isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> reader.delete("notes", "a")).isInstanceOf(UnsupportedException.class);
            assertThatThrownBy(() -> reader.delete("notes", Condition.all())).isInstanceOf(UnsupportedException.class);
        }
        Map<String, String> before = content();
        try (FileSystemBackend one = reading();
                FileSystemBackend two = reading()) {
            assertThat(numbers(one)).isEqualTo(numbers(two)).isEqualTo(Map.of("a", 1L));
            assertThat(registrations()).hasSize(2);
        }
        assertThat(content()).isEqualTo(before);
    }

    @Test
    void aReaderOfACrashedStoreReadsTheJournalAndChangesNothing() throws Exception {
        Process child = ChildJvm.start(OpeningChild.class, root, layout());
        try (BufferedReader reports = ChildJvm.reader(child)) {
            assertThat(reports.readLine()).isEqualTo("open");
        }
        child.waitFor();
        // and a torn tail
        Path journal = new JournalReader(new StorePaths(root).journal())
                .segments()
                .lastEntry()
                .getValue();
        byte[] bytes = Files.readAllBytes(journal);
        int end = bytes.length;
        while (bytes[end - 1] == 0) {
            end--;
        }
        bytes[end + 40] = 1;
        Files.write(journal, bytes);
        Map<String, String> before = content();
        try (FileSystemBackend reader = reading()) {
            Map<String, Long> numbers = numbers(reader);
            assertThat(numbers).hasSize(EntityFolder.FLAT_FILES + 1).containsEntry("n1", -1L);
            assertThat(reader.verify().problems()).isEmpty();
            reader.refresh();
            assertThat(numbers(reader)).isEqualTo(numbers);
        }
        assertThat(content()).isEqualTo(before);
    }

    @Test
    void aWriterStartsAndStopsBesideAReader() throws IOException {
        filled("a", 1, "b", 2).close();
        try (FileSystemBackend reader = reading()) {
            for (int i = 10; i < 13; i++) {
                try (FileSystemBackend writer = open(root)) {
                    put(writer, "a", i);
                    assertThat(numbers(reader)).isEqualTo(Map.of("a", 1L, "b", 2L));
                }
                assertThat(number("a")).isEqualTo(1);
            }
            reader.refresh();
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 12L, "b", 2L));
        }
        open(root).close();
        assertThat(number("a")).isEqualTo(12);
        assertThat(new StorePaths(root).journal()).isEmptyDirectory();
    }

    @Test
    void whenTooMuchWaitsTheOldestReaderIsToldToTryAgainAndCommitsGoOn() {
        try (FileSystemBackend writer = open(new RealDisk(), 16 << 10, root, Layout.OPTION, layout())) {
            writer.createTable(NOTES);
            put(writer, "a", 1);
            put(writer, "b", 2);
            put(writer, "same", 3);
            writer.drain();
            try (FileSystemBackend reader = reading("memory", "1KiB");
                    BackendTransaction before = reader.begin(TransactionOptions.READ_ONLY)) {
                for (int i = 0; i < 1_000; i++) {
                    put(writer, "a", i);
                }
                assertThat(writer.delete("notes", "b")).isTrue();
                writer.drain();
                findUntouched(before, note("same", 3));
                for (String id : List.of("a", "b")) {
                    assertThatThrownBy(() -> before.find("notes", id))
                            .isInstanceOfSatisfying(ConflictException.class, e -> {
                                assertThat(e.retryable()).isTrue();
                                assertThat(e.table()).isEqualTo("notes");
                                assertThat(e.id()).isEqualTo(id);
                            });
                }
                // the same work, done again
                assertThat(numbers(reader)).isEqualTo(Map.of("a", 999L, "same", 3L));
                assertThat(reader.find("notes", "b")).isEmpty();
            }
        }
    }

    @Test
    void aFindWithoutTransactionGoesOnWithTheNewestSnapshot() {
        try (FileSystemBackend writer = open(new RealDisk(), 16 << 10, root, Layout.OPTION, layout())) {
            writer.createTable(NOTES);
            put(writer, "a", 1);
            writer.drain();
            try (FileSystemBackend reader = reading()) {
                for (int i = 0; i < 1_000; i++) {
                    put(writer, "a", i);
                }
                writer.drain();
                assertThat(reader.find("notes", "a")).hasValue(note("a", 999));
            }
        }
    }

    @Test
    void aPersonsEditIsSeenFromTheNextSnapshotOn() throws IOException {
        filled("a", 1, "b", 2, "gone", 3, "late", 4).close();
        edit("a", row("a", 5));
        try (FileSystemBackend reader = reading()) {
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 5L, "b", 2L, "gone", 3L, "late", 4L));
            edit("b", row("b", 6));
            edit("gone", "");
            reader.refresh();
            // of which nothing was read before it changed
            edit("late", row("late", 7));
            assertThatThrownBy(() -> numbers(reader)).isInstanceOf(ConflictException.class);
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 5L, "b", 6L, "late", 7L));
        }
    }

    @Test
    void aFileThatAPersonBrokeIsNamed() throws IOException {
        filled("a", 1, "b", 2).close();
        edit("a", "{\"id\":\"a\"");
        try (FileSystemBackend reader = reading()) {
            assertThatThrownBy(() -> reader.find("notes", "a"))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(file("a").getFileName().toString());
            assertThat(reader.find("notes", "b")).hasValue(note("b", 2));
        }
    }

    /** By index, by key and by walking all; some have to know the row that is broken, the others do not. */
    private static final List<Select> SELECTS = List.of(
            Select.from("notes"),
            Select.from("notes").where(field("n").eq(1L).condition()),
            Select.from("notes").where(field("n").eq(2L).condition()),
            Select.from("notes").where(field("n").atMost(2L).condition()),
            Select.from("notes").where(field("id").eq("a").condition()),
            Select.from("notes").where(field("id").greaterThan("a").condition()),
            Select.from("notes").where(field("more").eq("of b").condition()));

    @ParameterizedTest
    @ValueSource(strings = {"{\"id\":\"a\"", "{\"id\":\"a\",\"n\":\"one\"}"})
    void ofABrokenFileAReaderAnswersWhatTheOneWhoWritesDoes(String broken) throws IOException {
        TableSchema schema =
                NOTES.toBuilder().column("more", DataType.TEXT).index("n").build();
        try (FileSystemBackend writer = open(root, Layout.OPTION, layout())) {
            writer.createTable(schema);
            for (String id : List.of("a", "b", "c")) {
                writer.write(
                        "notes",
                        WriteMode.INSERT,
                        List.of(Row.of(schema.rowType(), id, id.charAt(0) - 'a' + 1L, "of " + id)));
            }
        }
        edit("a", broken);
        try (FileSystemBackend writer = open(root);
                FileSystemBackend reader = reading()) {
            List<Object> answers = answers(reader);
            assertThat(answers).isEqualTo(answers(writer));
            assertThat(answers).contains(CorruptionException.class);
            assertThat(reader.find("notes", "b").orElseThrow().get("more")).isEqualTo("of b");
            assertThat(answers(reader)).isEqualTo(answers);
            assertThatThrownBy(() -> rows(reader, "notes"))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(file("a").toString());
            assertThat(reader.verify().problems())
                    .isEqualTo(writer.verify().problems())
                    .singleElement()
                    .asString()
                    .contains(file("a").toString());
            edit("a", "{\"id\":\"a\",\"n\":7}");
            assertThat(reader.find("notes", "c").orElseThrow().get("more")).isEqualTo("of c");
            reader.refresh();
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 7L, "b", 2L, "c", 3L));
        }
    }

    /** What a store says to the same calls: rows, counts, and the types of what it throws. */
    private static List<Object> answers(FileSystemBackend store) {
        List<Object> answers = new ArrayList<>();
        for (String id : List.of("a", "b", "c", "d")) {
            answers.add(answer(() -> store.find("notes", id)));
        }
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            for (String id : List.of("a", "b", "c", "d")) {
                answers.add(answer(() -> transaction.find("notes", id)));
            }
            for (Select select : SELECTS) {
                answers.add(answer(() -> {
                    List<Row> rows = new ArrayList<>();
                    transaction.select(select).forEachRemaining(rows::add);
                    return rows;
                }));
                answers.add(answer(() -> transaction.count(select)));
            }
        }
        return answers;
    }

    private static Object answer(Supplier<Object> call) {
        try {
            return call.get();
        } catch (StorageException e) {
            return e.getClass();
        }
    }

    @Test
    void aTableChangedUnderAReaderStaysAsItWas() throws IOException {
        try (FileSystemBackend writer = filled("a", 1, "b", 2);
                FileSystemBackend reader = reading()) {
            try (BackendTransaction change = writer.begin(TransactionOptions.DEFAULT)) {
                change.catalog().addColumn("notes", Column.of("more", DataType.TEXT));
                change.catalog().dropColumn("notes", "n");
                change.commit();
            }
            writer.drain();
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 1L, "b", 2L));
            reader.refresh();
            // the reader has the change from the journal: now the files are rewritten under it
            writer.drain();
            assertThat(stored("a")).hasValueSatisfying(row -> assertThat(row).doesNotContain("\"n\""));
            assertThat(reader.schemaOf("notes").columns())
                    .extracting(Column::name)
                    .containsExactly("id", "more");
            assertThat(rows(reader, "notes").keySet()).containsExactly("a", "b");
            assertThat(reader.verify().problems()).isEmpty();
        }
    }

    @Test
    void aTableThatIsDroppedAndMadeAgainIsNotMixedUp() {
        try (FileSystemBackend writer = filled("a", 1);
                FileSystemBackend reader = reading()) {
            try (BackendTransaction drop = writer.begin(TransactionOptions.DEFAULT)) {
                drop.catalog().drop("notes");
                drop.commit();
            }
            writer.drain();
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 1L));
            reader.refresh();
            assertThatThrownBy(() -> reader.schemaOf("notes")).isInstanceOf(SchemaException.class);
            writer.createTable(NOTES);
            put(writer, "a", 2);
            reader.refresh();
            writer.drain();
            assertThat(numbers(reader)).isEqualTo(Map.of("a", 2L));
        }
    }

    @Test
    void damageIsReportedAndNotTakenForSomebodysWriting() throws IOException {
        filled("a", 1, "b", 2).close();
        Path file = file("a");
        FileTime time = Files.getLastModifiedTime(file);
        Files.writeString(file, Files.readString(file).replace('1', '7'));
        Files.setLastModifiedTime(file, time);
        try (FileSystemBackend reader = reading()) {
            assertThatThrownBy(() -> reader.find("notes", "a")).isInstanceOf(CorruptionException.class);
        }
        Path manifest = root.resolve(".storage/manifest");
        byte[] bytes = Files.readAllBytes(manifest);
        bytes[40] ^= 1;
        Files.write(manifest, bytes);
        assertThatThrownBy(this::reading)
                .isInstanceOf(CorruptionException.class)
                .hasMessageContaining("manifest");
        assertThat(registrations()).isEmpty();
    }

    @Test
    void whereThereIsNoStoreNoneIsMade() {
        assertThatThrownBy(this::reading)
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("mode=ro does not make one");
        assertThat(root).isEmptyDirectory();
    }

    @Test
    void whatAKilledReaderLeftBehindHoldsNothingBack() throws IOException {
        try (FileSystemBackend writer = filled("a", 1)) {
            Files.createDirectories(new StorePaths(root).readers());
            Files.writeString(new StorePaths(root).readers().resolve("7-4711-1"), "1\n");
            Files.writeString(new StorePaths(root).readers().resolve("8-4712-1"), "");
            put(writer, "a", 2);
            writer.drain();
            assertThat(number("a")).isEqualTo(2);
            assertThat(registrations()).isEmpty();
        }
    }

    @Test
    void aClosedReaderLetsGoOfEverythingAlsoOfWhatATransactionUsed() {
        try (FileSystemBackend writer = filled("a", 1)) {
            FileSystemBackend reader = reading();
            BackendTransaction left = reader.begin(TransactionOptions.READ_ONLY);
            put(writer, "a", 2);
            reader.refresh();
            assertThat(registrations()).hasSize(2);
            reader.close();
            assertThat(registrations()).isEmpty();
            assertThatThrownBy(() -> left.find("notes", "a")).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(reader::refresh).isInstanceOf(IllegalStateException.class);
            left.close();
        }
    }

    private FileSystemBackend filled(Object... notes) {
        FileSystemBackend writer = open(root, Layout.OPTION, layout());
        writer.createTable(NOTES);
        for (int i = 0; i < notes.length; i += 2) {
            put(writer, (String) notes[i], (Integer) notes[i + 1]);
        }
        return writer;
    }

    private FileSystemBackend reading(String... options) {
        List<String> all = new ArrayList<>(List.of("mode", "ro"));
        all.addAll(List.of(options));
        return open(root, all.toArray(String[]::new));
    }

    private static void put(FileSystemBackend store, String id, long n) {
        store.write("notes", WriteMode.UPSERT, List.of(note(id, n)));
    }

    private static String row(String id, long n) {
        return "{\"id\": \"" + id + "\", \"n\":" + n + "}";
    }

    /** The number of a row in its file. */
    private long number(String id) throws IOException {
        Matcher number = NUMBER.matcher(stored(id).orElseThrow());
        assertThat(number.find()).isTrue();
        return Long.parseLong(number.group(1));
    }

    /** Of the stores that are made. */
    String layout() {
        return "entity";
    }

    /** The file that has a row. */
    Path file(String id) {
        return root.resolve("notes").resolve(id + ".json");
    }

    /** A row whose own file has not been touched is found by a reader that was told to try again. */
    void findUntouched(BackendTransaction before, Row row) {
        assertThat(before.find("notes", row.get("id"))).hasValue(row);
    }

    /** What a row's file says of it. */
    Optional<String> stored(String id) throws IOException {
        return Files.exists(file(id)) ? Optional.of(Files.readString(file(id))) : Optional.empty();
    }

    /** Does what a person may do to a row, with an editor: writes something in its place, or nothing. */
    void edit(String id, String text) throws IOException {
        if (text.isEmpty()) {
            Files.delete(file(id));
        } else {
            Files.writeString(file(id), text);
        }
    }

    private static Map<String, Long> numbers(FileSystemBackend store) {
        Map<String, Long> numbers = new TreeMap<>();
        for (Row row : rows(store, "notes").values()) {
            numbers.put((String) row.get("id"), (Long) row.get("n"));
        }
        return numbers;
    }

    private List<Path> registrations() {
        Path readers = new StorePaths(root).readers();
        if (!Files.exists(readers)) {
            return List.of();
        }
        try (Stream<Path> files = Files.list(readers)) {
            return files.toList();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** All files, and when they were changed. */
    private Map<String, String> content() throws IOException {
        Map<String, String> content = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                content.put(
                        root.relativize(file).toString(),
                        Files.getLastModifiedTime(file)
                                + new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1));
            }
        }
        return content;
    }
}
