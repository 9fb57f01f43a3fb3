package io.taskmover.storage.query;

import static io.taskmover.storage.query.QueryFixture.THINGS;
import static io.taskmover.storage.query.QueryFixture.bind;
import static io.taskmover.storage.query.QueryFixture.row;
import static io.taskmover.storage.query.QueryFixture.truth;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition.Between;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Binding: names become columns, literals take types, and what does not fit is refused in words. */
class BinderTest {
    private static Select select(String jdql) {
        return Jdql.parse(jdql).toSelect("things");
    }

    private static Condition where(String condition) {
        return Jdql.parse("where " + condition).toSelect("things").condition();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '¦',
            quoteCharacter = '"',
            value = {
                "titel = 'x' ¦ Table 'things' has no field 'titel'; did you mean 'title'? Its columns are [id, title, ",
                "xyzzyplugh = 1 ¦ Table 'things' has no field 'xyzzyplugh'. Its columns are [id, title, ",
                "title.length = 1 ¦ Column 'title' of table 'things' is TEXT; 'title.length' leads into it, which only a JSON column allows",
                "n = 'abc' ¦ Column 'n' of table 'things' is INTEGER: 'abc' is not a number",
                "n = true ¦ Column 'n' of table 'things' is INTEGER: Boolean true is not a number",
                "title = 5 ¦ Column 'title' of table 'things' is TEXT: Long 5 is not a value of type TEXT",
                "title = n ¦ Column 'title' of table 'things' is TEXT and cannot be compared with column 'n' of table 'things', which is INTEGER",
                "due = day ¦ Column 'due' of table 'things' is TIMESTAMP and cannot be compared with column 'day' of table 'things', which is DATE",
                "due > 'yesterday' ¦ Column 'due' of table 'things' is TIMESTAMP: 'yesterday' is not a value of type TIMESTAMP",
                "doc = 'x' ¦ Column 'doc' of table 'things' is JSON and cannot be compared as a whole; compare a place in it, such as doc.name, or test it for null",
                "doc = dotted.doc ¦ Column 'doc' of table 'things' is JSON and cannot be compared as a whole; compare a place in it, such as doc.name, or test it for null",
                "doc.a = due ¦ Field 'doc.a' of table 'things' is JSON and cannot be compared with column 'due' of table 'things', which is TIMESTAMP",
                "n like 'a%' ¦ LIKE takes text; column 'n' of table 'things' is INTEGER",
                "n + title > 1 ¦ + takes numbers; column 'title' of table 'things' is TEXT",
                "-title = 1 ¦ - takes numbers; column 'title' of table 'things' is TEXT",
                "n + 'x' > 1 ¦ + takes numbers; 'x' is TEXT",
                "abs(title) = 1 ¦ ABS takes numbers; column 'title' of table 'things' is TEXT",
                "lower(n) = 'a' ¦ LOWER takes text; column 'n' of table 'things' is INTEGER",
                "title || n = 'a' ¦ || takes text; column 'n' of table 'things' is INTEGER",
                "left(title, x) = 'a' ¦ The second argument of LEFT takes an INTEGER; column 'x' of table 'things' is REAL",
                "n = 1 / 0 ¦ Division by zero: 1 / 0",
                "n = 9223372036854775807 + 1 ¦ INTEGER overflow: 9223372036854775807 + 1",
                "title = left('abc', -1) ¦ LEFT takes a count of at least 0, not -1",
                "n = :p ¦ Parameter :p has no value",
                "n = ?1 ¦ Parameter ?1 has no value",
                "title = Paris ¦ Table 'things' has no field 'Paris'; a text stands in single quotes: 'Paris'. Its columns are",
                "status = OTHER ¦ Table 'things' has no field 'OTHER' and 'status' no such constant, only [NEW, DONE, inProgress]",
                "n = DONE ¦ Table 'things' has no field 'DONE'",
                "1 = 'x' ¦ 1 cannot be compared with 'x': 'x' is not a number",
                "true = 1 ¦ true is BOOLEAN and cannot be compared with 1, which is INTEGER",
            })
    void saysWhatDoesNotFit(String condition, String message) {
        assertThatThrownBy(() -> bind(where(condition)))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith(message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\u0000b", "\ud800"})
    void refusesTextThatNoRowHolds(String text) {
        assertThatThrownBy(() -> bind(Condition.eq(Path.of("title"), text)))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith("Column 'title' of table 'things' is TEXT: the value must not contain");
        assertThatThrownBy(() -> bind(Condition.eq(Path.of("doc", "a"), text))).isInstanceOf(QueryException.class);
    }

    @Test
    void refusesNumbersThatAreNotFinite() {
        for (String column : List.of("n", "x", "price")) {
            assertThatThrownBy(() -> bind(Condition.eq(Path.of(column), Double.NaN)))
                    .isInstanceOf(QueryException.class);
            assertThatThrownBy(() -> bind(Condition.eq(Path.of(column), Double.POSITIVE_INFINITY)))
                    .isInstanceOf(QueryException.class);
        }
    }

    @Test
    void findsColumnsWithDotsInTheirNames() {
        assertThat(bind(where("dotted.name = 'x'"))).isEqualTo(Condition.eq(Path.of("dotted.name"), "x"));
        assertThat(bind(where("dotted.doc.a.b = 'x'"))).isEqualTo(Condition.eq(Path.of("dotted.doc", "a", "b"), "x"));
    }

    @Test
    void literalsTakeTheTypeOfTheColumn() {
        UUID id = UUID.fromString("00112233-4455-6677-8899-aabbccddeeff");
        assertThat(literal("price", 1)).isEqualTo(new BigDecimal("1"));
        assertThat(literal("price", 0.1)).isEqualTo(new BigDecimal("0.1"));
        assertThat(literal("x", new BigDecimal("0.1"))).isEqualTo(0.1);
        assertThat(literal("n", "17")).isEqualTo(17L);
        assertThat(literal("open", "true")).isEqualTo(true);
        assertThat(literal("ref", id.toString())).isEqualTo(id);
        assertThat(literal("day", "2026-01-02")).isEqualTo(LocalDate.of(2026, 1, 2));
        assertThat(literal("hour", "03:04")).isEqualTo(LocalTime.of(3, 4));
        assertThat(literal("due", LocalDateTime.of(2026, 1, 2, 3, 4))).isEqualTo(Instant.parse("2026-01-02T03:04:00Z"));
        assertThat(literal("title", DayOfWeek.MONDAY)).isEqualTo("MONDAY");
        assertThat(literal("bytes", new byte[] {1})).isEqualTo(io.taskmover.storage.schema.Blob.of(new byte[] {1}));
    }

    private static Object literal(String column, Object value) {
        Condition bound = bind(Condition.eq(Path.of(column), value));
        assertThat(bind(bound)).isSameAs(bound);
        return ((Literal) ((Comparison) bound).right()).value();
    }

    @Test
    void timesBeyondTheirRangeCompareAsTheyShould() {
        var row = row(Map.of("id", "1", "due", "2026-01-01T00:00:00Z", "day", "2026-01-01"));
        assertThat(truth(Condition.compare(Path.of("due"), Operator.LT, Instant.MAX), row))
                .isTrue();
        assertThat(truth(Condition.compare(Path.of("due"), Operator.GE, Instant.MIN), row))
                .isTrue();
        assertThat(truth(Condition.compare(Path.of("due"), Operator.EQ, Instant.MAX), row))
                .isFalse();
        assertThat(truth(Condition.compare(Path.of("day"), Operator.LE, LocalDate.MIN), row))
                .isFalse();
        assertThat(truth(Condition.compare(Path.of("day"), Operator.NE, LocalDate.MAX), row))
                .isTrue();
        Condition always = new Between(Path.of("due"), new Literal(Instant.MIN), new Literal(Instant.MAX));
        assertThat(truth(always, row)).isTrue();
        assertThat(truth(always, row(Map.of("id", "1")))).isNull();
    }

    @Test
    void literalsMoveToTheRightAndConstantsAreComputed() {
        assertThat(bind(where("3 < n"))).isEqualTo(where("n > 3"));
        assertThat(bind(where("n = 1 + 2 * 3"))).isEqualTo(where("n = 7"));
        assertThat(bind(where("title = upper('a' || 'b')"))).isEqualTo(where("title = 'AB'"));
        assertThat(bind(where("price > -1.50")))
                .isEqualTo(Condition.compare(Path.of("price"), Operator.GT, new BigDecimal("-1.5")));
    }

    @Test
    void literalsInArithmeticTakeItsType() {
        assertThat(bind(where("x + 1 > 2")))
                .isEqualTo(new Comparison(
                        Operator.GT,
                        new Arithmetic(Arithmetic.Operator.ADD, Path.of("x"), new Literal(1.0)),
                        new Literal(2.0)));
        assertThat(bind(where("price * 2 > 3")))
                .isEqualTo(new Comparison(
                        Operator.GT,
                        new Arithmetic(Arithmetic.Operator.MULTIPLY, Path.of("price"), new Literal(new BigDecimal(2))),
                        new Literal(new BigDecimal(3))));
        assertThat(Evaluation.typeOf(((Comparison) bind(where("n * 1.5 > 2"))).left(), QueryFixture.TYPE))
                .isEqualTo(DataType.REAL);
        assertThat(Evaluation.typeOf(((Comparison) bind(where("doc.a + n > 2"))).left(), QueryFixture.TYPE))
                .isEqualTo(DataType.REAL);
    }

    @Test
    void literalsAtPlacesInJsonAreTextNumberOrBoolean() {
        Path place = Path.of("doc", "a");
        UUID id = UUID.randomUUID();
        assertThat(nested(3)).isEqualTo(3L);
        assertThat(nested(new BigDecimal("1.5"))).isEqualTo(1.5);
        assertThat(nested(1.5f)).isEqualTo(1.5);
        assertThat(nested(id)).isEqualTo(id.toString());
        assertThat(nested(Instant.EPOCH)).isEqualTo("1970-01-01T00:00:00Z");
        assertThat(nested(DayOfWeek.MONDAY)).isEqualTo("MONDAY");
        assertThatThrownBy(() -> bind(Condition.eq(place, List.of(1))))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith(
                        "Field 'doc.a' of table 'things' is a place in JSON and cannot be compared with");
    }

    private static Object nested(Object value) {
        return ((Literal) ((Comparison) bind(Condition.eq(Path.of("doc", "a"), value))).right()).value();
    }

    @Test
    void enumConstantsAreNamesThatAreNoFields() {
        assertThat(bind(where("status = DONE"))).isEqualTo(where("status = 'DONE'"));
        assertThat(bind(where("status <> io.example.Status.inProgress"))).isEqualTo(where("status <> 'inProgress'"));
        assertThat(bind(where("status in (Status.NEW, DONE)"))).isEqualTo(where("status in ('NEW', 'DONE')"));
        assertThat(bind(where("title = Kind.BIG_ONE"))).isEqualTo(where("title = 'BIG_ONE'"));
        assertThat(bind(where("doc.kind = BIG"))).isEqualTo(where("doc.kind = 'BIG'"));
        assertThat(bind(where("title = status"))).isEqualTo(where("title = status"));
    }

    @Test
    void theKeyCompletesAnOrder() {
        assertThat(select("order by n desc").bind(THINGS).sorts()).containsExactly(Sort.desc("n"), Sort.asc("id"));
        assertThat(select("order by id desc, n").bind(THINGS).sorts()).containsExactly(Sort.desc("id"), Sort.asc("n"));
        assertThat(select("").limit(1L).bind(THINGS).sorts()).containsExactly(Sort.asc("id"));
        assertThat(select("").offset(1).bind(THINGS).sorts()).containsExactly(Sort.asc("id"));
        assertThat(select("").bind(THINGS).sorts()).isEmpty();
        TableSchema pair = TableSchema.builder("pairs")
                .column("a", DataType.INTEGER)
                .column("b", DataType.INTEGER)
                .primaryKey("b", "a")
                .build();
        assertThat(Select.from("pairs")
                        .orderBy(List.of(Sort.desc("a")))
                        .bind(pair)
                        .sorts())
                .containsExactly(Sort.desc("a"), Sort.asc("b"));
    }

    @Test
    void refusesOrdersAndProjectionsThatMeanNothing() {
        assertThatThrownBy(() -> select("order by doc").bind(THINGS))
                .isInstanceOf(QueryException.class)
                .hasMessage("Column 'doc' of table 'things' is JSON and has no order as a whole;"
                        + " sort by a place in it, such as doc.name");
        assertThatThrownBy(() -> select("select n, title, n").bind(THINGS))
                .isInstanceOf(QueryException.class)
                .hasMessage("The select list names 'n' twice");
        assertThatThrownBy(() -> select("select nothing").bind(THINGS))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith("Table 'things' has no field 'nothing'");
    }

    @Test
    void whatIsBoundIsBoundAlready() {
        for (String text : List.of(
                "",
                "select n, dotted.doc.a where n > 3.5 and x in (1, 2.5) order by dotted.name",
                "where 3 < n or not title like 'a%' and doc.a = 1 and doc.b between 'x' and 'y'",
                "where n between 1.5 and 3 or n in (1, 2.5) or n in (2.5) or x > 1 + 1 and price = 0.1",
                "where 1 = 1.5 and 2 in (n, 3) and left(title, 2) = 'ab' and length(doc.a) > 1")) {
            Select bound = select(text).bind(THINGS);
            assertThat(bound.bind(THINGS)).as(text).isSameAs(bound);
        }
    }

    @Test
    void assignmentsAreOfTheColumnsType() {
        assertThat(Assignments.of(Map.of("price", 1)).bind(THINGS).values())
                .containsEntry("price", new Literal(new BigDecimal("1")));
        Expression increment = new Arithmetic(Arithmetic.Operator.ADD, Path.of("n"), new Literal(1));
        var bound = new Assignments(Map.of("x", increment)).bind(THINGS);
        assertThat(Evaluation.typeOf(bound.values().get("x"), QueryFixture.TYPE))
                .isEqualTo(DataType.REAL);
        assertThat(bound.bind(THINGS)).isSameAs(bound);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "nn | 1 | Table 'things' has no field 'nn'; did you mean 'n'?",
                "id | 1 | Column 'id' is the key of table 'things' and cannot be assigned",
                "version | 1 | Column 'version' counts the versions of table 'things'",
                "n | 1.5 | Column 'n' of table 'things' is INTEGER: ",
                "title | 1 | Column 'title' of table 'things' is TEXT: ",
            })
    void refusesAssignments(String column, BigDecimal value, String message) {
        assertThatThrownBy(() -> Assignments.of(Map.of(column, value)).bind(THINGS))
                .isInstanceOf(QueryException.class)
                .hasMessageStartingWith(message);
        assertThatThrownBy(() -> new Assignments(Map.of("n", Path.of("x"))).bind(THINGS))
                .isInstanceOf(QueryException.class)
                .hasMessage("Column 'n' of table 'things' is INTEGER; column 'x' of table 'things' is REAL and"
                        + " cannot be assigned to it");
    }
}
