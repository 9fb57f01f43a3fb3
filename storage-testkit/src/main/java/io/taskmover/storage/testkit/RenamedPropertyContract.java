package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.asc;
import static io.taskmover.storage.query.Sort.desc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.PageRequest;
import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.history.Difference;
import io.taskmover.storage.mapping.Alias;
import io.taskmover.storage.mapping.Column;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.mapping.Id;
import io.taskmover.storage.mapping.Indexed;
import io.taskmover.storage.mapping.Version;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Restriction;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Properties, and members of nested values, that had other names when data was written. */
interface RenamedPropertyContract extends Contract {

    /** Before. */
    record OldBook(
            @Id String isbn,
            @Indexed(unique = true) String name,
            int pages,
            @Version long rev) {}

    /** Since. */
    record Book(
            @Id @Alias("isbn") String code,

            @Indexed(unique = true) @Alias({"title_once", "name"})
            String title,

            int pages,
            @Version @Alias("rev") long revision) {}

    /** A part of a book. */
    record BookTitle(String title) {}

    /** Before. */
    record OldShelf(OldPlace id, String label) {}

    /** Before. */
    record OldPlace(String hall, int row) {}

    /** Since. */
    record Shelf(Place id, String label) {}

    /** Since. */
    record Place(@Alias("hall") String room, int row) {}

    /** Before. */
    record OldGuest(String id, @Nullable OldAddress address) {}

    /** Before. */
    record OldAddress(@Nullable String city, @Nullable OldGeo geo, int floor) {}

    /** Before. */
    record OldGeo(@Nullable String grid) {}

    /** Since. */
    record Guest(String id, @Nullable Address address) {}

    /** Since. */
    record Address(
            @Alias("city") @Nullable String town,
            @Alias("geo") @Nullable Geo spot,
            int floor) {}

    /** Since. */
    record Geo(@Alias("grid") @Nullable String square) {}

    private Storage storage() {
        return subject().storage();
    }

    private String oldBooks() {
        String table = subject().newName();
        storage()
                .repository(Entity.of(OldBook.class, String.class).table(table))
                .saveAll(List.of(
                        new OldBook("a", "Emma", 300, 0),
                        new OldBook("b", "Ulysses", 700, 0),
                        new OldBook("c", "Walden", 200, 0)));
        return table;
    }

    private static Repository<Book, String> books(Storage storage, String table) {
        return storage.repository(Entity.of(Book.class, String.class).table(table));
    }

    @Test
    default void aRenamedPropertyUsesTheColumnThatTheTableHas() {
        String table = oldBooks();
        TableSchema before = storage().backend().schemaOf(table);
        Repository<Book, String> books = books(storage(), table);
        Book emma = new Book("a", "Emma", 300, 1);
        assertThat(books.findById("a")).contains(emma);
        Book longer = books.save(new Book("a", "Emma", 320, 1));
        assertThat(longer).isEqualTo(new Book("a", "Emma", 320, 2));
        assertThatThrownBy(() -> books.save(emma)).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> books.insert(new Book("d", "Emma", 1, 0))).isInstanceOf(DuplicateKeyException.class);
        books.insert(new Book("d", "Momo", 250, 0));
        assertThat(books.findAll(Map.of("title", List.of("Momo", "Emma"))))
                .extracting(Book::code)
                .containsExactly("a", "d");
        var late = where(field(Book::title).greaterThan("N")).orderBy(desc(Book::title));
        assertThat(books.find(late)).extracting(Book::code).containsExactly("c", "b");
        assertThat(books.explain(where(field(Book::title).eq("Momo"))).index())
                .isEqualTo(before.indexes().get(0).name());
        assertThat(books.find(late, BookTitle.class))
                .containsExactly(new BookTitle("Walden"), new BookTitle("Ulysses"));
        assertThat(books.page(late, PageRequest.first(1)).content())
                .extracting(Book::title)
                .containsExactly("Walden");
        try (Stream<Book> stream = books.stream(late)) {
            assertThat(stream).hasSize(2);
        }
        assertThat(books.count(late)).isEqualTo(2);
        assertThat(books.deleteAll(Map.of("title", "Momo"))).isEqualTo(1);
        assertThat(books.delete("b")).isTrue();
        // nothing was rewritten, and the older program goes on
        assertThat(storage().backend().schemaOf(table)).isEqualTo(before);
        assertThat(storage()
                        .repository(Entity.of(OldBook.class, String.class).table(table))
                        .findById("a"))
                .contains(new OldBook("a", "Emma", 320, 2));
    }

    @Test
    default void aliasesCountInTransactionsAndWhereNothingMayBeCreated() {
        String table = oldBooks();
        storage().transaction(tx -> {
            Repository<Book, String> books = books(storage(), table);
            books.save(new Book("a", "Emma II", 300, 1));
            assertThat(books.findAll(Map.of("title", "Emma II"))).hasSize(1);
        });
        assertThat(books(storage(), table).findById("a").orElseThrow().title()).isEqualTo("Emma II");
        Entity<Shelf, Place> shelves =
                Entity.of(Shelf.class, Place.class).table(subject().newName());
        storage()
                .repository(Entity.of(OldShelf.class, OldPlace.class)
                        .table(shelves.schema().name()))
                .save(new OldShelf(new OldPlace("red", 2), "x"));
        Repository<Shelf, Place> since = storage().repository(shelves);
        assertThat(since.findById(new Place("red", 2))).contains(new Shelf(new Place("red", 2), "x"));
        since.save(new Shelf(new Place("red", 1), "y"));
        assertThat(since.findAll()).extracting(Shelf::label).containsExactly("y", "x");
        assertThat(since.findAll(Map.of("id.room", "red"))).hasSize(2);
    }

    @Test
    default void theNameOfNowWinsOverAnAlias() {
        String table = subject().newName();
        storage()
                .backend()
                .createTable(TableSchema.builder(table)
                        .column("code", DataType.TEXT)
                        .column("name", DataType.TEXT)
                        .column("title", DataType.TEXT)
                        .column("pages", DataType.INTEGER)
                        .column("revision", DataType.INTEGER)
                        .primaryKey("code")
                        .version("revision")
                        .build());
        storage().backend().insert(table, Map.of("code", "a", "name", "old", "title", "new", "pages", 1L));
        Repository<Book, String> books = books(storage(), table);
        Book book = books.findById("a").orElseThrow();
        assertThat(book.title()).isEqualTo("new");
        books.save(new Book("a", "newer", 2, book.revision()));
        assertThat(storage().backend().find(table, "a").orElseThrow().get("name"))
                .isEqualTo("old");
    }

    @Test
    default void aTableRenamedUnderAnOpenRepositoryGivesNoWrongData() {
        ManualClock clock = new ManualClock();
        try (Storage storage = Storage.open(
                subject().newConfig().versioningEnabled(true).clock(clock).build())) {
            Repository<OldBook, String> old =
                    storage.repository(Entity.of(OldBook.class, String.class).table("books"));
            old.save(new OldBook("a", "Emma", 300, 0));
            Repository<Book, String> open = books(storage, "books");
            Instant first = clock.instant();
            clock.move(Duration.ofSeconds(1));
            Book second = open.save(new Book("a", "Emma II", 310, 1));
            assertThat(open.history("a"))
                    .extracting(version -> version.entity().orElseThrow().title())
                    .containsExactly("Emma", "Emma II");
            assertThat(open.asOf(first).findAll(Map.of("title", "Emma"))).hasSize(1);
            assertThat(open.diff("a", 1, 2)).hasSize(3);
            assertThat(open.restore("a", 1)).isEqualTo(new Book("a", "Emma", 300, 3));
            new MigrationManager(storage.backend())
                    .register(Migration.of("1", "rename", Change.renameColumn("books", "name", "title")))
                    .apply();
            assertThat(open.findById("a")).contains(new Book("a", "Emma", 300, 3));
            assertThat(open.findAll()).containsExactly(new Book("a", "Emma", 300, 3));
            assertThatThrownBy(() -> open.save(second))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("name");
            assertThatThrownBy(() -> open.findAll(Map.of("title", "Emma")))
                    .isInstanceOf(QueryException.class)
                    .hasMessageContaining("name");
            Repository<Book, String> again = books(storage, "books");
            // versions from before have their values under the former name
            assertThat(again.history("a"))
                    .extracting(version -> version.entity().orElseThrow().title())
                    .containsExactly("Emma", "Emma II", "Emma");
            assertThat(again.asOf(first).findAll(Map.of("title", "Emma"))).hasSize(1);
            assertThat(again.asOf(first).findById("a").orElseThrow().title()).isEqualTo("Emma");
            assertThat(again.diff("a", 2, 3)).extracting(Difference::path).contains("title");
            assertThat(again.restore("a", 2)).isEqualTo(new Book("a", "Emma II", 310, 4));
            assertThat(again.restore("a", 3)).isEqualTo(new Book("a", "Emma", 300, 5));
            assertThat(again.findAll(Map.of("title", "Emma"))).hasSize(1);
            assertThat(again.save(new Book("a", "Emma III", 320, 5)).revision()).isEqualTo(6);
        }
    }

    private String oldGuests() {
        String table = subject().newName();
        storage()
                .repository(Entity.of(OldGuest.class, String.class).table(table))
                .saveAll(List.of(
                        new OldGuest("a", new OldAddress("Bern", new OldGeo("K7"), 1)),
                        new OldGuest("b", new OldAddress("Basel", null, 2)),
                        new OldGuest("c", new OldAddress(null, null, 3)),
                        new OldGuest("d", null)));
        return table;
    }

    @Test
    default void aRenamedMemberIsReadUnderEitherNameAndWrittenUnderItsOwn() {
        String table = oldGuests();
        Repository<Guest, String> guests =
                storage().repository(Entity.of(Guest.class, String.class).table(table));
        Guest bern = new Guest("a", new Address("Bern", new Geo("K7"), 1));
        assertThat(guests.findById("a")).contains(bern);
        guests.save(bern);
        assertThat(storage().backend().find(table, "a").orElseThrow().get("address"))
                .isEqualTo(Map.of("floor", 1L, "spot", Map.of("square", "K7"), "town", "Bern"));
        assertThat(guests.findById("a")).contains(bern);
    }

    /** A part of a guest. */
    record Where(
            String id,
            @Column("address.town") @Nullable String town,
            @Column("address.spot.square") @Nullable String square) {}

    @Test
    default void conditionsOnARenamedMemberFindRowsUnderEitherName() {
        String table = oldGuests();
        Repository<Guest, String> guests =
                storage().repository(Entity.of(Guest.class, String.class).table(table));
        guests.save(new Guest("e", new Address("Bern", new Geo("L8"), 5)));
        guests.save(new Guest("f", new Address("Zug", new Geo(null), 6)));
        var town = field("address.town");
        assertThat(ids(guests, town.eq("Bern"))).containsExactly("a", "e");
        assertThat(ids(guests, town.ne("Bern"))).containsExactly("b", "f");
        assertThat(ids(guests, town.eq("Bern").not())).containsExactly("b", "f");
        assertThat(ids(guests, town.in("Basel", "Zug"))).containsExactly("b", "f");
        assertThat(ids(guests, town.in("Basel", "Zug").not())).containsExactly("a", "e");
        assertThat(ids(guests, town.between("Bb", "Zz"))).containsExactly("a", "e", "f");
        assertThat(ids(guests, town.like("B%"))).containsExactly("a", "b", "e");
        assertThat(ids(guests, town.like("B%").not())).containsExactly("f");
        assertThat(ids(guests, town.isNull())).containsExactly("c", "d");
        assertThat(ids(guests, town.isNotNull())).containsExactly("a", "b", "e", "f");
        assertThat(ids(guests, field("address.spot.square").atLeast("K"))).containsExactly("a", "e");
        assertThat(ids(guests, field("address.spot.square").isNull())).containsExactly("b", "c", "d", "f");
        assertThat(ids(guests, field("address.spot").isNull())).containsExactly("b", "c", "d");
        assertThat(guests.find(Query.jdql("where lower(address.town) = 'bern' or address.spot.square = address.town")))
                .extracting(Guest::id)
                .containsExactlyInAnyOrder("a", "e");
        assertThat(guests.findAll(Map.of("address.town", List.of("Bern")))).hasSize(2);
        assertThat(guests.find(where(field(Guest::id).in("a", "e", "f", "d")).orderBy(desc(Guest::id)), Where.class))
                .containsExactly(
                        new Where("f", "Zug", null),
                        new Where("e", "Bern", "L8"),
                        new Where("d", null, null),
                        new Where("a", "Bern", "K7"));
        assertThatThrownBy(() -> guests.find(where(field(Guest::id).eq("a")).orderBy(asc("address.town"))))
                .isInstanceOf(QueryException.class)
                .hasMessageContainingAll("address.town", "city", "migration");
        assertThat(guests.deleteAll(Map.of("address.town", "Bern"))).isEqualTo(2);
    }

    private static List<String> ids(Repository<Guest, String> guests, Restriction<Object> restriction) {
        return guests.find(where(restriction)).stream().map(Guest::id).sorted().toList();
    }
}
