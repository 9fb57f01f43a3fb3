package io.taskmover.storage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TableWriterTest {
    private static final RowType TYPE =
            RowType.of(List.of(Column.of("name", DataType.TEXT), Column.of("area", DataType.REAL)));

    @Test
    void wideCharactersTakeTwoColumnsAndNumbersStandToTheRight() throws IOException {
        assertThat(table(Terminal.NONE, Row.of(TYPE, "日本", 377975.0), Row.of(TYPE, "é", 0.5), Row.of(TYPE, null, null)))
                .isEqualTo("""
                        name    area
                        ────  ──────
                        日本  377975
                        é        0.5

                        (3 rows)
                        """);
    }

    @Test
    void whatDoesNotFitIsCutWithAnEllipsis() throws IOException {
        Terminal narrow = new Terminal(true, true, false, 20);
        String text = table(narrow, Row.of(TYPE, "日本語の長い名前です", 1.0), Row.of(TYPE, "line\nbreak", 12345.0));

        assertThat(text.lines())
                .allSatisfy(line -> assertThat(DisplayWidth.of(line)).isLessThanOrEqualTo(20));
        assertThat(text).contains("…").contains("line␊break").contains("12345");
    }

    @Test
    void columnsThatFindNoRoomAreCounted() throws IOException {
        RowType many = RowType.of(IntStream.range(0, 9)
                .mapToObj(i -> Column.of("column" + i, DataType.JSON))
                .toList());
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowWriter writer = OutputFormat.TABLE.writer(out, many, new Terminal(true, true, false, 30));
        writer.write(Row.of(many, "bare text", "", "", "", "", "", "", "", ""));
        writer.finish();

        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("""
                        column0    column1  column2
                        ─────────  ───────  ───────
                        bare text
                        (1 row, 3 of 9 columns)
                        """);
    }

    @Test
    void coloursAppearOnlyWhereTheTerminalHasThem() throws IOException {
        assertThat(table(new Terminal(true, true, true, 80), Row.of(TYPE, "x", 1.0)))
                .contains("\u001b[1m");
        assertThat(table(Terminal.NONE, Row.of(TYPE, "x", 1.0))).doesNotContain("\u001b");
    }

    @Test
    void rowsBehindTheFirstHundredsStreamInTheSameWidths() throws IOException {
        Row[] rows = new Row[2_000];
        for (int i = 0; i < rows.length; i++) {
            rows[i] = Row.of(TYPE, i < 1_000 ? "a" : "longer than before", (double) i);
        }
        assertThat(table(Terminal.NONE, rows)).contains("lon…  1999").endsWith("(2000 rows)\n");
    }

    @Test
    void flagsFamiliesAndAccentsAreAsWideAsTheyLook() {
        assertThat(DisplayWidth.of("🇫🇷")).isEqualTo(2);
        assertThat(DisplayWidth.of("e\u0301")).isEqualTo(1);
        assertThat(DisplayWidth.of("👨‍👩‍👧")).isEqualTo(2);
        assertThat(DisplayWidth.of("한글")).isEqualTo(4);
        assertThat(DisplayWidth.truncate("🇫🇷🇫🇷🇫🇷", 5)).isEqualTo("🇫🇷🇫🇷…");
    }

    private static String table(Terminal terminal, Row... rows) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        RowWriter writer = OutputFormat.TABLE.writer(out, TYPE, terminal);
        for (Row row : rows) {
            writer.write(row);
        }
        writer.finish();
        return out.toString(StandardCharsets.UTF_8);
    }
}
