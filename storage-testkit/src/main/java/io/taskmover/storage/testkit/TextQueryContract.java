package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Sort;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Text: by code point, by case, with all its spaces; patterns. */
interface TextQueryContract extends Contract {

    /** A table {@code (id, s)} with these texts; the id is the position. With an index on {@code s} or without. */
    private TestTable texts(boolean indexed, String... texts) {
        TestTable table = table(t -> {
            t.column("id", INTEGER).column("s", TEXT).primaryKey("id");
            return indexed ? t.index("s") : t;
        });
        for (int i = 0; i < texts.length; i++) {
            table.write(WriteMode.INSERT, table.row(i, texts[i]));
        }
        table.insert(99, null);
        return table;
    }

    private void assertLike(String[] texts, String pattern, Object... ids) {
        for (boolean indexed : new boolean[] {false, true}) {
            TestTable table = texts(indexed, texts);
            assertThat(table.ids(field("s").like(pattern)))
                    .as("like '%s', indexed %s", pattern, indexed)
                    .containsExactly(ids);
        }
    }

    @Test
    default void percentMatchesAnyTextAndUnderscoreOneCodePoint() {
        String[] texts = {"", "a", "ab", "abc", "b", "😀", "a😀c", "a\nc", "aXc"};
        assertLike(texts, "%", 0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertLike(texts, "a%", 1L, 2L, 3L, 6L, 7L, 8L);
        assertLike(texts, "%b%", 2L, 3L, 4L);
        assertLike(texts, "_", 1L, 4L, 5L);
        assertLike(texts, "a_c", 3L, 6L, 7L, 8L);
        assertLike(texts, "a%c", 3L, 6L, 7L, 8L);
        assertLike(texts, "", 0L);
        assertLike(texts, "__%", 2L, 3L, 6L, 7L, 8L);
        assertLike(texts, "%%", 0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
        assertLike(texts, "ab", 2L);
    }

    @Test
    default void patternsAreCaseSensitiveAlsoBeyondAscii() {
        String[] texts = {"Abc", "abc", "ÄBC", "äbc"};
        assertLike(texts, "abc", 1L);
        assertLike(texts, "A%", 0L);
        assertLike(texts, "ä%", 3L);
        assertLike(texts, "%BC", 2L);
    }

    @Test
    default void everyOtherCharacterOfAPatternStandsForItself() {
        String[] texts = {"a\\%b", "a.b", "axb", "[a]b", "a*b", "a?b", "a\\b", "^a$"};
        assertLike(texts, "a.b", 1L);
        assertLike(texts, "[a]b", 3L);
        assertLike(texts, "a*b", 4L);
        assertLike(texts, "a?b", 5L);
        assertLike(texts, "a\\b", 6L);
        assertLike(texts, "a\\%", 0L, 6L);
        assertLike(texts, "^a$", 7L);
        assertLike(texts, "a_b", 1L, 2L, 4L, 5L, 6L);
    }

    @Test
    default void likeOfNullIsUnknown() {
        TestTable table = texts(false, "a");
        assertThat(table.ids(field("s").like("a").not())).isEmpty();
        assertThat(table.ids(field("s").like("b").not())).containsExactly(0L);
        Condition nullPattern = new Condition.Like(Path.of("s"), new Expression.Literal(null));
        assertThat(table.ids(table.select().where(nullPattern))).isEmpty();
        assertThat(table.ids(table.select().where(nullPattern.not()))).isEmpty();
    }

    @Test
    default void aPatternMayBeAColumn() {
        TestTable table = table(
                t -> t.column("id", INTEGER).column("s", TEXT).column("p", TEXT).primaryKey("id"));
        table.insert(1, "abc", "a%");
        table.insert(2, "abc", "b%");
        table.insert(3, "a%", "a\\%");
        table.insert(4, "abc", null);
        assertThat(table.ids(table.select().where(new Condition.Like(Path.of("s"), Path.of("p")))))
                .containsExactly(1L);
    }

    @Test
    default void textIsOrderedByCodePoint() {
        for (boolean indexed : new boolean[] {false, true}) {
            TestTable table = texts(indexed, "😀", "\uFFFD", "z", "\uE000", "Z", "é", "e\u0301", "");
            assertThat(table.ids(table.select().orderBy(List.of(Sort.asc("s")))))
                    .containsExactly(7L, 4L, 6L, 2L, 5L, 3L, 1L, 0L, 99L);
            assertThat(table.ids(field("s").greaterThan("\uFFFD"))).containsExactly(0L);
            assertThat(table.ids(field("s").between("\uE000", "\uFFFF"))).containsExactly(1L, 3L);
            assertThat(table.ids(field("s").lessThan("a"))).containsExactly(4L, 7L);
            assertThat(table.ids(field("s").lessThan("😀"))).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
        }
    }

    @Test
    default void trailingSpacesAndCaseCount() {
        for (boolean indexed : new boolean[] {false, true}) {
            TestTable table = texts(indexed, "a", "a ", "a  ", "A", "");
            assertThat(table.ids(field("s").eq("a"))).containsExactly(0L);
            assertThat(table.ids(field("s").eq("a "))).containsExactly(1L);
            assertThat(table.ids(field("s").ne("a"))).containsExactly(1L, 2L, 3L, 4L);
            assertThat(table.ids(field("s").greaterThan("a"))).containsExactly(1L, 2L);
            assertThat(table.ids(field("s").like("a_"))).containsExactly(1L);
            assertThat(table.ids(field("s").in("A", ""))).containsExactly(3L, 4L);
        }
    }

    @Test
    default void textsThatLookAlikeAreDifferent() {
        TestTable table = texts(true, "\u00e9", "e\u0301", "1", "1.0", "true", "null");
        assertThat(table.ids(field("s").eq("\u00e9"))).containsExactly(0L);
        assertThat(table.ids(field("s").eq("e\u0301"))).containsExactly(1L);
        assertThat(table.ids(field("s").eq("1"))).containsExactly(2L);
        assertThat(table.ids(field("s").eq("null"))).containsExactly(5L);
        assertThat(table.ids(field("s").isNull())).containsExactly(99L);
    }

    @Test
    default void prefixesEndWhereCodePointsEnd() {
        String[] texts = {
            "a\uFFFF", "a\uDBFF\uDFFF", "a\uDBFF\uDFFFz", "b", "a", "\uDBFF\uDFFF", "\uDBFF\uDFFFa", "\uD7FFx"
        };
        assertLike(texts, "a%", 0L, 1L, 2L, 4L);
        assertLike(texts, "a\uDBFF\uDFFF%", 1L, 2L);
        assertLike(texts, "\uDBFF\uDFFF%", 5L, 6L);
        assertLike(texts, "\uD7FF%", 7L);
    }
}
