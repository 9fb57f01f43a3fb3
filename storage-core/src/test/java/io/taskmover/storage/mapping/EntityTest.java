package io.taskmover.storage.mapping;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EntityTest {
    enum Status {
        NEW,
        DONE
    }

    record Task(String id, String title, Status status, int priority, Instant due, List<String> tags) {}

    private final Task task =
            new Task("t1", "Pay the invoice", Status.NEW, 3, Instant.parse("2026-01-02T03:04:05Z"), List.of("office"));

    private final Entity<Task, String> tasks = Entity.of(Task.class, Task::id);

    @Test
    void aRecordNeedsNoAnnotation() {
        assertThat(tasks.schema())
                .isEqualTo(TableSchema.builder("task")
                        .column("id", DataType.TEXT)
                        .column("title", DataType.TEXT)
                        .column("status", DataType.TEXT)
                        .column(Column.of("priority", DataType.INTEGER).withNotNull())
                        .column("due", DataType.TIMESTAMP)
                        .column("tags", DataType.JSON)
                        .primaryKey("id")
                        .build());
        assertThat(tasks.toRow(task).toArray())
                .containsExactly("t1", "Pay the invoice", "NEW", 3L, task.due(), List.of("office"));
        assertThat(tasks.fromRow(tasks.toRow(task))).isEqualTo(task);
        assertThat(tasks.keyOf(task)).isEqualTo("t1");
        assertThat(tasks.toKey("t2")).isEqualTo("t2");
        assertThat(tasks.idType()).isEqualTo(String.class);
    }

    record LongId(long id) {}

    @Test
    void theClassOfAPrimitiveIdIsItsWrapper() {
        assertThat(Entity.of(LongId.class, LongId::id).idType()).isEqualTo(Long.class);
        assertThat(Entity.of(LongId.class, long.class).schema().name()).isEqualTo("long_id");
        assertThat(Entity.of(LongId.class, Long.class).keyOf(new LongId(0))).isEqualTo(0L);
    }

    @Test
    void codeNamesTableColumnsIndexesAndRules() {
        Entity<Task, String> todo = tasks.table("todo")
                .column(Task::due, "due_at")
                .index(Task::status, Task::due)
                .unique(Task::title)
                .check(Task::priority, new Check.Range(0, 9))
                .notNull(Task::title)
                .defaultValue(Task::status, Status.NEW)
                .transientProperty(Task::tags);
        TableSchema schema = todo.schema();
        assertThat(schema.name()).isEqualTo("todo");
        assertThat(schema.rowType().indexOf("tags")).isNegative();
        assertThat(schema.column("due_at").type()).isEqualTo(DataType.TIMESTAMP);
        assertThat(schema.column("title").notNull()).isTrue();
        assertThat(schema.column("status").defaultValue()).isEqualTo("NEW");
        assertThat(schema.indexes())
                .containsExactly(Index.of("todo", false, "status", "due_at"), Index.of("todo", true, "title"));
        schema.validate(todo.toRow(task));
        Row tooHigh = todo.toRow(new Task("t", "x", Status.NEW, 10, Instant.EPOCH, List.of()));
        assertThatThrownBy(() -> schema.validate(tooHigh))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("priority must be at most 9, not 10");
        assertThat(todo.fromRow(todo.toRow(task)).tags()).isNull();
    }

    @Table("people")
    record Person(
            @Id String email,
            @Version int version,

            @io.taskmover.storage.mapping.Column("full_name")
            String name,

            @Indexed(unique = true) String badge,
            @Indexed String city,
            @Transient Optional<String> cached) {}

    @Test
    void annotationsSayTheSame() {
        Entity<Person, String> people = Entity.of(Person.class, String.class);
        TableSchema schema = people.schema();
        assertThat(schema.name()).isEqualTo("people");
        assertThat(schema.primaryKey()).containsExactly("email");
        assertThat(schema.versionColumn()).contains("version");
        assertThat(schema.rowType()).hasToString("[email, version, full_name, badge, city]");
        assertThat(schema.indexes())
                .containsExactly(Index.of("people", true, "badge"), Index.of("people", false, "city"));
        Person ada = new Person("ada@example.org", 1, "Ada", "b", "London", Optional.of("x"));
        assertThat(people.fromRow(people.toRow(ada)))
                .isEqualTo(new Person("ada@example.org", 1, "Ada", "b", "London", Optional.empty()));
    }

    record Wide(String id, int a, long b, double c, boolean d, char e, Optional<String> f, String g) {}

    @Test
    void whatARowLacksReadsAsNullZeroOrEmptyAndWhatTheClassLacksIsIgnored() {
        Entity<Wide, String> wide = Entity.of(Wide.class, String.class);
        RowType other = RowType.of(List.of(
                Column.of("unknown", DataType.REAL), Column.of("g", DataType.TEXT), Column.of("id", DataType.TEXT)));
        Wide expected = new Wide("w", 0, 0, 0, false, '\0', Optional.empty(), "seven");
        assertThat(wide.fromRow(Row.of(other, 1.5, "seven", "w"))).isEqualTo(expected);
        Object[] nulls = new Object[8];
        nulls[0] = "w";
        nulls[7] = "seven";
        assertThat(wide.fromRow(Row.of(wide.schema().rowType(), nulls))).isEqualTo(expected);
    }

    @Test
    void rowsOfManyTypesAreReadEachByItsOwnOrder() {
        for (int i = 0; i < 200; i++) {
            RowType type = RowType.of(List.of(
                    i % 2 == 0 ? Column.of("title", DataType.TEXT) : Column.of("id", DataType.TEXT),
                    i % 2 == 0 ? Column.of("id", DataType.TEXT) : Column.of("title", DataType.TEXT)));
            Task read = tasks.fromRow(i % 2 == 0 ? Row.of(type, "T", "i") : Row.of(type, "i", "T"));
            assertThat(read.id() + read.title()).isEqualTo("iT");
        }
    }

    record Line(LineId id, int amount) {}

    record LineId(
            @io.taskmover.storage.mapping.Column("order_id") UUID order, int line) {}

    @Test
    void theComponentsOfARecordIdAreKeyColumns() {
        Entity<Line, LineId> lines = Entity.of(Line.class, LineId.class);
        UUID order = new UUID(1, 2);
        Line line = new Line(new LineId(order, 7), 3);
        assertThat(lines.schema().primaryKey()).containsExactly("order_id", "line");
        assertThat(lines.toRow(line).toArray()).containsExactly(order, 7L, 3L);
        assertThat(lines.fromRow(lines.toRow(line))).isEqualTo(line);
        assertThat(lines.keyOf(line)).isEqualTo(CompositeKey.of(order, 7L));
        assertThat(lines.keyOf(new Line(null, 1))).isNull();
        assertThat(lines.toKey(line.id())).isEqualTo(CompositeKey.of(order, 7L));
        assertThat(lines.column(Path.parse("id.order"))).isEqualTo(Path.of("order_id"));
        Condition same = Condition.compare(Path.of("order_id"), Condition.Operator.EQ, order)
                .and(Condition.compare(Path.of("line"), Condition.Operator.EQ, 7L));
        assertThat(lines.translate(field(Line::id).eq(line.id()).condition())).isEqualTo(same);
        assertThat(lines.translate(field(Line::id).ne(line.id()).condition())).isEqualTo(same.not());
        assertThat(lines.translate(field(Line::id).in(line.id()).condition()))
                .isEqualTo(new Condition.Or(List.of(same)));
        assertThat(lines.translate(List.of(Sort.desc("id")))).containsExactly(Sort.desc("order_id"), Sort.desc("line"));
    }

    record TaskKey(UUID value) {}

    record Typed(TaskKey id, String title) {}

    @Test
    void aRecordOfOneComponentIsStoredInTheIdsOwnColumn() {
        Entity<Typed, TaskKey> typed = Entity.of(Typed.class, Typed::id);
        UUID uuid = new UUID(3, 4);
        assertThat(typed.schema().primaryKey()).containsExactly("id");
        assertThat(typed.toKey(new TaskKey(uuid))).isEqualTo(uuid);
        assertThat(typed.fromRow(typed.toRow(new Typed(new TaskKey(uuid), "x"))).id())
                .isEqualTo(new TaskKey(uuid));
        assertThat(typed.translate(field(Typed::id).eq(new TaskKey(uuid)).condition()))
                .isEqualTo(Condition.eq(Path.of("id"), uuid));
        assertThat(typed.translate(List.of(Sort.asc("id")))).containsExactly(Sort.asc("id"));
    }

    record UuidEntity(UUID id, String title) {}

    record Counted(@GeneratedId long id, String title) {}

    record CountedBoxed(Integer id, String title) {}

    @Test
    void idsThatAreMissingAreMadeHereOrLeftToTheStore() {
        Entity<UuidEntity, UUID> uuids = Entity.of(UuidEntity.class, UUID.class);
        assertThat(uuids.keyOf(new UuidEntity(null, "x"))).isNull();
        assertThat(((UUID) uuids.toRow(new UuidEntity(null, "x")).get("id")).version())
                .isEqualTo(7);
        Row text = tasks.toRow(new Task(null, "x", null, 0, null, null));
        assertThat(UUID.fromString((String) text.get("id")).version()).isEqualTo(7);
        Row own = tasks.generatedId(() -> "mine").toRow(new Task(null, "x", null, 0, null, null));
        assertThat(own.get("id")).isEqualTo("mine");

        Entity<Counted, Long> counted = Entity.of(Counted.class, Long.class);
        assertThat(counted.schema().generatedKey()).isTrue();
        assertThat(counted.toRow(new Counted(0, "x")).get("id")).isNull();
        assertThat(counted.keyOf(new Counted(0, "x"))).isNull();
        assertThat(counted.toRow(new Counted(5, "x")).get("id")).isEqualTo(5L);
        Entity<CountedBoxed, Integer> boxed =
                Entity.of(CountedBoxed.class, CountedBoxed::id).generatedId();
        assertThat(boxed.schema().generatedKey()).isTrue();
        assertThat(boxed.toRow(new CountedBoxed(null, "x")).get("id")).isNull();
    }

    record Money(BigDecimal amount, String currency) {
        static Money parse(String text) {
            String[] parts = text.split(" ");
            return new Money(new BigDecimal(parts[0]), parts[1]);
        }
    }

    record Bill(String id, Money total, List<Money> parts, Duration term) {}

    @Test
    void convertersStoreAPropertyOrAClass() {
        Converter<Money, String> asText =
                Converter.of(String.class, money -> money.amount() + " " + money.currency(), Money::parse);
        Money ten = new Money(new BigDecimal("10.00"), "EUR");
        Bill bill = new Bill("b", ten, Arrays.asList(ten, null), Duration.ofDays(14));

        Entity<Bill, String> byClass = Entity.of(Bill.class, Bill::id).converter(Money.class, asText);
        assertThat(byClass.toRow(bill).get("total")).isEqualTo("10.00 EUR");
        assertThat(byClass.toRow(bill).get("parts")).isEqualTo(Arrays.asList("10.00 EUR", null));
        assertThat(byClass.fromRow(byClass.toRow(bill))).isEqualTo(bill);
        assertThat(byClass.translate(field(Bill::total).eq(ten).condition()))
                .isEqualTo(Condition.eq(Path.of("total"), "10.00 EUR"));

        Entity<Bill, String> byProperty = Entity.of(Bill.class, Bill::id)
                .converter(Bill::total, asText)
                .converter(Bill::term, Converter.of(Long.class, Duration::toDays, Duration::ofDays));
        assertThat(byProperty.toRow(bill).get("total")).isEqualTo("10.00 EUR");
        assertThat(byProperty.toRow(bill).get("parts"))
                .isEqualTo(Arrays.asList(Map.of("amount", new BigDecimal("10.00"), "currency", "EUR"), null));
        assertThat(byProperty.toRow(bill).get("term")).isEqualTo(14L);
        assertThat(byProperty.fromRow(byProperty.toRow(bill))).isEqualTo(bill);
    }

    record City(
            String name,
            @io.taskmover.storage.mapping.Column("zip") int postcode,
            Optional<LocalDate> founded) {}

    record Customer(String id, City city, Map<String, City> others, Set<Status> states, Optional<Duration> delay) {}

    @Test
    void conditionsAreTranslatedDownIntoNestedValues() {
        Entity<Customer, String> customers =
                Entity.of(Customer.class, Customer::id).column(Customer::city, "place");
        assertThat(customers.column(Path.parse("city.postcode"))).isEqualTo(Path.of("place", "zip"));
        assertThat(customers.column(Path.parse("others.home.postcode"))).isEqualTo(Path.of("others", "home", "zip"));
        assertThat(customers.column(Path.parse("unknown.x"))).isEqualTo(Path.of("unknown", "x"));
        LocalDate day = LocalDate.of(800, 1, 1);
        assertThat(customers.translate(
                        field("city.founded").between(day, day.plusDays(1)).condition()))
                .hasToString(field("place.founded")
                        .between("0800-01-01", "0800-01-02")
                        .condition()
                        .toString());
        assertThat(customers.translate(field("delay").eq(Duration.ofSeconds(3)).condition()))
                .isEqualTo(Condition.eq(Path.of("delay"), new BigDecimal("3")));
        assertThat(customers.translate(
                        field(Customer::delay).eq(Optional.empty()).condition()))
                .isEqualTo(Condition.eq(Path.of("delay"), null));
        assertThat(customers.translate(
                        field(Customer::delay).ne(Optional.empty()).condition()))
                .isEqualTo(Condition.eq(Path.of("delay"), null).not());
        assertThat(customers.translate(List.of(Sort.desc("city.postcode")))).containsExactly(Sort.desc("place.zip"));
        assertThatThrownBy(() -> customers.translate(
                        field("city.founded").eq(LocalDate.of(10_000, 1, 1)).condition()))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("place.founded")
                .hasMessageContaining("0001 to 9999");
    }

    @Test
    void everyKindOfConditionIsTranslated() {
        Entity<Task, String> todo = tasks.column(Task::due, "due_at");
        Condition before = field(Task::due)
                .isNull()
                .or(field(Task::due).lessThan(Instant.EPOCH))
                .and(field(Task::due).in(Instant.EPOCH).not())
                .and(field(Task::title).like("a%"))
                .condition();
        Condition after = field("due_at")
                .isNull()
                .or(field("due_at").lessThan(Instant.EPOCH))
                .and(field("due_at").in(Instant.EPOCH).not())
                .and(field("title").like("a%"))
                .condition();
        assertThat(todo.translate(before)).isEqualTo(after);
        assertThat(todo.translate(field(Task::status).eq(Status.DONE).condition()))
                .isEqualTo(Condition.eq(Path.of("status"), "DONE"));
    }

    record Headline(String title, Instant due) {}

    record CityView(
            @io.taskmover.storage.mapping.Column("city.postcode")
            int zip,

            City city,
            String id) {}

    @Test
    void viewsSelectTheirPropertiesByName() {
        View<Headline> headlines = tasks.column(Task::due, "due_at").view(Headline.class);
        assertThat(headlines.paths()).containsExactly(Path.of("title"), Path.of("due_at"));
        RowType type = RowType.of(List.of(Column.of("title", DataType.TEXT), Column.of("due_at", DataType.TIMESTAMP)));
        assertThat(headlines.apply(Row.of(type, "T", Instant.EPOCH))).isEqualTo(new Headline("T", Instant.EPOCH));

        View<CityView> cities = Entity.of(Customer.class, Customer::id).view(CityView.class);
        assertThat(cities.paths()).containsExactly(Path.of("city", "zip"), Path.of("city"), Path.of("id"));
        RowType nested = RowType.of(List.of(
                Column.of("city.zip", DataType.JSON),
                Column.of("city", DataType.JSON),
                Column.of("id", DataType.TEXT)));
        assertThat(cities.apply(Row.of(nested, 12345L, Map.of("name", "Ulm", "zip", 12345L), "c")))
                .isEqualTo(new CityView(12345, new City("Ulm", 12345, Optional.empty()), "c"));
    }

    record IdView(LineId id) {}

    @Test
    void aViewCanHaveACompositeId() {
        View<IdView> ids = Entity.of(Line.class, Line::id).view(IdView.class);
        assertThat(ids.paths()).containsExactly(Path.of("order_id"), Path.of("line"));
        RowType type = RowType.of(List.of(Column.of("order_id", DataType.UUID), Column.of("line", DataType.INTEGER)));
        assertThat(ids.apply(Row.of(type, new UUID(1, 2), 3L))).isEqualTo(new IdView(new LineId(new UUID(1, 2), 3)));
    }

    @Test
    void whatIsDescribedAlikeIsMappedOnceAndWhatIsNotIsNot() {
        Entity<LongId, Long> plain = Entity.of(LongId.class, LongId::id);
        assertThat(Entity.of(LongId.class, LongId::id).schema()).isSameAs(plain.schema());
        assertThat(plain.index(LongId::id).schema()).isNotEqualTo(plain.schema());
        assertThat(Entity.of(LongId.class, LongId::id).index(LongId::id).schema())
                .isSameAs(Entity.of(LongId.class, LongId::id).index(LongId::id).schema());
        // more than are remembered
        for (int i = 0; i < 200; i++) {
            assertThat(plain.table("t" + i).schema().name()).isEqualTo("t" + i);
        }
    }

    @Test
    void eachSourceOfIdsIsAskedByItsOwnEntityOnly() {
        Entity<Wide, String> wide = Entity.of(Wide.class, String.class);
        Wide unnamed = new Wide(null, 1, 2, 3, true, 'e', Optional.empty(), "g");
        assertThat(wide.generatedId(() -> "a").toRow(unnamed).get("id")).isEqualTo("a");
        assertThat(wide.generatedId(() -> "b").toRow(unnamed).get("id")).isEqualTo("b");
    }
}
