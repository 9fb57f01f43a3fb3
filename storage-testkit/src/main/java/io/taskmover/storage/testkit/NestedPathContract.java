package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.JSON;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Places in JSON columns: {@code data.x} where each row may hold something else. */
interface NestedPathContract extends Contract {

    /** Ids from 1: at {@code data.x} stand 5, "5", true, false, null, an object, an array, nothing; 9: no data; 10: 2.5; 11: "a". */
    private TestTable kinds() {
        TestTable table =
                table(t -> t.column("id", INTEGER).column("data", JSON).primaryKey("id"));
        String[] data = {
            "{\"x\":5}",
            "{\"x\":\"5\"}",
            "{\"x\":true}",
            "{\"x\":false}",
            "{\"x\":null}",
            "{\"x\":{\"y\":1}}",
            "{\"x\":[5]}",
            "{\"z\":5}"
        };
        for (int i = 0; i < data.length; i++) {
            table.insert(i + 1, Objects.requireNonNull(Json.parse(data[i])));
        }
        table.insert(9, null);
        table.insert(10, Map.of("x", 2.5));
        table.insert(11, Map.of("x", "a"));
        return table;
    }

    @Test
    default void aPlaceComparesWithValuesOfItsOwnKindOnly() {
        TestTable table = kinds();
        assertThat(table.ids(field("data.x").eq(5L))).containsExactly(1L);
        assertThat(table.ids(field("data.x").eq("5"))).containsExactly(2L);
        assertThat(table.ids(field("data.x").eq(true))).containsExactly(3L);
        assertThat(table.ids(field("data.x").eq(false))).containsExactly(4L);
        assertThat(table.ids(field("data.x").eq(2.5))).containsExactly(10L);
        assertThat(table.ids(field("data.x").atLeast(0L))).containsExactly(1L, 10L);
        assertThat(table.ids(field("data.x").lessThan("b"))).containsExactly(2L, 11L);
        assertThat(table.ids(field("data.x").between(2L, 5L))).containsExactly(1L, 10L);
        assertThat(table.ids(field("data.x").in(5L, "a", true))).containsExactly(1L, 3L, 11L);
    }

    @Test
    default void aPlaceOfAnotherKindIsUnknownAlsoUnderNot() {
        TestTable table = kinds();
        assertThat(table.ids(field("data.x").eq(7L).not())).containsExactly(1L, 10L);
        assertThat(table.ids(field("data.x").ne(5L))).containsExactly(10L);
        assertThat(table.ids(field("data.x").ne("a"))).containsExactly(2L);
        assertThat(table.ids(field("data.x").eq(true).not())).containsExactly(4L);
    }

    @Test
    default void missingPlacesAndJsonNullAreNull() {
        TestTable table = kinds();
        assertThat(table.ids(field("data.x").isNull())).containsExactly(5L, 8L, 9L);
        assertThat(table.ids(field("data.x").isNotNull())).containsExactly(1L, 2L, 3L, 4L, 6L, 7L, 10L, 11L);
        assertThat(table.ids(field("data.x.y").isNotNull())).containsExactly(6L);
        assertThat(table.ids(field("data").isNull())).containsExactly(9L);
        assertThat(table.ids(field("data.x.y.z").isNotNull())).isEmpty();
    }

    @Test
    default void patternsMatchTextsOnly() {
        TestTable table = kinds();
        assertThat(table.ids(field("data.x").like("%"))).containsExactly(2L, 11L);
        assertThat(table.ids(field("data.x").like("5"))).containsExactly(2L);
        assertThat(table.ids(field("data.x").like("5").not())).containsExactly(11L);
    }

    @Test
    default void placesSortFalseTrueNumbersTextAndTheRestAsNull() {
        TestTable table = kinds();
        assertThat(table.ids(table.select().orderBy(List.of(Sort.asc("data.x")))))
                .containsExactly(4L, 3L, 10L, 1L, 2L, 11L, 5L, 6L, 7L, 8L, 9L);
        assertThat(table.ids(table.select().orderBy(List.of(Sort.desc("data.x")))))
                .containsExactly(5L, 6L, 7L, 8L, 9L, 11L, 2L, 1L, 10L, 3L, 4L);
    }

    @Test
    default void placesCompareWithColumnsAndEachOther() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column("n", INTEGER)
                .column("data", JSON)
                .primaryKey("id"));
        table.insert(1, 5, Map.of("x", 5, "y", 5));
        table.insert(2, 5, Map.of("x", 6, "y", "6"));
        table.insert(3, 5, Map.of("x", "5", "y", "5"));
        table.insert(4, null, Map.of("x", true, "y", false));
        assertThat(table.ids(table.select()
                        .where(new Condition.Comparison(Operator.EQ, Path.parse("data.x"), Path.of("n")))))
                .containsExactly(1L);
        assertThat(table.ids(table.select()
                        .where(new Condition.Comparison(Operator.LT, Path.of("n"), Path.parse("data.x")))))
                .containsExactly(2L);
        assertThat(table.ids(table.select()
                        .where(new Condition.Comparison(Operator.EQ, Path.parse("data.x"), Path.parse("data.y")))))
                .containsExactly(1L, 3L);
        assertThat(table.ids(table.select()
                        .where(new Condition.Comparison(Operator.GT, Path.parse("data.x"), Path.parse("data.y")))))
                .containsExactly(4L);
    }

    @Test
    default void pathsLeadThroughObjectsOnly() {
        TestTable table =
                table(t -> t.column("id", INTEGER).column("data", JSON).primaryKey("id"));
        table.insert(1, Map.of("a", Map.of("b", Map.of("c", "deep"))));
        table.insert(2, Map.of("a", List.of(Map.of("b", Map.of("c", "deep")))));
        table.insert(3, Map.of("a", "b"));
        table.insert(4, "a");
        table.insert(5, List.of("a", "b"));
        assertThat(table.ids(field("data.a.b.c").eq("deep"))).containsExactly(1L);
        assertThat(table.ids(field("data.a.0").isNotNull())).isEmpty();
        assertThat(table.ids(field("data.0").isNotNull())).isEmpty();
        assertThat(table.ids(field("data.a").eq("b"))).containsExactly(3L);
    }

    @Test
    default void memberNamesAreCaseSensitive() {
        TestTable table =
                table(t -> t.column("id", INTEGER).column("data", JSON).primaryKey("id"));
        table.insert(1, Map.of("name", "x"));
        table.insert(2, Map.of("Name", "x"));
        assertThat(table.ids(field("data.name").eq("x"))).containsExactly(1L);
    }

    @Test
    default void textsInJsonCompareByCodePointToo() {
        TestTable table =
                table(t -> t.column("id", INTEGER).column("data", JSON).primaryKey("id"));
        table.insert(1, Map.of("s", "😀"));
        table.insert(2, Map.of("s", "\uFFFD"));
        table.insert(3, Map.of("s", "z "));
        table.insert(4, Map.of("s", "z"));
        assertThat(table.ids(table.select().orderBy(List.of(Sort.asc("data.s")))))
                .containsExactly(4L, 3L, 2L, 1L);
        assertThat(table.ids(field("data.s").greaterThan("\uFFFD"))).containsExactly(1L);
        assertThat(table.ids(field("data.s").eq("z"))).containsExactly(4L);
    }
}
