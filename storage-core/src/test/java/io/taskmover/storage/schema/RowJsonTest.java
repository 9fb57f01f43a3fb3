package io.taskmover.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowJsonTest {
    private static final RowType ALL_TYPES = RowType.of(List.of(
            Column.of("id", DataType.TEXT),
            Column.of("n", DataType.INTEGER),
            Column.of("r", DataType.REAL),
            Column.of("d", DataType.DECIMAL),
            Column.of("b", DataType.BOOLEAN),
            Column.of("at", DataType.TIMESTAMP),
            Column.of("day", DataType.DATE),
            Column.of("time", DataType.TIME),
            Column.of("uuid", DataType.UUID),
            Column.of("blob", DataType.BLOB),
            Column.of("json", DataType.JSON)));
    private static final RowJson JSON = RowJson.of(ALL_TYPES);
    private static final RowJson.UnknownMembers NONE = (name, value) -> {
        throw new AssertionError("unknown member " + name);
    };

    private static final Row ROW = Row.of(
            ALL_TYPES,
            "t1",
            Long.MIN_VALUE,
            0.1,
            new BigDecimal("1.50"),
            true,
            Instant.parse("2024-02-29T12:00:00.000000001Z"),
            LocalDate.of(1, 1, 1),
            LocalTime.of(23, 59, 59, 999_999_999),
            UUID.fromString("ffffffff-0000-4000-8000-000000000001"),
            Blob.of(new byte[] {0, -1, 127}),
            Json.canonical(Map.of("b", List.of(1, 2.50, "x"), "a", Map.of())));

    @Test
    void writesOneMemberForEachColumnInOrder() {
        assertThat(JSON.line(ROW))
                .isEqualTo("{\"id\":\"t1\",\"n\":-9223372036854775808,\"r\":0.1,\"d\":1.50,\"b\":true,"
                        + "\"at\":\"2024-02-29T12:00:00.000000001Z\",\"day\":\"0001-01-01\","
                        + "\"time\":\"23:59:59.999999999\",\"uuid\":\"ffffffff-0000-4000-8000-000000000001\","
                        + "\"blob\":\"AP9/\",\"json\":{\"a\":{},\"b\":[1,2.5,\"x\"]}}");
    }

    @Test
    void writesFilesForPeopleToReadAndCompare() {
        RowType type = RowType.of(List.of(
                Column.of("id", DataType.TEXT), Column.of("tags", DataType.JSON), Column.of("more", DataType.JSON)));
        Row row = Row.of(type, "é😀", Json.canonical(List.of("a", "b")), Json.canonical(Map.of("x", List.of())));
        assertThat(new String(RowJson.of(type).file(row), StandardCharsets.UTF_8))
                .isEqualTo("""
                        {
                          "id": "é😀",
                          "tags": [
                            "a",
                            "b"
                          ],
                          "more": {
                            "x": []
                          }
                        }
                        """);
    }

    @Test
    void readsBackWhatItWrote() {
        assertThat(JSON.read(JSON.file(ROW), NONE)).isEqualTo(ROW);
        assertThat(JSON.read(utf8(JSON.line(ROW)), NONE)).isEqualTo(ROW);
    }

    @Test
    void leavesOutNullsButNotWhereAColumnHasADefault() {
        RowType type = RowType.of(List.of(
                Column.of("a", DataType.TEXT), Column.of("b", DataType.INTEGER).withDefault(7)));
        RowJson json = RowJson.of(type);
        Row nulls = Row.of(type, null, null);
        assertThat(json.line(nulls)).isEqualTo("{\"b\":null}");
        assertThat(json.read(utf8("{\"b\":null}"), NONE)).isEqualTo(nulls);
        assertThat(json.read(utf8("{}"), NONE)).isEqualTo(Row.of(type, null, 7L));
    }

    @Test
    void takesMembersInAnyOrderAndReportsThoseThatAreNoColumns() {
        Map<String, @Nullable Object> unknown = new LinkedHashMap<>();
        Row row = JSON.read(utf8("{\"n\":1,\"x\":[1],\"id\":\"a\",\"y\":null}"), unknown::put);
        assertThat(row.get("id")).isEqualTo("a");
        assertThat(row.get("n")).isEqualTo(1L);
        assertThat(unknown)
                .containsExactly(Map.entry("x", List.of(1L)), new java.util.AbstractMap.SimpleEntry<>("y", null));
    }

    @Test
    void keepsTheScaleOfDecimalsAndTheSignOfZero() {
        RowType type = RowType.of(List.of(Column.of("d", DataType.DECIMAL), Column.of("r", DataType.REAL)));
        RowJson json = RowJson.of(type);
        for (String decimal : List.of("0", "1.00", "1E+6", "1E-10000", "-0.00", "9".repeat(1_000))) {
            for (double real : new double[] {-0.0, 0.0, 2.0E-3, Double.MIN_VALUE, Double.MAX_VALUE, 1e23, 2e15}) {
                Row row = Row.of(type, new BigDecimal(decimal), real);
                assertThat(json.read(utf8(json.line(row)), NONE)).isEqualTo(row);
            }
        }
        assertThat(json.read(utf8("{\"d\":\"1.20\",\"r\":3}"), NONE))
                .isEqualTo(Row.of(type, new BigDecimal("1.20"), 3.0));
    }

    @Test
    void saysWhichMemberIsWrongAndWhere() {
        List<String> texts = List.of(
                "{\n  \"n\": \"x\"}",
                "{\n  \"n\": 1.5}",
                "{\n  \"b\": 1}",
                "{\n  \"day\": \"2024-02-30\"}",
                "{\n  \"blob\": \"?\"}",
                "{\n  \"r\": 1e999}",
                "{\n  \"id\": \"\\u0000\"}",
                "{\n  \"id\": {}}",
                "{\n  \"uuid\": \"1-1-1-1-1\"}");
        List<String> messages = new ArrayList<>();
        for (String text : texts) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> JSON.read(utf8(text), NONE))
                    .satisfies(e -> messages.add(e.getMessage()));
        }
        assertThat(messages).allSatisfy(message -> assertThat(message).startsWith("line 2, column "));
        assertThat(messages.get(0)).endsWith("the member 'n' must be INTEGER, not the text \"x\"");
        assertThat(messages.get(7)).endsWith("the member 'id' must be TEXT, not an object");
    }

    @Test
    void refusesWhatIsNotOneObject() {
        for (String text :
                List.of("", "[]", "{", "{}x", "{} {}", "null", "{\"n\":1,\"n\":2}", "{\"x\":{\"a\":1,\"a\":2}}")) {
            assertThatIllegalArgumentException().as(text).isThrownBy(() -> JSON.read(utf8(text), (name, value) -> {}));
        }
    }

    @Test
    void takesJsonAsDeepAsAColumnMayHold() {
        Object deep = 1L;
        for (int i = 0; i < Json.MAX_DEPTH; i++) {
            deep = List.of(deep);
        }
        RowType type = RowType.of(List.of(Column.of("j", DataType.JSON)));
        Row row = Row.of(type, deep);
        assertThat(RowJson.of(type).read(RowJson.of(type).file(row), NONE)).isEqualTo(row);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
