package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.CompositeKey;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Order: nulls last ascending and first descending, ties by id, several keys, mixed directions. */
interface SortContract extends Contract {

    /** Ids 1 to 9: {@code a} and {@code b} take every pair of x, y and null. */
    private TestTable pairs(boolean indexed) {
        TestTable table = table(t -> {
            t.column("id", INTEGER).column("a", TEXT).column("b", TEXT).primaryKey("id");
            return indexed ? t.index("a", "b").index("b") : t;
        });
        table.write(
                WriteMode.INSERT,
                table.row(1, "y", "x"),
                table.row(2, null, "y"),
                table.row(3, "x", "y"),
                table.row(4, "x", null),
                table.row(5, "y", null),
                table.row(6, "x", "x"),
                table.row(7, null, null),
                table.row(8, "y", "y"),
                table.row(9, null, "x"));
        return table;
    }

    private void assertOrder(List<Sort> sorts, Object... ids) {
        for (boolean indexed : new boolean[] {false, true}) {
            TestTable table = pairs(indexed);
            Select select = table.select().orderBy(sorts);
            assertThat(table.ids(select)).as("%s, indexed %s", sorts, indexed).containsExactly(ids);
            for (int offset = 0; offset <= ids.length; offset++) {
                assertThat(table.ids(select.offset(offset).limit(3L)))
                        .as("%s, indexed %s, offset %s", sorts, indexed, offset)
                        .isEqualTo(List.of(ids).subList(offset, Math.min(offset + 3, ids.length)));
            }
        }
    }

    @Test
    default void nullsComeLastAscendingAndFirstDescending() {
        assertOrder(List.of(Sort.asc("a")), 3L, 4L, 6L, 1L, 5L, 8L, 2L, 7L, 9L);
        assertOrder(List.of(Sort.desc("a")), 2L, 7L, 9L, 1L, 5L, 8L, 3L, 4L, 6L);
    }

    @Test
    default void laterKeysOrderTheTiesOfEarlierOnes() {
        assertOrder(List.of(Sort.asc("a"), Sort.asc("b")), 6L, 3L, 4L, 1L, 8L, 5L, 9L, 2L, 7L);
        assertOrder(List.of(Sort.desc("a"), Sort.desc("b")), 7L, 2L, 9L, 5L, 8L, 1L, 4L, 3L, 6L);
    }

    @Test
    default void directionsMix() {
        assertOrder(List.of(Sort.asc("a"), Sort.desc("b")), 4L, 3L, 6L, 5L, 8L, 1L, 7L, 2L, 9L);
        assertOrder(List.of(Sort.desc("a"), Sort.asc("b")), 9L, 2L, 7L, 1L, 8L, 5L, 6L, 3L, 4L);
        assertOrder(List.of(Sort.asc("a"), Sort.desc("id")), 6L, 4L, 3L, 8L, 5L, 1L, 9L, 7L, 2L);
        assertOrder(List.of(Sort.desc("id")), 9L, 8L, 7L, 6L, 5L, 4L, 3L, 2L, 1L);
    }

    @Test
    default void aKeyNamedTwiceCountsOnce() {
        assertOrder(List.of(Sort.asc("a"), Sort.desc("a")), 3L, 4L, 6L, 1L, 5L, 8L, 2L, 7L, 9L);
    }

    @Test
    default void anOrderAppliesToWhatTheConditionLeaves() {
        TestTable table = pairs(true);
        Select select = table.select().where(field("a").ne("z").condition()).orderBy(List.of(Sort.desc("b")));
        assertThat(table.ids(select)).containsExactly(4L, 5L, 3L, 8L, 1L, 6L);
        assertThat(table.ids(select.limit(2L).offset(1))).containsExactly(5L, 3L);
    }

    @Test
    default void tiesOfCompositeKeysAreOrderedByAllTheirParts() {
        TestTable table = table(t ->
                t.column("k1", TEXT).column("n", INTEGER).column("k2", INTEGER).primaryKey("k2", "k1"));
        table.insert("b", 1, 1);
        table.insert("a", 1, 2);
        table.insert("a", 1, 1);
        table.insert("c", 0, 9);
        assertThat(table.ids(table.select().orderBy(List.of(Sort.asc("n")))))
                .containsExactly(
                        CompositeKey.of(9L, "c"),
                        CompositeKey.of(1L, "a"),
                        CompositeKey.of(1L, "b"),
                        CompositeKey.of(2L, "a"));
        assertThat(table.ids(table.select().orderBy(List.of(Sort.asc("n"), Sort.desc("k1")))))
                .containsExactly(
                        CompositeKey.of(9L, "c"),
                        CompositeKey.of(1L, "b"),
                        CompositeKey.of(1L, "a"),
                        CompositeKey.of(2L, "a"));
    }

    @Test
    default void aThousandTiesStayInIdOrder() {
        TestTable table = table(t ->
                t.column("id", INTEGER).column("n", INTEGER).primaryKey("id").index("n"));
        List<Long> ids = new ArrayList<>();
        for (long id = 0; id < 1_000; id++) {
            ids.add(id);
        }
        List<Long> shuffled = new ArrayList<>(ids);
        Collections.shuffle(shuffled, new java.util.Random(7));
        table.store()
                .write(
                        table.name(),
                        WriteMode.INSERT,
                        shuffled.stream().map(id -> table.row(id, id % 2)).toList());
        List<Object> expected = new ArrayList<>();
        ids.stream().filter(id -> id % 2 == 1).forEach(expected::add);
        ids.stream().filter(id -> id % 2 == 0).forEach(expected::add);
        assertThat(table.ids(table.select().orderBy(List.of(Sort.desc("n"))))).isEqualTo(expected);
        assertThat(table.ids(table.select()
                        .orderBy(List.of(Sort.desc("n")))
                        .offset(498)
                        .limit(4L)))
                .isEqualTo(expected.subList(498, 502));
    }
}
