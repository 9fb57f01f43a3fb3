package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.JSON;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Selections: condition, order, limit, offset, projection, count. */
interface ReadContract extends Contract {

    /** A table {@code (id, n, data)} of five rows, {@code n} = 3, 1, 2, 1, null for the ids 1 to 5. */
    private TestTable five() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column("n", INTEGER)
                .column("data", JSON)
                .primaryKey("id"));
        table.insert(1, 3, Map.of("name", Map.of("common", "France")));
        table.insert(2, 1, Map.of("name", "Spain"));
        table.insert(3, 2, null);
        table.insert(4, 1, List.of(1, 2));
        table.insert(5, null, Map.of("name", Map.of("common", 7)));
        return table;
    }

    @Test
    default void aSelectionWithoutConditionGivesAllRows() {
        TestTable table = five();
        assertThat(table.rows(Select.from(table.name()))).containsExactlyInAnyOrderElementsOf(table.rows());
        assertThat(table.ids()).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    default void anEmptyTableHasNoRows() {
        TestTable table = table(t -> t.column("id", TEXT).primaryKey("id"));
        assertThat(table.rows()).isEmpty();
        assertThat(table.count(table.select())).isZero();
        assertThat(table.find("a")).isEmpty();
    }

    @Test
    default void theOrderIsCompletedById() {
        TestTable table = five();
        assertThat(table.ids(table.select().orderBy(List.of(Sort.asc("n"))))).containsExactly(2L, 4L, 3L, 1L, 5L);
        assertThat(table.ids(table.select().orderBy(List.of(Sort.desc("n"))))).containsExactly(5L, 1L, 3L, 2L, 4L);
    }

    @Test
    default void limitAndOffsetCutTheOrderedRows() {
        TestTable table = five();
        Select byN = table.select().orderBy(List.of(Sort.asc("n")));
        assertThat(table.ids(byN.limit(2L))).containsExactly(2L, 4L);
        assertThat(table.ids(byN.limit(2L).offset(1))).containsExactly(4L, 3L);
        assertThat(table.ids(byN.offset(3))).containsExactly(1L, 5L);
        assertThat(table.ids(byN.limit(0L))).isEmpty();
        assertThat(table.ids(byN.offset(5))).isEmpty();
        assertThat(table.ids(byN.offset(50).limit(7L))).isEmpty();
        assertThat(table.ids(byN.limit(Long.MAX_VALUE))).hasSize(5);
        assertThat(table.ids(byN.limit(Long.MAX_VALUE).offset(4))).containsExactly(5L);
    }

    @Test
    default void aLimitWithoutOrderCutsInIdOrder() {
        TestTable table = five();
        assertThat(table.ids(Select.from(table.name()).limit(2L).offset(1))).containsExactly(2L, 3L);
        assertThat(table.ids(Select.from(table.name())
                        .where(field("n").eq(1L).condition())
                        .limit(1L)))
                .containsExactly(2L);
    }

    @Test
    default void countLooksAtTheConditionOnly() {
        TestTable table = five();
        Select ones = Select.from(table.name()).where(field("n").eq(1L).condition());
        assertThat(table.count(ones)).isEqualTo(2);
        assertThat(table.count(ones.limit(1L)
                        .offset(1)
                        .orderBy(List.of(Sort.desc("id")))
                        .project(List.of(Path.of("n")))))
                .isEqualTo(2);
        assertThat(table.count(Select.from(table.name()))).isEqualTo(5);
    }

    @Test
    default void aProjectionGivesItsColumnsInItsOrder() {
        TestTable table = five();
        List<Row> rows = table.rows(table.select().project(List.of(Path.of("n"), Path.of("id"))));
        assertThat(rows).hasSize(5);
        assertThat(rows.get(0).type().columns())
                .extracting(column -> column.name())
                .containsExactly("n", "id");
        assertThat(rows).extracting(row -> row.get(0)).containsExactly(3L, 1L, 2L, 1L, null);
        assertThat(rows).extracting(row -> row.get("id")).containsExactly(1L, 2L, 3L, 4L, 5L);
    }

    @Test
    default void aProjectionLeadsIntoJson() {
        TestTable table = five();
        List<Row> rows =
                table.rows(table.select().project(List.of(Path.parse("data.name.common"), Path.parse("data.name"))));
        assertThat(rows.get(0).type().columns())
                .extracting(column -> column.name())
                .containsExactly("data.name.common", "data.name");
        assertThat(rows.get(0).type().columns())
                .extracting(column -> column.type())
                .containsOnly(JSON);
        assertThat(rows).extracting(row -> row.get(0)).containsExactly("France", null, null, null, 7L);
        assertThat(rows)
                .extracting(row -> row.get(1))
                .containsExactly(Map.of("common", "France"), "Spain", null, null, Map.of("common", 7L));
    }

    @Test
    default void aProjectionNeedNotHoldWhatConditionAndOrderUse() {
        TestTable table = five();
        Select select = table.select()
                .where(field("n").atLeast(1L).condition())
                .orderBy(List.of(Sort.desc("n")))
                .project(List.of(Path.of("data")));
        assertThat(table.rows(select))
                .extracting(row -> row.get("data"))
                .containsExactly(
                        Map.of("name", Map.of("common", "France")), null, Map.of("name", "Spain"), List.of(1L, 2L));
    }

    @Test
    default void aCursorGivesNullAfterTheLastRowAndClosesTwice() {
        TestTable table = five();
        try (BackendTransaction transaction = table.store().begin(TransactionOptions.READ_ONLY)) {
            RowCursor cursor = transaction.select(table.select().limit(1L));
            assertThat(cursor.next()).isNotNull();
            assertThat(cursor.next()).isNull();
            assertThat(cursor.next()).isNull();
            cursor.close();
            cursor.close();
        }
    }

    @Test
    default void aCursorLeftHalfReadDisturbsNothing() {
        TestTable table = five();
        try (BackendTransaction transaction = table.begin()) {
            RowCursor half = transaction.select(table.select());
            assertThat(half.next()).isNotNull();
            try (RowCursor other = transaction.select(table.select())) {
                assertThat(other.next()).isNotNull();
                assertThat(half.next()).isNotNull();
            }
            half.close();
            assertThat(transaction.delete(table.name(), 1L)).isTrue();
            transaction.commit();
        }
        assertThat(table.ids()).containsExactly(2L, 3L, 4L, 5L);
    }

    @Test
    default void aCursorEndsWithItsTransaction() {
        TestTable table = five();
        RowCursor cursor;
        try (BackendTransaction transaction = table.store().begin(TransactionOptions.READ_ONLY)) {
            cursor = transaction.select(table.select());
            assertThat(cursor.next()).isNotNull();
        }
        assertThatThrownBy(cursor::next).isInstanceOf(IllegalStateException.class);
        cursor.close();
    }

    @Test
    default void readingAMissingTableNamesIt() {
        String missing = subject().newName();
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.READ_ONLY)) {
            Select select = Select.from(missing);
            assertThatThrownBy(() -> transaction.select(select))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining(missing);
            assertThatThrownBy(() -> transaction.count(select))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining(missing);
            assertThatThrownBy(() -> transaction.explain(select))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining(missing);
        }
    }

    @Test
    default void aQueryThatNamesAnUnknownColumnIsRefused() {
        TestTable table = five();
        for (Select select : List.of(
                table.select().where(field("shoe").eq(1L).condition()),
                table.select().orderBy(List.of(Sort.asc("shoe"))),
                table.select().project(List.of(Path.of("shoe"))))) {
            assertThatThrownBy(() -> table.rows(select))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("shoe");
        }
        assertThatThrownBy(() ->
                        table.rows(table.select().where(field("n.deep").eq(1L).condition())))
                .isInstanceOf(QueryException.class);
        assertThatThrownBy(() ->
                        table.rows(table.select().where(field("n").eq("three").condition())))
                .isInstanceOf(QueryException.class);
    }
}
