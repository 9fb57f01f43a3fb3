package io.taskmover.storage.testkit;

import io.taskmover.storage.mapping.Alias;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.mapping.GeneratedId;
import io.taskmover.storage.mapping.Indexed;
import io.taskmover.storage.mapping.Version;
import io.taskmover.storage.schema.Check;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Classes as they were and as they are, with rows that tell whether the change hurts. */
final class SchemaLockCases {
    /** How a person completes a migration: by agreeing. */
    static final UnaryOperator<String> AS_IT_IS = text -> text;

    private SchemaLockCases() {}

    /**
     * A change of a class.
     *
     * @param before the class as it was; the table is named by who uses it
     * @param rows what was stored then
     * @param inserted what is stored now
     * @param compatible whether the change hurts nothing
     * @param renamed constants and members that have another name now, by the former one
     * @param completion what is done to the text of the migration once its todos are gone; null if it cannot be completed
     */
    record Case<A, B>(
            String name,
            Entity<A, ?> before,
            List<A> rows,
            Entity<B, ?> after,
            B inserted,
            boolean compatible,
            Map<String, String> renamed,
            @Nullable UnaryOperator<String> completion) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static final class Cases {
        private final List<Case<?, ?>> all = new ArrayList<>();

        <A, B> void fits(String name, Entity<A, ?> before, List<A> rows, Entity<B, ?> after, B inserted) {
            all.add(new Case<>(name, before, rows, after, inserted, true, Map.of(), null));
        }

        <A, B> void renamed(
                String name,
                Map<String, String> renamed,
                Entity<A, ?> before,
                List<A> rows,
                Entity<B, ?> after,
                B inserted) {
            all.add(new Case<>(name, before, rows, after, inserted, true, renamed, null));
        }

        <A, B> void mended(
                String name,
                Entity<A, ?> before,
                List<A> rows,
                Entity<B, ?> after,
                B inserted,
                UnaryOperator<String> completion) {
            all.add(new Case<>(name, before, rows, after, inserted, false, Map.of(), completion));
        }

        <A, B> void hurts(String name, Entity<A, ?> before, List<A> rows, Entity<B, ?> after, B inserted) {
            all.add(new Case<>(name, before, rows, after, inserted, false, Map.of(), null));
        }
    }

    /** Puts a change in front of those that a migration has. */
    private static UnaryOperator<String> first(String change) {
        return text -> {
            int end = text.indexOf('[') + 1;
            String rest = text.substring(end);
            return text.substring(0, end)
                    + change.replace('\'', '"')
                    + (rest.strip().startsWith("]") ? "" : ",")
                    + rest;
        };
    }

    record One(String id) {}

    record Titled(String id, @Nullable String title) {}

    record Named(String id, @Nullable String name) {}

    record Optionally(String id, Optional<String> title) {}

    record Timed(String id, @Nullable Instant title) {}

    record Linked(String id, @Nullable URI title) {}

    record Counted(String id, int n) {}

    record LongCounted(String id, long n) {}

    record MaybeCounted(String id, @Nullable Integer n) {}

    record TextCounted(String id, @Nullable String n) {}

    record TitledCounted(String id, @Nullable String title, int n) {}

    record TitledMaybe(
            String id, @Nullable String title, @Nullable Integer n) {}

    enum Three {
        A,
        B,
        C
    }

    enum Two {
        A,
        B
    }

    record InThree(String id, @Nullable Three state) {}

    record InTwo(String id, @Nullable Two state) {}

    record InText(String id, @Nullable String state) {}

    record IntKey(int id, @Nullable String title) {}

    record LongKey(long id, @Nullable String title) {}

    record Versioned(
            String id, @Nullable String title, @Version long version) {}

    record Unversioned(String id, @Nullable String title, long version) {}

    record Generated(@GeneratedId long id, @Nullable String title) {}

    record UniquelyTitled(
            String id, @Indexed(unique = true) @Nullable String title) {}

    record IndexTitled(String id, @Indexed @Nullable String title) {}

    record UniquelyMore(
            String id,
            @Nullable String title,
            @Indexed(unique = true) @Nullable String mail) {}

    record Pair(@Nullable String left, int right) {}

    record LongPair(@Nullable String left, long right) {}

    record DoublePair(@Nullable String left, double right) {}

    record MaybePair(@Nullable String left, @Nullable Integer right) {}

    record Left(@Nullable String left) {}

    record Triple(
            @Nullable String left, int right, @Nullable String third) {}

    record OfPair(String id, @Nullable Pair pair) {}

    record OfLongPair(String id, @Nullable LongPair pair) {}

    record OfDoublePair(String id, @Nullable DoublePair pair) {}

    record OfMaybePair(String id, @Nullable MaybePair pair) {}

    record OfLeft(String id, @Nullable Left pair) {}

    record OfTriple(String id, @Nullable Triple pair) {}

    record OfAny(String id, @Nullable Object pair) {}

    record Ints(String id, List<Integer> items) {}

    record Longs(String id, List<Long> items) {}

    record IntSet(String id, Set<Integer> items) {}

    record Threes(String id, List<Three> items) {}

    record Twos(String id, List<Two> items) {}

    sealed interface Shape permits Circle, Square {}

    record Circle(int radius) implements Shape {}

    record Square(int side) implements Shape {}

    /** The shapes without circles. */
    sealed interface Angular permits Rectangular {}

    @io.taskmover.storage.mapping.TypeName("Square")
    record Rectangular(int side) implements Angular {}

    record OfShape(String id, @Nullable Shape shape) {}

    record OfAngular(String id, @Nullable Angular shape) {}

    sealed interface Animal permits Cat, Dog {}

    record Cat(String id, int lives) implements Animal {}

    record Dog(String id, @Nullable String owner) implements Animal {}

    sealed interface Pet permits OnlyCat {}

    @io.taskmover.storage.mapping.TypeName("Cat")
    record OnlyCat(String id, int lives) implements Pet {}

    sealed interface Barking permits OnlyDog {}

    @io.taskmover.storage.mapping.TypeName("Dog")
    record OnlyDog(String id, @Nullable String owner) implements Barking {}

    sealed interface Hunting permits Hound, Falcon {}

    @io.taskmover.storage.mapping.TypeName("Dog")
    record Hound(String id, @Nullable String owner, int speed) implements Hunting {}

    record Falcon(String id) implements Hunting {}

    sealed interface Thing permits Stone {}

    record Stone(String id, int weight) implements Thing {}

    sealed interface AnyThing permits Rock, Idea {}

    @io.taskmover.storage.mapping.TypeName("Stone")
    record Rock(String id, int weight) implements AnyThing {}

    record Idea(String id, @Nullable String text) implements AnyThing {}

    record Aliased(String id, @Alias("title") @Nullable String name) {}

    record AliasedCount(String id, @Alias("n") int count) {}

    enum ThreeRenamed {
        A,
        B,
        @Alias("C")
        Z
    }

    record InThreeRenamed(String id, @Nullable ThreeRenamed state) {}

    record ThreesRenamed(String id, List<ThreeRenamed> items) {}

    record RenamedPair(@Alias("left") @Nullable String first, int right) {}

    record OfRenamedPair(String id, @Nullable RenamedPair pair) {}

    record DoubleCounted(String id, double n) {}

    record DecimalCounted(String id, @Nullable BigDecimal n) {}

    static List<Case<?, ?>> all() {
        Cases cases = new Cases();
        columns(cases);
        types(cases);
        tables(cases);
        nested(cases);
        classes(cases);
        renamed(cases);
        widened(cases);
        return cases.all;
    }

    private static void columns(Cases cases) {
        Entity<Titled, ?> titled = Entity.of(Titled.class);
        List<Titled> titles = List.of(new Titled("a", "x"), new Titled("b", null));
        cases.fits("nothing changed", titled, titles, Entity.of(Titled.class), new Titled("c", "y"));
        cases.fits("a property is added", titled, titles, Entity.of(TitledMaybe.class), new TitledMaybe("c", "y", 1));
        cases.mended(
                "a primitive property is added",
                titled,
                titles,
                Entity.of(TitledCounted.class),
                new TitledCounted("c", "y", 1),
                AS_IT_IS);
        cases.mended(
                "a required property is added",
                titled,
                titles,
                Entity.of(TitledMaybe.class).notNull(TitledMaybe::n),
                new TitledMaybe("c", "y", 1),
                text -> text.replace("\"default\": 0", "\"default\": 7"));
        cases.fits(
                "a required property with a default is added",
                titled,
                titles,
                Entity.of(TitledMaybe.class).notNull(TitledMaybe::n).defaultValue(TitledMaybe::n, 7),
                new TitledMaybe("c", "y", 1));
        cases.fits(
                "a primitive property with a default is added",
                titled,
                titles,
                Entity.of(TitledCounted.class).defaultValue(TitledCounted::n, 7),
                new TitledCounted("c", "y", 1));
        cases.fits("a property is removed", titled, titles, Entity.of(One.class), new One("c"));
        cases.mended(
                "a primitive property is removed",
                Entity.of(Counted.class),
                List.of(new Counted("a", 1)),
                Entity.of(One.class),
                new One("c"),
                AS_IT_IS);
        cases.fits(
                "a primitive property with a default is removed",
                Entity.of(Counted.class).defaultValue(Counted::n, 7),
                List.of(new Counted("a", 1)),
                Entity.of(One.class),
                new One("c"));
        cases.mended(
                "an indexed primitive property is removed",
                Entity.of(Counted.class).index(Counted::n),
                List.of(new Counted("a", 1)),
                Entity.of(One.class),
                new One("c"),
                AS_IT_IS);
        cases.mended(
                "a property has another name", titled, titles, Entity.of(Named.class), new Named("c", "y"), AS_IT_IS);
        cases.fits(
                "a property has another name and the same column",
                titled,
                titles,
                Entity.of(Named.class).column(Named::name, "title"),
                new Named("c", "y"));
        cases.mended(
                "a property is made primitive",
                Entity.of(MaybeCounted.class),
                List.of(new MaybeCounted("a", 1), new MaybeCounted("b", null)),
                Entity.of(Counted.class),
                new Counted("c", 2),
                AS_IT_IS);
        cases.mended(
                "an indexed property is made required",
                Entity.of(MaybeCounted.class).index(MaybeCounted::n),
                List.of(new MaybeCounted("a", 1), new MaybeCounted("b", null)),
                Entity.of(MaybeCounted.class).index(MaybeCounted::n).notNull(MaybeCounted::n),
                new MaybeCounted("c", 2),
                AS_IT_IS);
        cases.mended(
                "a primitive property may be null now",
                Entity.of(Counted.class),
                List.of(new Counted("a", 1)),
                Entity.of(MaybeCounted.class),
                new MaybeCounted("c", null),
                AS_IT_IS);
        cases.fits(
                "the default is another",
                Entity.of(Counted.class).defaultValue(Counted::n, 7),
                List.of(new Counted("a", 1)),
                Entity.of(Counted.class).defaultValue(Counted::n, 8),
                new Counted("c", 2));
        cases.mended(
                "a check is added",
                titled,
                List.of(new Titled("a", "long")),
                Entity.of(Titled.class).check(Titled::title, new Check.Length(1, 3)),
                new Titled("c", "y"),
                first("{'replaceValue': {'table': 'T', 'column': 'title', 'from': 'long', 'to': 'l'}}"));
        cases.mended(
                "a check is removed",
                Entity.of(Titled.class).check(Titled::title, new Check.Length(1, 3)),
                List.of(new Titled("a", "x")),
                titled,
                new Titled("c", "long"),
                AS_IT_IS);
    }

    private static void types(Cases cases) {
        Entity<Titled, ?> titled = Entity.of(Titled.class);
        List<InThree> threes = List.of(new InThree("a", Three.A), new InThree("b", Three.C));
        cases.fits(
                "int to long",
                Entity.of(Counted.class),
                List.of(new Counted("a", Integer.MIN_VALUE)),
                Entity.of(LongCounted.class),
                new LongCounted("c", Long.MAX_VALUE));
        cases.mended(
                "long to int",
                Entity.of(LongCounted.class),
                List.of(new LongCounted("a", 5_000_000_000L)),
                Entity.of(Counted.class),
                new Counted("c", 1),
                first("{'replaceValue': {'table': 'T', 'column': 'n', 'from': 5000000000, 'to': 5}}"));
        cases.mended(
                "int to String",
                Entity.of(Counted.class),
                List.of(new Counted("a", 12)),
                Entity.of(TextCounted.class).notNull(TextCounted::n),
                new TextCounted("c", "x"),
                AS_IT_IS);
        cases.mended(
                "String to Integer",
                Entity.of(TextCounted.class).index(TextCounted::n),
                List.of(new TextCounted("a", "12")),
                Entity.of(MaybeCounted.class).index(MaybeCounted::n),
                new MaybeCounted("c", 1),
                AS_IT_IS);
        cases.mended(
                "Instant to String",
                Entity.of(Timed.class),
                List.of(new Timed("a", Instant.parse("2026-01-02T03:04:05Z"))),
                titled,
                new Titled("c", "x"),
                AS_IT_IS);
        cases.fits(
                "URI to String",
                Entity.of(Linked.class),
                List.of(new Linked("a", URI.create("x:y"))),
                titled,
                new Titled("c", "no : uri"));
        cases.mended(
                "String to URI",
                titled,
                List.of(new Titled("a", "no : uri")),
                Entity.of(Linked.class),
                new Linked("c", URI.create("x:y")),
                first("{'replaceValue': {'table': 'T', 'column': 'title', 'from': 'no : uri', 'to': null}}"));
        cases.fits(
                "String to Optional",
                titled,
                List.of(new Titled("a", "x"), new Titled("b", null)),
                Entity.of(Optionally.class),
                new Optionally("c", Optional.of("y")));
        cases.mended(
                "a constant is removed",
                Entity.of(InThree.class),
                threes,
                Entity.of(InTwo.class),
                new InTwo("c", Two.A),
                text -> text.replace("\"to\": \"A\"", "\"to\": \"B\""));
        cases.fits(
                "a constant is added",
                Entity.of(InTwo.class),
                List.of(new InTwo("a", Two.A)),
                Entity.of(InThree.class),
                new InThree("c", Three.C));
        cases.fits("enum to String", Entity.of(InThree.class), threes, Entity.of(InText.class), new InText("c", "x"));
        cases.mended(
                "String to enum",
                Entity.of(InText.class),
                List.of(new InText("a", "A"), new InText("b", "x")),
                Entity.of(InTwo.class),
                new InTwo("c", Two.A),
                first("{'replaceValue': {'table': 'T', 'column': 'state', 'from': 'x', 'to': 'B'}}"));
    }

    private static void tables(Cases cases) {
        Entity<Titled, ?> titled = Entity.of(Titled.class);
        List<Titled> titles = List.of(new Titled("a", "x"), new Titled("b", "x"));
        cases.fits(
                "the key is wider",
                Entity.of(IntKey.class),
                List.of(new IntKey(1, "x")),
                Entity.of(LongKey.class),
                new LongKey(Long.MAX_VALUE, "y"));
        cases.hurts(
                "the key is another property",
                Entity.of(Named.class, Named::id),
                List.of(new Named("a", "x")),
                Entity.of(Named.class, Named::name),
                new Named("c", "y"));
        cases.hurts(
                "the key is of another type",
                Entity.of(IntKey.class),
                List.of(new IntKey(1, "x")),
                titled,
                new Titled("c", "y"));
        cases.hurts(
                "a version is counted",
                Entity.of(Unversioned.class),
                List.of(new Unversioned("a", "x", 0)),
                Entity.of(Versioned.class),
                new Versioned("c", "y", 0));
        cases.hurts(
                "no version is counted any more",
                Entity.of(Versioned.class),
                List.of(new Versioned("a", "x", 0)),
                Entity.of(Unversioned.class),
                new Unversioned("c", "y", 0));
        cases.hurts(
                "ids are generated",
                Entity.of(LongKey.class),
                List.of(new LongKey(1, "x")),
                Entity.of(Generated.class),
                new Generated(0, "y"));
        cases.fits(
                "ids are not generated any more",
                Entity.of(Generated.class),
                List.of(new Generated(1, "x")),
                Entity.of(LongKey.class),
                new LongKey(7, "y"));
        cases.hurts("values are unique", titled, titles, Entity.of(UniquelyTitled.class), new UniquelyTitled("c", "z"));
        cases.fits(
                "values of a new property are unique",
                titled,
                titles,
                Entity.of(UniquelyMore.class),
                new UniquelyMore("c", "x", "m"));
        cases.mended(
                "values are not unique any more",
                Entity.of(UniquelyTitled.class),
                List.of(new UniquelyTitled("a", "x")),
                titled,
                new Titled("c", "x"),
                AS_IT_IS);
        cases.fits("an index is added", titled, titles, Entity.of(IndexTitled.class), new IndexTitled("c", "x"));
        cases.fits(
                "an index is removed",
                Entity.of(IndexTitled.class),
                List.of(new IndexTitled("a", "x")),
                titled,
                new Titled("c", "x"));
    }

    private static void nested(Cases cases) {
        Entity<OfPair, ?> ofPair = Entity.of(OfPair.class);
        List<OfPair> pairs = List.of(new OfPair("a", new Pair("l", 1)), new OfPair("b", null));
        cases.fits(
                "a member is added",
                ofPair,
                pairs,
                Entity.of(OfTriple.class),
                new OfTriple("c", new Triple("l", 1, "t")));
        cases.hurts(
                "a primitive member is added",
                Entity.of(OfLeft.class),
                List.of(new OfLeft("a", new Left("l"))),
                ofPair,
                new OfPair("c", new Pair("l", 1)));
        cases.hurts("a member is removed", ofPair, pairs, Entity.of(OfLeft.class), new OfLeft("c", new Left("l")));
        cases.fits(
                "a member is wider",
                ofPair,
                pairs,
                Entity.of(OfLongPair.class),
                new OfLongPair("c", new LongPair("l", Long.MAX_VALUE)));
        cases.fits(
                "a member is a double",
                ofPair,
                pairs,
                Entity.of(OfDoublePair.class),
                new OfDoublePair("c", new DoublePair("l", 0.5)));
        cases.hurts(
                "a member is narrower",
                Entity.of(OfLongPair.class),
                List.of(new OfLongPair("a", new LongPair("l", Long.MAX_VALUE))),
                ofPair,
                new OfPair("c", new Pair("l", 1)));
        cases.hurts(
                "a member is made primitive",
                Entity.of(OfMaybePair.class),
                List.of(new OfMaybePair("a", new MaybePair("l", null))),
                ofPair,
                new OfPair("c", new Pair("l", 1)));
        cases.fits(
                "a member may be null now",
                ofPair,
                pairs,
                Entity.of(OfMaybePair.class),
                new OfMaybePair("c", new MaybePair("l", null)));
        cases.fits("any JSON is read", ofPair, pairs, Entity.of(OfAny.class), new OfAny("c", List.of("x")));
        cases.fits(
                "items are wider",
                Entity.of(Ints.class),
                List.of(new Ints("a", List.of(1, 2))),
                Entity.of(Longs.class),
                new Longs("c", List.of(Long.MAX_VALUE)));
        cases.hurts(
                "items are narrower",
                Entity.of(Longs.class),
                List.of(new Longs("a", List.of(Long.MAX_VALUE))),
                Entity.of(Ints.class),
                new Ints("c", List.of(1)));
        cases.hurts(
                "a list is a set",
                Entity.of(Ints.class),
                List.of(new Ints("a", List.of(2, 1, 2))),
                Entity.of(IntSet.class),
                new IntSet("c", Set.of(1)));
        cases.fits(
                "a set is a list",
                Entity.of(IntSet.class),
                List.of(new IntSet("a", Set.of(2, 1))),
                Entity.of(Ints.class),
                new Ints("c", List.of(1, 1)));
        cases.hurts(
                "a constant of items is removed",
                Entity.of(Threes.class),
                List.of(new Threes("a", List.of(Three.A, Three.C))),
                Entity.of(Twos.class),
                new Twos("c", List.of(Two.A)));
        cases.hurts(
                "a class of nested values is removed",
                Entity.of(OfShape.class),
                List.of(new OfShape("a", new Circle(1))),
                Entity.of(OfAngular.class),
                new OfAngular("c", new Rectangular(1)));
        cases.fits(
                "a class of nested values is added",
                Entity.of(OfAngular.class),
                List.of(new OfAngular("a", new Rectangular(1))),
                Entity.of(OfShape.class),
                new OfShape("c", new Circle(1)));
    }

    private static void classes(Cases cases) {
        cases.mended(
                "a class is removed",
                Entity.of(Animal.class),
                List.of(new Cat("a", 9), new Dog("b", "o")),
                Entity.of(Pet.class),
                new OnlyCat("c", 7),
                AS_IT_IS);
        cases.fits(
                "a class is added",
                Entity.of(Barking.class),
                List.of(new OnlyDog("a", "o")),
                Entity.of(Animal.class),
                new Cat("c", 9));
        cases.mended(
                "a class is added, and a primitive property to the other",
                Entity.of(Barking.class),
                List.of(new OnlyDog("a", "o")),
                Entity.of(Hunting.class),
                new Falcon("c"),
                AS_IT_IS);
        cases.mended(
                "a class is added that lacks a primitive property of the others",
                Entity.of(Thing.class),
                List.of(new Stone("a", 9)),
                Entity.of(AnyThing.class),
                new Idea("c", "x"),
                AS_IT_IS);
        cases.hurts(
                "one class becomes several",
                Entity.of(Stone.class),
                List.of(new Stone("a", 9)),
                Entity.of(AnyThing.class),
                new Idea("c", "x"));
    }

    private static void renamed(Cases cases) {
        cases.fits(
                "a property is renamed with an alias",
                Entity.of(Titled.class),
                List.of(new Titled("a", "x"), new Titled("b", null)),
                Entity.of(Aliased.class),
                new Aliased("c", "y"));
        cases.fits(
                "an indexed primitive property is renamed with an alias",
                Entity.of(Counted.class).unique(Counted::n),
                List.of(new Counted("a", 1)),
                Entity.of(AliasedCount.class).unique(AliasedCount::count),
                new AliasedCount("c", 2));
        cases.renamed(
                "a constant is renamed with an alias",
                Map.of("C", "Z"),
                Entity.of(InThree.class),
                List.of(new InThree("a", Three.A), new InThree("b", Three.C)),
                Entity.of(InThreeRenamed.class),
                new InThreeRenamed("c", ThreeRenamed.Z));
        cases.renamed(
                "a constant of items is renamed with an alias",
                Map.of("C", "Z"),
                Entity.of(Threes.class),
                List.of(new Threes("a", List.of(Three.A, Three.C))),
                Entity.of(ThreesRenamed.class),
                new ThreesRenamed("c", List.of(ThreeRenamed.Z)));
        cases.renamed(
                "a member is renamed with an alias",
                Map.of("left", "first"),
                Entity.of(OfPair.class),
                List.of(new OfPair("a", new Pair("l", 1))),
                Entity.of(OfRenamedPair.class),
                new OfRenamedPair("c", new RenamedPair("l", 1)));
    }

    private static void widened(Cases cases) {
        cases.fits(
                "int to double",
                Entity.of(Counted.class),
                List.of(new Counted("a", Integer.MAX_VALUE)),
                Entity.of(DoubleCounted.class),
                new DoubleCounted("c", 2));
        cases.mended(
                "long to double",
                Entity.of(LongCounted.class),
                List.of(new LongCounted("a", 9_007_199_254_740_993L)),
                Entity.of(DoubleCounted.class),
                new DoubleCounted("c", 0.5),
                first("{'replaceValue': {'table': 'T', 'column': 'n', 'from': 9007199254740993, 'to': 1}}"));
        cases.fits(
                "long to BigDecimal",
                Entity.of(LongCounted.class),
                List.of(new LongCounted("a", 9_007_199_254_740_993L)),
                Entity.of(DecimalCounted.class).notNull(DecimalCounted::n),
                new DecimalCounted("c", new BigDecimal(5)));
        cases.fits(
                "double to BigDecimal",
                Entity.of(DoubleCounted.class),
                List.of(new DoubleCounted("a", 0.1)),
                Entity.of(DecimalCounted.class).notNull(DecimalCounted::n),
                new DecimalCounted("c", new BigDecimal("0.5")));
    }
}
