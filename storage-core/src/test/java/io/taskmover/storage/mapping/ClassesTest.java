package io.taskmover.storage.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.query.Field;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The kinds of class that can be entities or nested in one. */
class ClassesTest {

    static class Base<I> {
        private I id;

        public I getId() {
            return id;
        }

        public void setId(I id) {
            this.id = id;
        }
    }

    static class User extends Base<Long> {
        static final String IGNORED = "static";
        private transient int alsoIgnored = 3;
        private String name;
        private boolean active;
        private List<String> tags = new ArrayList<>();

        @Transient
        private final Object lock = new Object();

        protected User() {}

        User(long id, String name) {
            setId(id);
            this.name = name;
        }

        public String getName() {
            return name + alsoIgnored;
        }

        public void setName(String name) {
            this.name = name.substring(0, name.length() - 1);
        }

        public boolean isActive() {
            return active;
        }

        public Object lock() {
            return lock;
        }

        public String getComputed() {
            return "computed";
        }
    }

    @Test
    void aBeanHasItsFieldsAndThoseOfItsSuperclasses() {
        Entity<User, Long> users = Entity.of(User.class, Long.class);
        assertThat(users.schema().rowType()).hasToString("[id, name, active, tags]");
        User user = new User(7, "Ada");
        user.active = true;
        user.tags.add("x");
        Row row = users.toRow(user);
        assertThat(row.toArray()).containsExactly(7L, "Ada3", true, List.of("x"));
        User read = users.fromRow(row);
        assertThat(read).usingRecursiveComparison().ignoringFields("lock").isEqualTo(user);
        read.tags.add("a bean's collections can be changed");
        assertThat(users.toRow(user)).isEqualTo(row);
        assertThat(users.column(Field.field(User::isActive).path()).column()).isEqualTo("active");
    }

    public static class Temperature {
        private double kelvin;

        public int getId() {
            return 1;
        }

        public void setId(int id) {
            assertThat(id).isEqualTo(1);
        }

        public double getCelsius() {
            return kelvin - 273.15;
        }

        public void setCelsius(double celsius) {
            kelvin = celsius + 273.15;
        }
    }

    @Test
    void aBeanHasItsPairsOfGetterAndSetterToo() {
        Entity<Temperature, Integer> temperatures = Entity.of(Temperature.class, Integer.class);
        assertThat(temperatures.schema().rowType()).hasToString("[kelvin, celsius, id]");
    }

    static final class Point {
        private final int id;
        private final int x;

        @Column("why")
        private final int y;

        private final int sum;

        Point(int id, int x, int y) {
            this.id = id;
            this.x = x;
            this.y = y;
            this.sum = x + y;
        }

        Point(int id) {
            this(id, 0, 0);
        }

        int x() {
            return x;
        }
    }

    @Test
    void anImmutableClassHasTheParametersOfItsLargestConstructor() {
        Entity<Point, Integer> points = Entity.of(Point.class, Integer.class);
        assertThat(points.schema().rowType()).hasToString("[id, x, why]");
        Point read = points.fromRow(points.toRow(new Point(1, 2, 3)));
        assertThat(read.sum).isEqualTo(5);
        assertThat(read.id + read.x() + read.y).isEqualTo(6);
    }

    record Pair<A, B>(A left, B right) {}

    record Node(String name, List<Node> children, Map<String, Node> byName) {}

    record Deep(
            int id,
            Pair<Integer, List<Pair<String, Long>>> pair,
            Node node,
            Set<String> set,
            SortedMap<Integer, String> byNumber,
            Object any,
            int[] numbers,
            String[][] table) {}

    @Test
    void nestedValuesAreCanonicalJson() {
        Entity<Deep, Integer> deep = Entity.of(Deep.class, Integer.class);
        Map<String, Object> any = new LinkedHashMap<>();
        any.put("z", 1L);
        any.put("a", Arrays.asList(true, null, "x"));
        Deep value = new Deep(
                1,
                new Pair<>(1, List.of(new Pair<>("a", 2L))),
                new Node("root", List.of(new Node("leaf", List.of(), null)), Map.of("x", new Node("y", null, null))),
                new HashSet<>(List.of("c", "a", "b")),
                new TreeMap<>(Map.of(2, "two", 10, "ten")),
                any,
                new int[] {3, 1},
                new String[][] {{"a"}, {}});
        Row row = deep.toRow(value);
        deep.schema().validate(row);
        assertThat(Json.text(row.get("pair"))).isEqualTo("{\"left\":1,\"right\":[{\"left\":\"a\",\"right\":2}]}");
        assertThat(Json.text(row.get("node")))
                .isEqualTo("{\"byName\":{\"x\":{\"name\":\"y\"}},"
                        + "\"children\":[{\"children\":[],\"name\":\"leaf\"}],\"name\":\"root\"}");
        assertThat(Json.text(row.get("set"))).isEqualTo("[\"a\",\"b\",\"c\"]");
        assertThat(Json.text(row.get("byNumber"))).isEqualTo("{\"10\":\"ten\",\"2\":\"two\"}");
        assertThat(Json.text(row.get("any"))).isEqualTo("{\"a\":[true,null,\"x\"],\"z\":1}");
        assertThat(Json.text(row.get("table"))).isEqualTo("[[\"a\"],[]]");
        assertThat(deep.fromRow(row)).usingRecursiveComparison().isEqualTo(value);
    }

    sealed interface Shape {}

    @TypeName("round")
    record Circle(double radius) implements Shape {}

    sealed interface Straight extends Shape {}

    record Square(double side) implements Straight {}

    record Group(List<Shape> shapes) implements Straight {}

    record Nothing() implements Shape {}

    record Drawing(String id, Shape shape, Square square) {}

    @Test
    void sealedValuesCarryTheNameOfTheirClass() {
        Entity<Drawing, String> drawings = Entity.of(Drawing.class, String.class);
        Drawing drawing =
                new Drawing("d", new Group(List.of(new Circle(1), new Square(2.5), new Nothing())), new Square(3));
        Row row = drawings.toRow(drawing);
        assertThat(Json.text(row.get("shape")))
                .isEqualTo("{\"shapes\":[{\"radius\":1.0,\"type\":\"round\"},{\"side\":2.5,\"type\":\"Square\"},"
                        + "{\"type\":\"Nothing\"}],\"type\":\"Group\"}");
        assertThat(Json.text(row.get("square"))).isEqualTo("{\"side\":3.0}");
        assertThat(drawings.fromRow(row)).isEqualTo(drawing);
    }

    @TypeName(member = "kind")
    sealed interface Event {
        String id();
    }

    record Created(String id, int priority, String by) implements Event {}

    @TypeName("gone")
    record Deleted(String id, String by, boolean forced) implements Event {}

    @Test
    void aSealedTypeIsOneTableForAllItsClasses() {
        Entity<Event, String> events = Entity.of(Event.class, Event::id);
        assertThat(events.schema().rowType()).hasToString("[kind, id, priority, by, forced]");
        assertThat(events.schema().column("kind").notNull()).isTrue();
        assertThat(events.schema().column("priority").notNull()).isFalse();
        assertThat(events.schema().column("priority").type()).isEqualTo(DataType.INTEGER);
        Event created = new Created("1", 2, "ada");
        Event deleted = new Deleted("2", "bob", true);
        assertThat(events.toRow(created).toArray()).containsExactly("Created", "1", 2L, "ada", null);
        assertThat(events.toRow(deleted).toArray()).containsExactly("gone", "2", null, "bob", true);
        assertThat(events.fromRow(events.toRow(created))).isEqualTo(created);
        assertThat(events.fromRow(events.toRow(deleted))).isEqualTo(deleted);
        assertThat(events.keyOf(deleted)).isEqualTo("2");
    }
}
