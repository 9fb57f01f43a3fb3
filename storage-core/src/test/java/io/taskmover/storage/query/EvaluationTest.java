package io.taskmover.storage.query;

import static io.taskmover.storage.query.QueryFixture.THINGS;
import static io.taskmover.storage.query.QueryFixture.TYPE;
import static io.taskmover.storage.query.QueryFixture.row;
import static io.taskmover.storage.query.QueryFixture.truth;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition.And;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.Or;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What bound queries answer over rows in memory. */
class EvaluationTest {
    private static final Row NULLS = row(Map.of("id", "1"));

    private static Condition where(String condition) {
        return Jdql.parse("where " + condition).toSelect("things").condition();
    }

    private static Object value(String expression, Row row) {
        Comparison comparison = (Comparison) QueryFixture.bind(where(expression + " = " + expression));
        return Evaluation.expression(comparison.left(), TYPE).apply(row);
    }

    private static Row json(String field, Object value) {
        Map<String, Object> members = new HashMap<>();
        members.put(field, value);
        return row(Map.of("id", "1", "doc", members));
    }

    @Test
    void connectivesFollowTheTablesOfThreeValuedLogic() {
        Condition[] operands = {where("1 = 2"), where("n = 1"), where("1 = 1")};
        Boolean[] values = {false, null, true};
        for (int a = 0; a < 3; a++) {
            assertThat(truth(operands[a].not(), NULLS)).isEqualTo(values[2 - a]);
            for (int b = 0; b < 3; b++) {
                List<Condition> both = List.of(operands[a], operands[b]);
                assertThat(truth(new And(both), NULLS)).isEqualTo(values[Math.min(a, b)]);
                assertThat(truth(new Or(both), NULLS)).isEqualTo(values[Math.max(a, b)]);
                for (int c = 0; c < 3; c++) {
                    List<Condition> three = List.of(operands[a], operands[b], operands[c]);
                    assertThat(truth(new And(three), NULLS)).isEqualTo(values[Math.min(a, Math.min(b, c))]);
                    assertThat(truth(new Or(three), NULLS)).isEqualTo(values[Math.max(a, Math.max(b, c))]);
                }
            }
        }
        assertThat(truth(new And(List.of()), NULLS)).isTrue();
        assertThat(truth(new Or(List.of()), NULLS)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "n = 1", "n <> 1", "n < 1", "n between 1 and 2", "n in (1, 2)", "n not in (1, 2)", "title like '%'",
                "title not like 'a'", "n = m", "n + 1 = 2", "title || 'x' = 'x'", "abs(n) = 1", "doc.a = 1",
                        "doc.a = doc.b",
                "doc.a like '%'", "x in (1.5)", "price = 1",
            })
    void whatMeetsNullIsUnknown(String condition) {
        assertThat(truth(where(condition), NULLS)).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "7 / 2, 3",
        "-7 / 2, -3",
        "7 / -2, -3",
        "n + m, 9",
        "n - m, 5",
        "n * m, 14",
        "n / m, 3",
        "-n, -7",
        "abs(-n), 7",
        "length(title), 4",
        "length(''), 0",
    })
    void integersComputeExactly(String expression, long result) {
        Row row = row(Map.of("id", "1", "n", 7, "m", 2, "title", "a😀bc"));
        assertThat(value(expression, row)).isEqualTo(result);
    }

    @Test
    void realsAndDecimalsComputeInTheirType() {
        Row row = row(Map.of("id", "1", "n", 7, "x", 2.5, "price", "0.10"));
        assertThat(value("x * n", row)).isEqualTo(17.5);
        assertThat(value("n / x", row)).isEqualTo(2.8);
        assertThat(value("price + n", row)).isEqualTo(new BigDecimal("7.10"));
        assertThat(value("price * price", row)).isEqualTo(new BigDecimal("0.0100"));
        assertThat(value("price * x", row)).isEqualTo(0.25);
        assertThat(value("n / (price * 30)", row)).isEqualTo(new BigDecimal("2.333333333333333333333333333333333"));
        assertThat(value("abs(-price)", row)).isEqualTo(new BigDecimal("0.10"));
        assertThat(value("-x", row)).isEqualTo(-2.5);
    }

    @ParameterizedTest
    @CsvSource({
        "n + 1, INTEGER overflow: 9223372036854775807 + 1",
        "m - 1, INTEGER overflow: -9223372036854775808 - 1",
        "n * 2, INTEGER overflow: 9223372036854775807 * 2",
        "m / -1, INTEGER overflow: -9223372036854775808 / -1",
        "n / 0, Division by zero: 9223372036854775807 / 0",
        "-m, INTEGER overflow: -(-9223372036854775808)",
        "abs(m), INTEGER overflow: -(-9223372036854775808)",
        "x * 10, REAL overflow: 1.7976931348623157E308 * 10.0",
        "x / 0, Division by zero: 1.7976931348623157E308 / 0",
        "price / 0, Division by zero: 1.5 / 0",
        "'left(title, -(n / n))', 'LEFT takes a count of at least 0, not -1'",
        "'right(title, -1)', 'RIGHT takes a count of at least 0, not -1'",
    })
    void arithmeticThatHasNoResultFails(String expression, String message) {
        Row row = row(Map.of(
                "id",
                "1",
                "n",
                Long.MAX_VALUE,
                "m",
                Long.MIN_VALUE,
                "x",
                Double.MAX_VALUE,
                "price",
                "1.5",
                "title",
                "t"));
        assertThatThrownBy(() -> value(expression, row))
                .isInstanceOf(QueryException.class)
                .hasMessage(message);
    }

    @Test
    void decimalsDoNotGrowWithoutEnd() {
        Row row = row(Map.of("id", "1", "price", "9".repeat(600)));
        assertThatThrownBy(() -> value("price * price", row))
                .isInstanceOf(QueryException.class)
                .hasMessageEndingWith("must have at most 1000 digits, not 1200");
    }

    @Test
    void textIsCountedInCodePointsAndCasedInAsciiOnly() {
        Row row = row(Map.of("id", "1", "title", "😀Äa\uDBFF\uDFFFzß"));
        assertThat(value("left(title, 1)", row)).isEqualTo("😀");
        assertThat(value("left(title, 3)", row)).isEqualTo("😀Äa");
        assertThat(value("right(title, 3)", row)).isEqualTo("\uDBFF\uDFFFzß");
        assertThat(value("left(title, 0)", row)).isEqualTo("");
        assertThat(value("right(title, 99)", row)).isEqualTo("😀Äa\uDBFF\uDFFFzß");
        assertThat(value("left(title, 9223372036854775807)", row)).isEqualTo("😀Äa\uDBFF\uDFFFzß");
        assertThat(value("upper(title)", row)).isEqualTo("😀ÄA\uDBFF\uDFFFZß");
        assertThat(value("lower(title || 'ÀÉZ[@')", row)).isEqualTo("😀Äa\uDBFF\uDFFFzßÀÉz[@");
    }

    @Test
    void likeAgreesWithTheObviousMatcher() {
        Random random = new Random(5);
        String[] symbols = {"a", "b", "😀", "%", "_", "\\", "\uE000"};
        for (int i = 0; i < 50_000; i++) {
            String pattern = word(random, symbols, 7);
            String text = word(random, symbols, 7);
            assertThat(LikePattern.compile(pattern).test(text))
                    .as("'%s' like '%s'", text, pattern)
                    .isEqualTo(matches(
                            pattern.codePoints().toArray(), 0, text.codePoints().toArray(), 0));
        }
    }

    private static String word(Random random, String[] symbols, int length) {
        StringBuilder word = new StringBuilder();
        for (int i = random.nextInt(length); i > 0; i--) {
            word.append(symbols[random.nextInt(symbols.length)]);
        }
        return word.toString();
    }

    private static boolean matches(int[] pattern, int p, int[] text, int t) {
        if (p == pattern.length) {
            return t == text.length;
        }
        if (pattern[p] == '%') {
            return matches(pattern, p + 1, text, t) || (t < text.length && matches(pattern, p, text, t + 1));
        }
        return t < text.length && (pattern[p] == '_' || pattern[p] == text[t]) && matches(pattern, p + 1, text, t + 1);
    }

    @Test
    void likeOfManyPercentsTakesNoExponentialTime() {
        assertThat(LikePattern.compile("%a".repeat(500) + "%b").test("a".repeat(5_000)))
                .isFalse();
    }

    @Test
    void aValueOfAnotherKindInJsonIsUnknown() {
        assertThat(truth(where("doc.a = 1"), json("a", 1))).isTrue();
        assertThat(truth(where("doc.a = 1"), json("a", new BigDecimal("1.0")))).isTrue();
        assertThat(truth(where("doc.a < 1.5"), json("a", 1))).isTrue();
        assertThat(truth(where("doc.a = 1"), json("a", "1"))).isNull();
        assertThat(truth(where("doc.a = '1'"), json("a", 1))).isNull();
        assertThat(truth(where("doc.a = true"), json("a", "true"))).isNull();
        assertThat(truth(where("doc.a = true"), json("a", true))).isTrue();
        assertThat(truth(where("doc.a = 'x'"), json("a", List.of("x")))).isNull();
        assertThat(truth(where("doc.a in (1, 'x')"), json("a", "x"))).isTrue();
        assertThat(truth(where("doc.a in (1, 'x')"), json("a", "y"))).isNull();
        assertThat(truth(where("doc.a = 9007199254740993"), json("a", (1L << 53) + 1)))
                .isTrue();
        assertThat(truth(where("doc.a = 9007199254740992"), json("a", (1L << 53) + 1)))
                .isFalse();
    }

    @Test
    void nothingAtAPlaceIsNull() {
        assertThat(truth(where("doc.a is null"), json("a", null))).isTrue();
        assertThat(truth(where("doc.b is null"), json("a", 1))).isTrue();
        assertThat(truth(where("doc.a.b is null"), json("a", 1))).isTrue();
        assertThat(truth(where("doc.a is null"), json("a", List.of()))).isFalse();
        assertThat(truth(where("doc.a is null"), NULLS)).isTrue();
        assertThat(truth(where("doc.a.x = 1"), json("a", Map.of("x", 1)))).isTrue();
    }

    @Test
    void placesInJsonCompareWithEachOtherAndWithColumnsByKind() {
        Row row = row(Map.of(
                "id",
                "1",
                "title",
                "t",
                "n",
                1,
                "price",
                "1.5",
                "doc",
                Map.of("t", "t", "u", "u", "one", 1, "half", 1.5, "yes", true)));
        assertThat(truth(where("doc.t < doc.u"), row)).isTrue();
        assertThat(truth(where("doc.one < doc.half"), row)).isTrue();
        assertThat(truth(where("doc.one = doc.t"), row)).isNull();
        assertThat(truth(where("doc.t = title"), row)).isTrue();
        assertThat(truth(where("title = doc.one"), row)).isNull();
        assertThat(truth(where("doc.one = n"), row)).isTrue();
        assertThat(truth(where("price = doc.half"), row)).isTrue();
        assertThat(truth(where("doc.t || doc.u = 'tu'"), row)).isTrue();
        assertThat(truth(where("doc.one + doc.half = 2.5"), row)).isTrue();
        assertThat(truth(where("doc.t + 1 = 2"), row)).isNull();
        assertThat(truth(where("length(doc.one) = 1"), row)).isNull();
    }

    @Test
    void inFindsDecimalsAndRealsByValue() {
        Row row = row(Map.of("id", "1", "price", "1.50", "x", -0.0));
        assertThat(truth(where("price in (1.5, 2)"), row)).isTrue();
        assertThat(truth(where("x in (0, 1)"), row)).isTrue();
        assertThat(truth(where("x = 0"), row)).isTrue();
    }

    @Test
    void sortsNullsLastAndDescendingFirst() {
        assertThat(sorted(Sort.asc("n"), 3L, null, 1L, 2L)).containsExactly(1L, 2L, 3L, null);
        assertThat(sorted(Sort.desc("n"), 3L, null, 1L, 2L)).containsExactly(null, 3L, 2L, 1L);
    }

    private static List<Object> sorted(Sort sort, Object... values) {
        List<Row> rows = new ArrayList<>();
        for (Object value : values) {
            Map<String, Object> map = new HashMap<>();
            map.put("id", "1");
            map.put(sort.path().column(), value);
            rows.add(row(map));
        }
        List<Sort> sorts =
                Select.from("things").orderBy(List.of(sort)).bind(THINGS).sorts();
        rows.sort(Evaluation.comparator(sorts, TYPE));
        List<Object> result = new ArrayList<>();
        rows.forEach(row -> result.add(row.get(sort.path().column())));
        return result;
    }

    @Test
    void sortsKindsInJsonOneAfterTheOther() {
        List<Object> order = Arrays.asList(
                false,
                true,
                new BigDecimal("-1E+400"),
                Long.MIN_VALUE,
                1L,
                new BigDecimal("1.5"),
                (1L << 53),
                (1L << 53) + 1,
                new BigDecimal("1E+30"),
                "",
                "a",
                "\uE000",
                "😀");
        List<Row> rows =
                new ArrayList<>(order.stream().map(value -> json("a", value)).toList());
        Collections.shuffle(rows, new Random(6));
        rows.sort(Evaluation.comparator(List.of(Sort.asc("doc.a")), TYPE));
        assertThat(rows.stream().<Object>map(row -> ((Map<?, ?>) row.get("doc")).get("a")))
                .containsExactlyElementsOf(order);
        var comparator = Evaluation.comparator(List.of(Sort.asc("doc.a")), TYPE);
        for (Row nothing : List.of(NULLS, json("a", null), json("a", List.of(1)), json("a", Map.of()), json("b", 1))) {
            assertThat(comparator.compare(json("a", "z"), nothing)).isNegative();
            assertThat(comparator.compare(nothing, NULLS)).isZero();
        }
    }

    @Test
    void projectsColumnsAndPlaces() {
        List<Path> paths = List.of(Path.of("doc", "a"), Path.of("n"), Path.of("doc", "a", "b"));
        Row row = Evaluation.projection(paths, TYPE).apply(row(Map.of("id", "1", "n", 5, "doc", Map.of("a", "x"))));
        Map<String, Object> expected = new LinkedHashMap<>();
        expected.put("doc.a", "x");
        expected.put("n", 5L);
        expected.put("doc.a.b", null);
        assertThat(row.toMap()).isEqualTo(expected);
        assertThat(row.type().column(0).type()).isEqualTo(DataType.JSON);
        assertThat(row.type().column(1)).isEqualTo(THINGS.column("n"));
        assertThat(Evaluation.projectionType(List.of(), TYPE)).isSameAs(TYPE);
        assertThat(Evaluation.projection(List.of(), TYPE).apply(NULLS)).isSameAs(NULLS);
    }
}
