package io.taskmover.storage.cli.input;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;

class RecordReaderTest {

    @Test
    void linesKeepTheOrderOfTheirMembersAndPassOverBlankOnes() throws Exception {
        List<InputRecord> records = read(Format.JSONL, "\uFEFF{\"b\": 1, \"a\": [null]}\r\n  \n{\"a\": 2.50}");

        assertThat(records.get(0).values().keySet()).containsExactly("b", "a");
        assertThat(records.get(0).values().get("a")).isEqualTo(Arrays.asList((Object) null));
        assertThat(records.get(1).values().get("a")).hasToString("2.50");
        assertThat(records.get(1).place()).isEqualTo(Place.line("standard input", 3));
    }

    @Test
    void aBadLineIsNamedByFileLineAndColumnInCharacters() {
        assertThat(problem(Format.JSONL, "{\"a\": 1}\n{\"é€😀\": x}\n"))
                .startsWith("standard input line 2, column 9: not JSON: ");
        assertThat(problem(Format.JSONL, "[1]"))
                .isEqualTo("standard input line 1, column 1: a line must be one JSON object, not an array");
        assertThat(problem(Format.JSONL, "{\"a\": 1} {}")).contains("column 10", "something follows");
        assertThat(problem(Format.JSONL, "{\"a\": 1, \"a\": 2}")).contains("'a' appears twice");
        assertThat(problem(Format.JSONL, "{\"a\": \"\\u0000\"}")).contains("must not contain NUL");
        assertThat(problem(Format.JSONL, "{\"a\": 1"))
                .contains("line 1, column 8")
                .doesNotContain("Source");
    }

    @Test
    void aLineThatIsNotUtf8IsBad() {
        byte[] bytes = {'{', '"', 'a', '"', ':', '"', (byte) 0xFF, '"', '}'};
        assertThat(problem(Format.JSONL, bytes)).contains("line 1", "UTF-8");
        byte[] csv = {'a', ',', 'b', '\n', '1', ',', (byte) 0xFF};
        assertThat(problem(Format.CSV, csv))
                .isEqualTo("standard input line 2, column 3: the field that starts here is not UTF-8");
        byte[] json = {'[', '{', '"', 'a', '"', ':', '"', (byte) 0xFF, '"', '}', ']'};
        assertThat(problem(Format.JSON, json)).contains("line 1", "not UTF-8");
    }

    @Test
    void readingGoesOnBehindABadLine() throws Exception {
        try (InputFile file = file(Format.JSONL, "{\"a\":1}\noops\n{\"a\":3}".getBytes(StandardCharsets.UTF_8));
                RecordReader reader = file.read()) {
            assertThat(reader.next()).isNotNull();
            assertThat(catchThrowableOfType(BadRecordException.class, reader::next)
                            .fatal())
                    .isFalse();
            assertThat(reader.next().values()).containsEntry("a", 3L);
            assertThat(reader.next()).isNull();
        }
    }

    @Test
    void anArrayStreamsItsObjectsAndAnyOtherElementIsBad() throws Exception {
        assertThat(read(Format.JSON, "[ {\"a\": 1},\n {\"a\": {\"b\": []}} ]")).hasSize(2);
        assertThat(read(Format.JSON, "[]")).isEmpty();
        assertThat(read(Format.JSON, "{\"a\": 1}\n{\"a\": 2}")).hasSize(2);
        assertThat(problem(Format.JSON, "[\n  7]"))
                .isEqualTo("standard input line 2, column 3: an element must be a JSON object, not a number");
        assertThat(problem(Format.JSON, "[{\"é\": 1},\n{\"b\": }]")).contains("line 2, column 7");
        assertThat(problem(Format.JSON, "[{}] 1")).contains("something follows");
        assertThat(problem(Format.JSON, "[{\"a\": 1}")).contains("not JSON");
    }

    @Test
    void csvFollowsRfc4180() throws Exception {
        List<InputRecord> records =
                read(Format.CSV, "id,\"na\"\"me\",note\r\n1,\"a, b\",\r\n2,\"two\r\nlines\",\"\"\r\n\r\n3,é,x\n");

        assertThat(records)
                .extracting(InputRecord::values)
                .containsExactly(
                        row("id", "1", "na\"me", "a, b", "note", null),
                        row("id", "2", "na\"me", "two\r\nlines", "note", ""),
                        row("id", "3", "na\"me", "é", "note", "x"));
        assertThat(records.get(2).place().line()).isEqualTo(6);
    }

    @Test
    void badCsvIsNamedByLineAndColumn() {
        assertThat(problem(Format.CSV, "a,b\n1\n"))
                .isEqualTo("standard input line 2: 1 fields, but the header names 2");
        assertThat(problem(Format.CSV, "a,b\né,x\"y\n")).startsWith("standard input line 2, column 4: a quote inside");
        assertThat(problem(Format.CSV, "a,b\n1,\"x\" y\n"))
                .startsWith("standard input line 2, column 6: something follows");
        assertThat(problem(Format.CSV, "a,b\n1,\"x\n\n"))
                .isEqualTo("standard input line 2, column 3: the quote that opens here is never closed");
        assertThat(problem(Format.CSV, "a,a\n")).isEqualTo("standard input line 1: the header names 'a' twice");
        assertThat(problem(Format.CSV, "a,\n")).contains("column 2 of the header has no name");
        assertThat(problem(Format.CSV, "")).contains("no header line");
    }

    @Test
    void compressionIsSeenByTheFirstBytes() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write("{\"a\":1}\n".getBytes(StandardCharsets.UTF_8));
        }
        try (InputFile file = file(Format.JSONL, bytes.toByteArray());
                RecordReader reader = file.read()) {
            assertThat(reader.next().values()).containsEntry("a", 1L);
            assertThat(reader.bytesRead()).isEqualTo(bytes.size());
        }
    }

    @Test
    void linesLongerThanAnyBufferAreWhole() throws Exception {
        String text = "x".repeat(200_000);
        assertThat(read(Format.JSONL, "{\"a\":\"" + text + "\"}\n{\"a\":\"" + text + "\"}"))
                .allSatisfy(record -> assertThat(record.values()).containsEntry("a", text));
    }

    private static Map<String, Object> row(Object... pairs) {
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            row.put((String) pairs[i], pairs[i + 1]);
        }
        return row;
    }

    private static List<InputRecord> read(Format format, String text) throws IOException, BadRecordException {
        return read(format, text.getBytes(StandardCharsets.UTF_8));
    }

    private static List<InputRecord> read(Format format, byte[] bytes) throws IOException, BadRecordException {
        List<InputRecord> records = new ArrayList<>();
        try (InputFile file = file(format, bytes);
                RecordReader reader = file.read()) {
            for (InputRecord record = reader.next(); record != null; record = reader.next()) {
                records.add(record);
            }
        }
        return records;
    }

    private static String problem(Format format, String text) {
        return problem(format, text.getBytes(StandardCharsets.UTF_8));
    }

    private static String problem(Format format, byte[] bytes) {
        return catchThrowableOfType(BadRecordException.class, () -> read(format, bytes))
                .getMessage();
    }

    private static InputFile file(Format format, byte[] bytes) throws IOException {
        InputStream in = new ByteArrayInputStream(bytes);
        return InputFile.open(InputFile.STDIN, format, in);
    }
}
