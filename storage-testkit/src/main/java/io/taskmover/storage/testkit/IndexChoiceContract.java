package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Restriction;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which index answers a selection, as explain tells, and that the answer is the same as without one. */
interface IndexChoiceContract extends Contract {

    private static Explanation explain(TestTable table, Restriction<?> restriction) {
        try (BackendTransaction transaction = table.store().begin(TransactionOptions.READ_ONLY)) {
            return transaction.explain(Select.from(table.name()).where(restriction.condition()));
        }
    }

    /** A table {@code (id, city, age, note)} with an index on {@code city} and one on {@code age}; 300 rows. */
    private TestTable indexed() {
        TestTable table = table(t -> t.column("id", TEXT)
                .column("city", TEXT)
                .column("age", INTEGER)
                .column("note", TEXT)
                .primaryKey("id")
                .index("city")
                .index("age"));
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            rows.add(table.row(
                    String.format("r%03d", i),
                    i % 10 == 9 ? null : "city" + i % 30,
                    i % 7 == 6 ? null : i % 90,
                    "n" + i));
        }
        table.store().write(table.name(), WriteMode.INSERT, rows);
        return table;
    }

    @Test
    default void explainNamesTheIndexForEqualityInRangeAndPrefix() {
        TestTable table = indexed();
        String city = "ix_" + table.name() + "_city";
        String age = "ix_" + table.name() + "_age";
        assertThat(explain(table, field("city").eq("city7")).index()).isEqualTo(city);
        assertThat(explain(table, field("city").in("city7", "city8")).index()).isEqualTo(city);
        assertThat(explain(table, field("city").like("city2%")).index()).isEqualTo(city);
        assertThat(explain(table, field("age").greaterThan(80L)).index()).isEqualTo(age);
        assertThat(explain(table, field("age").between(3L, 5L)).index()).isEqualTo(age);
        assertThat(explain(table, field("note").eq("n1").and(field("city").eq("city7")))
                        .index())
                .isEqualTo(city);
    }

    @Test
    default void explainNamesThePrimaryKeyAndTheFullScan() {
        TestTable table = indexed();
        assertThat(explain(table, field("id").eq("r001")).index()).isEqualTo(Explanation.PRIMARY_KEY);
        assertThat(explain(table, field("id").in("r001", "r002")).index()).isEqualTo(Explanation.PRIMARY_KEY);
        assertThat(explain(table, field("id").between("r001", "r009")).index()).isEqualTo(Explanation.PRIMARY_KEY);
        Explanation scan = explain(table, field("note").eq("n1"));
        assertThat(scan.fullScan()).isTrue();
        assertThat(scan.index()).isNull();
        assertThat(scan.detail()).isNotBlank();
        assertThat(explain(table, field("city").eq("city7").or(field("note").eq("n1")))
                        .fullScan())
                .isTrue();
    }

    @Test
    default void anIndexGivesTheSameRowsAsAFullScan() {
        TestTable table = indexed();
        List<Row> all = table.rows();
        assertThat(table.rows(table.select().where(field("city").eq("city7").condition())))
                .isEqualTo(all.stream()
                        .filter(row -> "city7".equals(row.get("city")))
                        .toList())
                .isNotEmpty();
        assertThat(table.rows(table.select().where(field("city").like("city1%").condition())))
                .isEqualTo(all.stream()
                        .filter(row -> row.get("city") instanceof String city && city.startsWith("city1"))
                        .toList())
                .isNotEmpty();
        assertThat(table.rows(
                        table.select().where(field("age").between(10L, 20L).condition())))
                .isEqualTo(all.stream()
                        .filter(row -> row.get("age") instanceof Long age && age >= 10 && age <= 20)
                        .toList())
                .isNotEmpty();
        assertThat(table.rows(table.select().where(field("age").lessThan(10L).condition())))
                .isEqualTo(all.stream()
                        .filter(row -> row.get("age") instanceof Long age && age < 10)
                        .toList())
                .isNotEmpty();
        assertThat(table.rows(table.select().where(field("city").isNull().condition())))
                .hasSize(30);
    }

    @Test
    default void anIndexFollowsEveryWrite() {
        TestTable table = indexed();
        table.write(WriteMode.UPDATE, table.partial("id", "r007", "city", "moved"));
        table.store().delete(table.name(), "r037");
        table.insert("new", "city7", 1, "n");
        assertThat(table.ids(field("city").eq("moved"))).containsExactly("r007");
        assertThat(table.ids(field("city").eq("city7")))
                .doesNotContain("r007", "r037")
                .contains("new");
        try (BackendTransaction transaction = table.begin()) {
            table.write(transaction, WriteMode.UPDATE, table.partial("id", "new", "city", "else"));
            Select moved = table.select().where(field("city").eq("else").condition());
            assertThat(TestTable.rows(transaction, moved)).hasSize(1);
            assertThat(transaction.count(
                            table.select().where(field("city").eq("city7").condition())))
                    .isEqualTo(table.ids(field("city").eq("city7")).size() - 1L);
        }
        assertThat(table.ids(field("city").eq("else"))).isEmpty();
    }

    @Test
    default void anIndexMadeLaterIsUsedAndOneDroppedIsNot() {
        TestTable table = indexed();
        Index notes = new Index("notes of " + table.name(), List.of("note"), false);
        try (BackendTransaction transaction = table.begin()) {
            transaction.catalog().createIndex(table.name(), notes);
            transaction.commit();
        }
        assertThat(explain(table, field("note").eq("n7")).index()).isEqualTo(notes.name());
        assertThat(table.ids(field("note").eq("n7"))).containsExactly("r007");
        try (BackendTransaction transaction = table.begin()) {
            transaction.catalog().dropIndex(table.name(), notes.name());
            transaction.commit();
        }
        assertThat(explain(table, field("note").eq("n7")).fullScan()).isTrue();
        assertThat(table.ids(field("note").eq("n7"))).containsExactly("r007");
    }

    @Test
    default void aUniqueIndexAnswersToo() {
        TestTable table = table(t ->
                t.column("id", INTEGER).column("mail", TEXT).primaryKey("id").unique("mail"));
        table.insert(1, "a");
        table.insert(2, "b");
        assertThat(explain(table, field("mail").eq("b")).index()).isEqualTo("ux_" + table.name() + "_mail");
        assertThat(table.ids(field("mail").eq("b"))).containsExactly(2L);
    }

    @Test
    default void anIndexOfSeveralColumnsAnswersForItsFirst() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column("a", INTEGER)
                .column("b", INTEGER)
                .primaryKey("id")
                .index("a", "b"));
        String index = "ix_" + table.name() + "_a_b";
        for (int i = 0; i < 50; i++) {
            table.insert(i, i % 5, i % 7);
        }
        assertThat(explain(table, field("a").eq(3L)).index()).isEqualTo(index);
        assertThat(explain(table, field("a").eq(3L).and(field("b").greaterThan(3L)))
                        .index())
                .isEqualTo(index);
        assertThat(table.ids(field("a").eq(3L).and(field("b").greaterThan(3L)))).containsExactly(13L, 18L, 33L, 48L);
    }
}
