package io.taskmover.storage.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.error.QueryException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a person is told about a text that is not JDQL. */
class JdqlErrorTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "select | 7 | found the end, expected a field or 'count(this)'",
                "select a b | 10 | found 'b', expected ',', 'from', 'where', 'order by' or the end",
                "select count(*) | 14 | found '*', expected 'this'",
                "select a, count(this) | 16 | found '(', expected ',', 'from', 'where', 'order by' or the end",
                "hello | 1 | found 'hello', expected 'select', 'from', 'where', 'order by' or the end",
                "from 'x' | 6 | found the text 'x', expected the name of an entity or table",
                "from T order a | 14 | found 'a', expected 'by'",
                "order by a, | 12 | found the end, expected a field to order by",
                "order by a desc b | 17 | found 'b', expected ',', 'asc', 'desc' or the end",
                "delete from T | 1 | only select statements can be run as a query",
                "where | 6 | found the end, expected a value: a field, a literal, a parameter or a function",
                "where a | 8 | found the end, expected a comparison: '=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'like' or 'is'",
                "where a = | 10 | found the end, expected a value: a field, a literal, a parameter or a function",
                "where a == 1 | 10 | found '=', expected a value: a field, a literal, a parameter or a function",
                "where a != 1 | 9 | found '!=', expected '<>' for not equal",
                "where a = null | 11 | null cannot be a value here; test for it with 'is null' or 'is not null'",
                "where a = 1 b = 2 | 13 | found 'b', expected 'and', 'or', 'order by' or the end",
                "where a not 1 | 13 | found the number 1, expected 'between', 'in' or 'like'",
                "where a is 1 | 12 | found the number 1, expected 'null' or 'not null'",
                "where a is not 1 | 16 | found the number 1, expected 'null'",
                "where a between 1 or 2 | 19 | found the reserved word 'or', expected 'and' and the upper end",
                "where a in 1 | 12 | found the number 1, expected '(' and the values",
                "where a in (1; 2) | 14 | found the character ';', which has no meaning here",
                "where a in (1 2) | 15 | found the number 2, expected ',' or ')'",
                "where a like b | 14 | found 'b', expected a pattern: a text in single quotes or a parameter",
                "where (a = 1 | 13 | found the end, expected ')' to close the parenthesis at line 1, column 7",
                "where a = (b > 1) | 11 | found a condition in parentheses, expected a value",
                "where (a) | 10 | found the end, expected a comparison: '=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'like' or 'is'",
                "where a. = 1 | 10 | found '=', expected a name after '.'",
                "where order = 1 | 7 | found the reserved word 'order', expected a value: a field, a literal, a parameter or a function",
                "where foo(a) = 1 | 7 | there is no function 'foo'; the functions are [abs, length, lower, upper, left, right]",
                "where count(this) = 1 | 7 | count(this) can only be what is selected",
                "where left(a) = 'x' | 13 | found ')', expected ','",
                "where d = local moon | 17 | found 'moon', expected 'date', 'time' or 'datetime'",
                "where a = 'x | 11 | the text that begins here has no closing '",
                "where a = \"x\" | 11 | found '\"', expected text to stand in single quotes",
                "where a = : | 11 | found ':', expected after it a name, as in :name",
                "where a = ? | 11 | found '?', expected after it a number from 1, as in ?1",
                "where a = ?0 | 11 | found '?', expected after it a number from 1, as in ?1",
                "where a = ?1x | 11 | '?1x' is not a parameter; write ?1 or :name",
                "where a = 12abc | 11 | '12abc' is not a number",
                "where a = 1_ | 11 | '1_' is not a number",
                "where a = 007 | 11 | '007' begins with 0, which means octal in Java and is not supported",
                "where a = 9223372036854775808L | 11 | '9223372036854775808L' is too large for a long",
                "where a = 1e400d | 11 | '1e400d' is too large for a double",
                "where a = 1e99999999999 | 11 | '1e99999999999' has an exponent that is too large",
                "where '😀' = '😀' # | 17 | found the character '#', which has no meaning here",
            })
    void saysWhereAndWhatAndWhatElse(String text, int column, String message) {
        QueryException error = catchThrowableOfType(QueryException.class, () -> Jdql.parse(text));
        assertThat(error).hasMessage("Line 1, column " + column + ": " + message);
        assertThat(error.line()).isEqualTo(1);
        assertThat(error.column()).isEqualTo(column);
    }

    @Test
    void countsLinesOfEveryKind() {
        QueryException error =
                catchThrowableOfType(QueryException.class, () -> Jdql.parse("where\r\n a = 'x\ny'\r and\n\n  b ="));
        assertThat(error).hasMessageStartingWith("Line 6, column 6: found the end");
    }

    @Test
    void refusesToNestWithoutEnd() {
        for (String text : List.of(
                "where " + "(".repeat(100_000),
                "where " + "not ".repeat(100_000),
                "where a = " + "-".repeat(100_000) + "b",
                "where a = " + "abs(".repeat(100_000),
                "where a = 1" + " + 1".repeat(100_000),
                "where a = 'x'" + " || 'x'".repeat(100_000))) {
            assertThatThrownBy(() -> Jdql.parse(text))
                    .isInstanceOf(QueryException.class)
                    .hasMessageEndingWith("the query nests deeper than 200 levels");
        }
    }

    @Test
    void takesLongListsWithoutNesting() {
        Jdql statement = Jdql.parse("where a = 1" + " or a = 1".repeat(100_000));
        assertThat(((Condition.Or) statement.condition()).conditions()).hasSize(100_001);
    }

    @Test
    void namesMissingAndSurplusParameters() {
        Jdql named = Jdql.parse("where a = :p and b in (:q, :p)");
        assertThatThrownBy(() -> named.bind(Map.of("p", 1)))
                .isInstanceOf(QueryException.class)
                .hasMessage("There is no value for parameter :q");
        assertThatThrownBy(() -> named.bind(Map.of()))
                .isInstanceOf(QueryException.class)
                .hasMessage("There are no values for parameters :p, :q");
        assertThatThrownBy(() -> named.bind(Map.of("p", 1, "q", 2, "r", 3)))
                .isInstanceOf(QueryException.class)
                .hasMessage("The query has no parameter :r; it has :p, :q");
        assertThatThrownBy(() -> Jdql.parse("where a = ?1").bind(1, 2))
                .isInstanceOf(QueryException.class)
                .hasMessage("The query has no parameter ?2; it has ?1");
        assertThatThrownBy(() -> Jdql.parse("where a = ?2").bind("x"))
                .isInstanceOf(QueryException.class)
                .hasMessage("There is no value for parameter ?2");
    }

    @Test
    void aListStandsOnlyInIn() {
        assertThatThrownBy(() -> Jdql.parse("where a = :p").bind(Map.of("p", List.of(1))))
                .isInstanceOf(QueryException.class)
                .hasMessage("Parameter :p is a list of values, which can only stand in 'in (…)'");
    }

    @Test
    void aParameterMayBeNull() {
        Map<String, Object> values = new HashMap<>();
        values.put("p", null);
        assertThat(Jdql.parse("where a = :p").bind(values).condition())
                .isEqualTo(Condition.compare(Path.of("a"), Condition.Operator.EQ, null));
    }

    @Test
    void aQueryForEntitiesHasNoSelectList() {
        assertThatThrownBy(() -> Jdql.parse("select a, b.c").toQuery())
                .isInstanceOf(QueryException.class)
                .hasMessage("A query for entities has no select list; found 'select a, b.c'");
        assertThatThrownBy(() -> Jdql.parse("select count(this)").toQuery())
                .isInstanceOf(QueryException.class)
                .hasMessage("A query for entities has no select list; found 'select count(this)'");
    }
}
