package io.taskmover.storage.mapping;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AliasTest {
    private static void refuses(Class<?> type, String... parts) {
        assertThatThrownBy(() -> Entity.of(type, String.class).schema())
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll(parts);
    }

    record OtherName(String id, String name, @Alias("name") String title) {}

    record SharedAlias(
            String id,
            @Alias("x") String a,
            @Alias({"y", "x"}) String b) {}

    record Inner(String name, @Alias("name") String title) {}

    record WithInner(String id, Inner inner) {}

    sealed interface Shape {}

    record Circle(String id, @Alias("type") String kind) implements Shape {}

    sealed interface Part {}

    record Bolt(@Alias("type") String kind) implements Part {}

    record WithPart(String id, Part part) {}

    enum Twice {
        @Alias("B")
        A,
        B
    }

    record WithTwice(String id, Twice twice) {}

    enum SameAlias {
        @Alias("X")
        A,
        @Alias("X")
        B
    }

    record WithSameAlias(String id, List<SameAlias> all) {}

    enum Renamed {
        @Alias("OLD")
        NEW
    }

    record IdPart(String a, Renamed b) {}

    record InId(IdPart id) {}

    @Test
    void anAliasThatCouldMeanTwoThingsIsRefused() {
        refuses(OtherName.class, "'name'", "'title'", "OtherName");
        refuses(SharedAlias.class, "'x'", "'a'", "'b'");
        refuses(WithInner.class, "'name'", "'title'", "Inner");
        refuses(Shape.class, "'type'", "'kind'");
        refuses(WithPart.class, "'type'", "Bolt");
        refuses(WithTwice.class, "'B'", "Twice.A");
        refuses(WithSameAlias.class, "'X'", "SameAlias.B");
    }

    @Test
    void anIdHasNoEnumWithAnAlias() {
        assertThatThrownBy(() -> Entity.of(InId.class, IdPart.class).schema())
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("'id'", "@Alias", "migration");
    }

    record Task(String id, @Nullable String title, int priority) {}

    private static RowType type(Column... columns) {
        return RowType.of(List.of(columns));
    }

    @Test
    void anAliasCanBeToldInCode() {
        Entity<Task, String> tasks =
                Entity.of(Task.class, String.class).alias(Task::title, "name").alias(Task::title, "label");
        TableSchema found = TableSchema.builder("task")
                .column("id", DataType.TEXT)
                .column("label", DataType.TEXT)
                .column("priority", DataType.INTEGER)
                .primaryKey("id")
                .build();
        Entity<Task, String> fitted = tasks.fitted(found);
        assertThat(fitted.schema().rowType().toString()).isEqualTo("[id, label, priority]");
        assertThat(fitted.column(Path.of("title"))).isEqualTo(Path.of("label"));
        assertThat(fitted.formerColumns()).isEqualTo(Map.of("label", List.of("title", "name")));
        // from a fitted one to another table, and back
        assertThat(fitted.fitted(tasks.schema()).schema()).isEqualTo(tasks.schema());
        assertThat(tasks.fitted(tasks.schema())).isSameAs(tasks);
    }

    @Test
    void aColumnThatWasDescribedIsFoundUnderItsNameInTheTable() {
        Entity<Task, String> tasks = Entity.of(Task.class, String.class)
                .column(Task::title, "caption")
                .alias(Task::title, "name");
        Entity<Task, String> fitted = tasks.fitted(TableSchema.builder("task")
                .column("id", DataType.TEXT)
                .column("name", DataType.TEXT)
                .primaryKey("id")
                .build());
        assertThat(fitted.column(Path.of("caption"))).isEqualTo(Path.of("name"));
        assertThat(fitted.translate(Condition.eq(Path.of("title"), "x"))).isEqualTo(Condition.eq(Path.of("name"), "x"));
    }

    /** Types of rows in which the columns are at the same positions, or nowhere, have code of their own nevertheless. */
    @Test
    void rowsOfAnyAgeAreReadByTheNamesThatTheyHave() {
        Entity<Task, String> tasks = Entity.of(Task.class, String.class).alias(Task::title, "name", "label");
        Column id = Column.of("id", DataType.TEXT);
        Column priority = Column.of("priority", DataType.INTEGER);
        List<Row> rows = new ArrayList<>();
        for (String name : List.of("title", "name", "label", "other", "name")) {
            rows.add(Row.of(type(id, Column.of(name, DataType.TEXT), priority), "a", name, 1L));
        }
        rows.add(Row.of(
                type(id, Column.of("label", DataType.TEXT), Column.of("name", DataType.TEXT)), "a", "label", "name"));
        assertThat(rows)
                .extracting(row -> tasks.fromRow(row).title())
                .containsExactly("title", "name", "label", null, "name", "name");
    }

    record Wide(String id, BigDecimal n) {}

    @Test
    void rowsAreReadByTheTypesThatTheyHave() {
        Entity<Wide, String> wide = Entity.of(Wide.class, String.class);
        Column id = Column.of("id", DataType.TEXT);
        assertThat(List.of(
                        Row.of(type(id, Column.of("n", DataType.INTEGER)), "a", 5L),
                        Row.of(type(id, Column.of("n", DataType.REAL)), "a", 0.1),
                        Row.of(type(id, Column.of("n", DataType.DECIMAL)), "a", new BigDecimal("1.50"))))
                .extracting(row -> wide.fromRow(row).n())
                .containsExactly(new BigDecimal("5"), new BigDecimal("0.1"), new BigDecimal("1.50"));
    }

    record Holder(String id, Map<Renamed, Integer> counts, Optional<Renamed> one) {}

    @Test
    void aMapThatHasBothNamesOfAConstantIsReadByTheOneOfNow() {
        Entity<Holder, String> holders = Entity.of(Holder.class, String.class);
        Row row = holders.toRow(new Holder("a", Map.of(), Optional.of(Renamed.NEW)));
        assertThat(row.get("one")).isEqualTo("NEW");
        assertThat(holders.fromRow(
                        row.with("counts", Map.of("NEW", 1L, "OLD", 2L)).with("one", "OLD")))
                .isEqualTo(new Holder("a", Map.of(Renamed.NEW, 1), Optional.of(Renamed.NEW)));
        assertThat(holders.translate(Condition.eq(Path.of("one"), Optional.of(Renamed.NEW))))
                .isEqualTo(Condition.in(Path.of("one"), List.of("NEW", "OLD")));
        assertThat(holders.translate(field(Holder::id).eq("NEW").condition()))
                .isEqualTo(Condition.eq(Path.of("id"), "NEW"));
    }
}
