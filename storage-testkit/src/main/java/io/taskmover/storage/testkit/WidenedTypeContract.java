package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.asc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.mapping.Indexed;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Restriction;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Numbers whose properties are of a wider type than the column that they were written into. */
interface WidenedTypeContract extends Contract {

    /** Before. */
    record Parcel(
            String id,
            int width,
            @Nullable Integer height,
            long depth,
            @Indexed @Nullable Double weight,
            OldBox box) {}

    /** Before. */
    record OldBox(int size, double price) {}

    /** Since. */
    record WideParcel(
            String id,
            double width,
            @Nullable BigDecimal height,
            BigDecimal depth,
            @Indexed @Nullable BigDecimal weight,
            Box box) {}

    /** Since. */
    record Box(double size, BigDecimal price) {}

    /** A part of a parcel. */
    record Width(String id, double width, @Nullable BigDecimal weight) {}

    private Storage storage() {
        return subject().storage();
    }

    private String parcels() {
        String table = subject().newName();
        storage()
                .repository(Entity.of(Parcel.class, String.class)
                        .table(table)
                        .check(Parcel::width, new Check.Range(0L, 100L)))
                .saveAll(List.of(
                        new Parcel("a", 1, 10, 1L << 60, 0.1, new OldBox(1, 0.5)),
                        new Parcel("b", 2, null, -7, null, new OldBox(2, 1.5)),
                        new Parcel("c", 3, 30, 0, 2.5, new OldBox(3, 2.25))));
        return table;
    }

    private Repository<WideParcel, String> wide(String table) {
        return storage()
                .repository(
                        Entity.of(WideParcel.class, String.class).table(table).defaultValue(WideParcel::width, 0.5));
    }

    private static List<String> ids(
            Repository<WideParcel, String> parcels, Restriction<? super WideParcel> restriction) {
        return parcels.find(where(restriction)).stream()
                .map(WideParcel::id)
                .sorted()
                .toList();
    }

    private static BigDecimal decimal(String text) {
        return new BigDecimal(text);
    }

    @Test
    default void numbersInANarrowerColumnAreConverted() {
        String table = parcels();
        Repository<WideParcel, String> parcels = wide(table);
        WideParcel a = new WideParcel(
                "a", 1.0, decimal("10"), BigDecimal.valueOf(1L << 60), decimal("0.1"), new Box(1, decimal("0.5")));
        assertThat(parcels.findById("a")).contains(a);
        assertThat(parcels.findAll()).extracting(WideParcel::width).containsExactly(1.0, 2.0, 3.0);
        assertThat(parcels.find(where(field(WideParcel::id).eq("a")), Width.class))
                .containsExactly(new Width("a", 1.0, decimal("0.1")));
        // what the column can have exactly is stored in it
        parcels.save(
                new WideParcel("d", 4.0, decimal("40"), decimal("8"), decimal("0.7"), new Box(4.5, decimal("1e2"))));
        assertThat(storage().backend().find(table, "d").orElseThrow().toMap())
                .containsEntry("width", 4L)
                .containsEntry("height", 40L)
                .containsEntry("weight", 0.7);
        assertThat(storage()
                        .repository(Entity.of(WideParcel.class, String.class).table(table))
                        .findById("d"))
                .hasValueSatisfying(read -> assertThat(read.weight()).isEqualTo(decimal("0.7")));
    }

    @Test
    default void conditionsOnANarrowerColumnCompareWhatIsReadOfIt() {
        Repository<WideParcel, String> parcels = wide(parcels());
        var width = field(WideParcel::width);
        var height = field(WideParcel::height);
        var weight = field(WideParcel::weight);
        assertThat(ids(parcels, width.greaterThan(1.5))).containsExactly("b", "c");
        assertThat(ids(parcels, width.eq(2.0))).containsExactly("b");
        assertThat(ids(parcels, width.eq(2.5))).isEmpty();
        assertThat(ids(parcels, width.ne(2.5))).containsExactly("a", "b", "c");
        assertThat(ids(parcels, width.between(0.5, 2.5))).containsExactly("a", "b");
        assertThat(ids(parcels, width.in(1.0, 2.5, 3.0))).containsExactly("a", "c");
        assertThat(ids(parcels, height.atLeast(decimal("10.0")))).containsExactly("a", "c");
        assertThat(ids(parcels, height.greaterThan(decimal("10.5")))).containsExactly("c");
        assertThat(ids(parcels, height.eq(decimal("1e1")))).containsExactly("a");
        assertThat(ids(parcels, field(WideParcel::depth).greaterThan(decimal("1152921504606846975"))))
                .containsExactly("a");
        assertThat(ids(parcels, weight.eq(decimal("0.1")))).containsExactly("a");
        assertThat(ids(parcels, weight.eq(decimal("0.100")))).containsExactly("a");
        assertThat(ids(parcels, weight.greaterThan(decimal("0.1")))).containsExactly("c");
        assertThat(ids(parcels, weight.greaterThan(decimal("0.10000000000000000000001"))))
                .containsExactly("c");
        assertThat(ids(parcels, weight.atLeast(decimal("0.09999999999999999999999"))))
                .containsExactly("a", "c");
        assertThat(ids(parcels, weight.atMost(decimal("0.1000000000000000001"))))
                .containsExactly("a");
        assertThat(ids(parcels, weight.lessThan(decimal("1e400")))).containsExactly("a", "c");
        assertThat(ids(parcels, field("box.size").greaterThan(1.5))).containsExactly("b", "c");
        assertThat(parcels.findAll(Map.of("width", List.of(1.0, 3.0)))).hasSize(2);
        Query<WideParcel> sorted = Query.<WideParcel>all().orderBy(asc(WideParcel::weight));
        assertThat(parcels.find(sorted)).extracting(WideParcel::id).containsExactly("a", "c", "b");
        // arithmetic is that of the property, not of the column
        assertThat(parcels.find(Query.<WideParcel>jdql("where width / 2 > 1")))
                .extracting(WideParcel::id)
                .containsExactly("c");
        assertThat(parcels.find(Query.<WideParcel>jdql("where height / 4 = 2.5")))
                .hasSize(1);
        assertThat(parcels.find(Query.<WideParcel>jdql("where height > width"))).hasSize(2);
        assertThatThrownBy(() -> parcels.find(Query.<WideParcel>jdql("where weight * 3 > 1")))
                .isInstanceOf(QueryException.class)
                .hasMessageContainingAll("weight", "changeType");
        assertThatThrownBy(() -> parcels.find(Query.<WideParcel>jdql("where weight > height")))
                .isInstanceOf(QueryException.class)
                .hasMessageContainingAll("weight", "changeType");
    }

    @Test
    default void whatANarrowerColumnCannotHaveIsRefusedInATransaction() {
        Repository<WideParcel, String> parcels = wide(parcels());
        WideParcel c = parcels.findById("c").orElseThrow();
        assertThatThrownBy(() -> storage()
                        .transaction(tx ->
                                parcels.save(new WideParcel("c", 3.5, c.height(), c.depth(), c.weight(), c.box()))))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContainingAll("width", "3.5", "changeType");
        assertThatThrownBy(() -> storage()
                        .transaction(tx -> parcels.save(new WideParcel(
                                "c", 3, c.height(), c.depth(), decimal("0.12345678901234567890"), c.box()))))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContainingAll("weight", "changeType");
        assertThatThrownBy(() -> storage()
                        .transaction(tx ->
                                parcels.save(new WideParcel("c", 3, decimal("1e30"), c.depth(), c.weight(), c.box()))))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("height");
        assertThat(parcels.findById("c")).contains(c);
    }

    /** A number beyond what a double has exactly. */
    record Long53(String id, long n) {}

    /** The same as a double. */
    record Double53(String id, double n) {}

    /** The same as a decimal. */
    record Exact(String id, BigDecimal n) {}

    /** The same as a float. */
    record Float24(String id, float n) {}

    @Test
    default void aNumberThatTheWiderTypeDoesNotHaveIsRefusedAndNotRounded() {
        String table = subject().newName();
        Repository<Long53, String> longs =
                storage().repository(Entity.of(Long53.class, String.class).table(table));
        longs.saveAll(List.of(new Long53("a", (1L << 53) + 1), new Long53("b", 16_777_217), new Long53("c", 5)));
        Repository<Double53, String> doubles =
                storage().repository(Entity.of(Double53.class, String.class).table(table));
        assertThatThrownBy(() -> doubles.findById("a"))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("'a'", table, "'n'", "9007199254740993");
        assertThat(doubles.findById("b")).contains(new Double53("b", 16_777_217));
        Repository<Float24, String> floats =
                storage().repository(Entity.of(Float24.class, String.class).table(table));
        assertThatThrownBy(() -> floats.findById("b")).isInstanceOf(MappingException.class);
        assertThat(floats.findById("c")).contains(new Float24("c", 5));
        assertThat(longs.findById("a")).contains(new Long53("a", (1L << 53) + 1));
    }

    @Test
    default void aNarrowerPropertyIsRefusedWithWhatToDo() {
        String table = subject().newName();
        storage()
                .backend()
                .createTable(TableSchema.builder(table)
                        .column("id", DataType.TEXT)
                        .column("n", DataType.REAL)
                        .primaryKey("id")
                        .build());
        assertThatThrownBy(() -> storage()
                        .repository(Entity.of(Long53.class, String.class).table(table)))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("'n'", "REAL", "INTEGER", "converter", "changeType");
    }

    @Test
    default void afterTheMigrationTheColumnHasWhatThePropertyHas() {
        try (Storage storage =
                Storage.open(subject().newConfig().versioningEnabled(true).build())) {
            Repository<Long53, String> longs =
                    storage.repository(Entity.of(Long53.class, String.class).table("numbers"));
            longs.save(new Long53("a", 5));
            Repository<Double53, String> open =
                    storage.repository(Entity.of(Double53.class, String.class).table("numbers"));
            assertThat(open.save(new Double53("a", 6))).isEqualTo(new Double53("a", 6));
            new MigrationManager(storage.backend())
                    .allowDestructive(true)
                    .register(Migration.of(
                            "1",
                            "wider",
                            Change.changeType(
                                    "numbers", Column.of("n", DataType.REAL).withNotNull())))
                    .apply();
            assertThat(open.findById("a")).contains(new Double53("a", 6));
            Repository<Double53, String> again =
                    storage.repository(Entity.of(Double53.class, String.class).table("numbers"));
            again.save(new Double53("a", 6.5));
            assertThat(open.findAll()).containsExactly(new Double53("a", 6.5));
            assertThat(again.find(where(field(Double53::n).eq(6.5)))).hasSize(1);
            assertThat(again.history("a").get(0).entity()).contains(new Double53("a", 5));
            storage.repository(Entity.of(Long53.class, String.class).table("exact"))
                    .save(new Long53("a", 5));
            new MigrationManager(storage.backend())
                    .allowDestructive(true)
                    .outOfOrder(true)
                    .register(Migration.of(
                            "1",
                            "wider",
                            Change.changeType(
                                    "numbers", Column.of("n", DataType.REAL).withNotNull())))
                    .register(Migration.of("2", "exact", Change.changeType("exact", Column.of("n", DataType.DECIMAL))))
                    .apply();
            Repository<Exact, String> exact =
                    storage.repository(Entity.of(Exact.class, String.class).table("exact"));
            exact.save(new Exact("a", decimal("0.5")));
            assertThat(exact.history("a"))
                    .extracting(version -> version.entity().orElseThrow().n())
                    .contains(decimal("5"), decimal("0.5"));
        }
    }
}
