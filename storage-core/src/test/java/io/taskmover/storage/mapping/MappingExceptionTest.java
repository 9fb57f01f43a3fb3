package io.taskmover.storage.mapping;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Row;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

/** What is wrong with a class or a value is said with the class, the property and what to do. */
class MappingExceptionTest {
    private static void refuses(Entity<?, ?> entity, String... parts) {
        assertThatThrownBy(entity::schema).isInstanceOf(MappingException.class).hasMessageContainingAll(parts);
    }

    record Task(String id, String title, int priority, List<Double> numbers) {
        Task {
            if ("forbidden".equals(title)) {
                throw new IllegalStateException("a title must not be forbidden");
            }
        }

        String computed() {
            return title;
        }
    }

    @Test
    void aWrongIdType() {
        refuses(
                Entity.of(Task.class, Long.class),
                "id of " + Task.class.getName() + " is String (property 'id'), not Long",
                "Task.class, String.class");
    }

    record NoId(String name) {}

    record TwoIds(@Id String a, @Id String b) {}

    record TransientId(@Transient String id) {}

    record RealId(double id) {}

    record GeneratedBoolean(@GeneratedId boolean id) {}

    record EmptyId(Empty id) {}

    record Empty() {}

    @Test
    void anIdThatIsNone() {
        refuses(Entity.of(NoId.class, String.class), "has no id", "@Id", "Entity.of(NoId.class, NoId::…)", "[name]");
        refuses(Entity.of(TwoIds.class, String.class), "more than one @Id: [a, b]", "a record of its parts");
        refuses(Entity.of(TransientId.class, String.class), "The id 'id'", "is transient");
        refuses(Entity.of(RealId.class, Double.class), "RealId", "'id'", "REAL", "cannot be part of a primary key");
        refuses(Entity.of(GeneratedBoolean.class, Boolean.class), "'id'", "boolean", "cannot be generated");
        refuses(Entity.of(EmptyId.class, Empty.class), "The id 'id'", "has no components");
        Entity<Task, Object> unchecked = cast(Entity.of(Task.class, Task::id));
        assertThatThrownBy(() -> unchecked.toKey(1L))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("is java.lang.String, not java.lang.Long 1");
    }

    @SuppressWarnings("unchecked")
    private static <X> X cast(Object value) {
        return (X) value;
    }

    record Versioned(String id, @Version String version) {}

    record TwoVersions(String id, @Version int a, @Version int b) {}

    record Twins(String id, @Column("id") String other) {}

    record NestedTwins(String id, Inside inside) {
        record Inside(int a, @Column("a") int b) {}
    }

    record IndexedList(String id, @Indexed List<String> tags) {}

    @Test
    void columnsThatDoNotFitTogether() {
        refuses(Entity.of(Versioned.class, String.class), "The version 'version'", "is String", "a long or an int");
        refuses(Entity.of(TwoVersions.class, String.class), "more than one @Version");
        refuses(Entity.of(Twins.class, String.class), "Two properties", "column 'id'", "'other'", "@Column");
        refuses(Entity.of(NestedTwins.class, String.class), "Two properties", "Inside", "as 'a'", "@Column");
        refuses(Entity.of(IndexedList.class, String.class), "IndexedList", "'tags'", "cannot be indexed");
    }

    @Test
    void settingsThatDoNotFit() {
        Entity<Task, String> tasks = Entity.of(Task.class, Task::id);
        refuses(tasks.column(Task::computed, "x"), "no property 'computed'", "[id, title, priority, numbers]");
        refuses(tasks.index(Task::computed), "no property 'computed'");
        refuses(tasks.check(Task::priority, new Check.Range("low", null)), "'priority'", "'low' is not a value");
        assertThatThrownBy(() -> tasks.table("x").column(task -> task.title(), "x"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("method reference");
    }

    record Unknown(String id, BitSet bits) {}

    record UnknownNested(String id, List<Optional<Holder>> holders) {
        record Holder(ConcurrentMap<String, String> map) {}
    }

    record UnknownList(String id, PriorityQueue<String> queue) {}

    record Keys(String id, Map<List<String>, String> byList) {}

    record AbstractPart(String id, Runnable task) {}

    interface Open {}

    record OpenPart(String id, Open part) {}

    @Test
    void propertyTypesWithoutAForm() {
        refuses(Entity.of(Unknown.class, String.class), "'bits' of", "Unknown", "java.util.BitSet", "converter(BitSet");
        refuses(Entity.of(UnknownNested.class, String.class), "'map' of", "Holder", "java.util.concurrent");
        refuses(Entity.of(UnknownList.class, String.class), "'queue' of", "java.util.PriorityQueue");
        refuses(Entity.of(Keys.class, String.class), "'byList' of", "keys are List", "list of entries");
        refuses(Entity.of(AbstractPart.class, String.class), "'task' of", "java.lang.Runnable");
        refuses(Entity.of(OpenPart.class, String.class), "'part' of", "Open is abstract and not sealed", "Converter");
    }

    abstract static class Abstract {
        String id;
    }

    class Inner {
        String id;
    }

    static class Final {
        final String id = "x";
    }

    static class Hidden {
        private final String id;

        Hidden(String somethingElse) {
            this.id = somethingElse;
        }
    }

    static class Ambiguous {
        private final String id;
        private final String name;

        Ambiguous(String id, String name) {
            this.id = id;
            this.name = name;
        }

        Ambiguous(int id, String name) {
            this(String.valueOf(id), name);
        }

        int id() {
            return id.length() + name.length();
        }
    }

    static class NoProperties {}

    @Test
    void classesThatCannotBePutTogether() {
        refuses(Entity.of(Abstract.class, String.class), "Abstract is abstract and not sealed", "seal it");
        refuses(Entity.of(Inner.class, String.class), "Inner is an inner class", "static");
        refuses(Entity.of(Final.class, String.class), "Field 'id' of", "is final", "@Transient");
        refuses(Entity.of(Hidden.class, String.class), "no constructor", "[id]", "-parameters");
        refuses(Entity.of(NoProperties.class, String.class), "NoProperties has no properties");
        refuses(Entity.of(Thread.State.class, String.class), "Thread$State");
    }

    @Test
    void packagesThatAreNotOpen() {
        refuses(
                Entity.of(BitSet.class, String.class),
                "cannot be reached",
                "opens java.util to io.taskmover.storage",
                "java.base");
    }

    sealed interface Sealed {
        record HasType(String id, String type) implements Sealed {}
    }

    record SealedHolder(String id, Sealed sealed) {}

    sealed interface Leaky {
        non-sealed interface Hole extends Leaky {}
    }

    sealed interface WithEnum {
        enum One implements WithEnum {
            ONE
        }
    }

    sealed interface SameName {
        @TypeName("x")
        record A(String id) implements SameName {}

        @TypeName("x")
        record B(String id) implements SameName {}
    }

    sealed interface Different {
        record A(String id, int value) implements Different {}

        record B(String id, String value) implements Different {}
    }

    sealed interface IdInOne {
        record A(String id) implements IdInOne {}

        record B(String other) implements IdInOne {}
    }

    @Test
    void sealedTypesWhoseClassesDoNotFit() {
        refuses(Entity.of(Sealed.class, String.class), "HasType", "column 'type'", "'type'");
        refuses(Entity.of(SealedHolder.class, String.class), "HasType", "'type'", "@TypeName(member = …)");
        refuses(Entity.of(Leaky.class, String.class), "Hole", "open to any subclass");
        refuses(Entity.of(WithEnum.class, String.class), "The enum", "One", "Converter");
        refuses(Entity.of(SameName.class, String.class), "both stored as 'x'", "@TypeName");
        refuses(Entity.of(Different.class, String.class), "'value'", "different forms");
        refuses(Entity.of(IdInOne.class, String.class), "Not every class", "'id'");
    }

    record Line(LineId id) {}

    record LineId(String order, int line) {}

    @Test
    void aCompositeIdIsMoreThanOneColumn() {
        Entity<Line, LineId> lines = Entity.of(Line.class, Line::id);
        assertThatThrownBy(() -> lines.translate(
                        field(Line::id).lessThan(new LineId("a", 1)).condition()))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("The id 'id'", "composite", "id.order");
        assertThatThrownBy(() -> lines.translate(field("id").eq("a").condition()))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("is LineId and cannot be compared with String a");
        assertThatThrownBy(() -> lines.translate(List.of(Sort.asc("id.page"))))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("no part 'page'");
    }

    record NotThere(String nothing) {}

    record OtherType(String priority) {}

    @Test
    void viewsThatDoNotFit() {
        Entity<Task, String> tasks = Entity.of(Task.class, Task::id);
        assertThatThrownBy(() -> tasks.view(NotThere.class))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("'nothing' of the view", "NotThere", "Task");
        assertThatThrownBy(() -> tasks.view(OtherType.class))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("'priority' of the view", "is TEXT, but INTEGER");
    }

    @Test
    void storedValuesThatDoNotFit() {
        Entity<Task, String> tasks = Entity.of(Task.class, Task::id);
        Row row = tasks.toRow(new Task("t1", "x", 1, List.of()));
        assertThatThrownBy(() -> tasks.fromRow(row.with("priority", 1L << 40)))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("Row 't1' of table 'task'", "'priority' must fit an int");
        assertThatThrownBy(() -> tasks.fromRow(row.with("title", 5L)))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("'title' cannot be read: java.lang.ClassCastException");
        assertThatThrownBy(() -> tasks.fromRow(row.with("numbers", "none")))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("'numbers' must be a JSON array");
        assertThatThrownBy(() -> tasks.fromRow(row.with("title", "forbidden")))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("a title must not be forbidden")
                .hasRootCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> tasks.toRow(new Task("t1", "x", 1, List.of(Double.NaN))))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("numbers must be a finite number, not NaN");
        assertThat(tasks.fromRow(row).id()).isEqualTo("t1");
    }

    enum Color {
        RED
    }

    record Colored(Color id, String text) {}

    @Test
    void constantsThatAreGoneFromAnId() {
        Entity<Colored, Color> colored = Entity.of(Colored.class, Color.class);
        Row row = colored.toRow(new Colored(Color.RED, "x")).with("id", "BLUE");
        assertThatThrownBy(() -> colored.fromRow(row))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("Row 'BLUE'", "'id' must be a constant of Color, not 'BLUE'");
    }

    @Test
    void convertersThatFail() {
        Entity<Task, String> tasks = Entity.of(Task.class, Task::id)
                .converter(
                        Task::title,
                        Converter.of(
                                String.class,
                                title -> {
                                    throw new IllegalStateException("broken");
                                },
                                title -> title));
        assertThatThrownBy(() -> tasks.toRow(new Task("t1", "x", 1, List.of())))
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("'title' of", "cannot be written", "broken");
    }
}
