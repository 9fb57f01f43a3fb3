package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Entities saved, found, updated and deleted by id: versions, generated ids, columns that the class does not know. */
interface EntityContract extends Contract {

    /** An entity with a version. */
    record Note(String id, @Nullable String text, long version) {}

    /** An entity whose id the store assigns. */
    record Numbered(long id, @Nullable String text) {}

    /** An entity whose id is made when it is saved without one. */
    record Unique(@Nullable UUID id, @Nullable String text) {}

    /** A composite id. */
    record Seat(String hall, int number) {}

    /** An entity with a composite id and nested values. */
    record Booking(Seat id, LocalDate day, Map<String, Integer> prices, Guest guest) {}

    /** A nested value. */
    record Guest(String name, List<String> wishes) {}

    /** A part of a {@link Note}. */
    record NoteText(String id, @Nullable String text) {}

    private Storage storage() {
        return subject().storage();
    }

    private Repository<Task, String> tasks() {
        return storage()
                .repository(Entity.of(Task.class, String.class).table(subject().newName()));
    }

    private Repository<Note, String> notes() {
        return storage()
                .repository(Entity.of(Note.class, String.class)
                        .table(subject().newName())
                        .version(Note::version));
    }

    @Test
    default void aSavedEntityIsFoundEqual() {
        Repository<Task, String> tasks = tasks();
        Task task = new Task(
                "t1",
                "Pay 😀",
                Task.Status.DONE,
                3,
                java.time.Instant.parse("2026-01-02T03:04:05.123456789Z"),
                List.of("a", "b"));
        assertThat(tasks.save(task)).isEqualTo(task);
        assertThat(tasks.findById("t1")).contains(task);
        assertThat(tasks.exists("t1")).isTrue();
        assertThat(tasks.findById("t2")).isEmpty();
        assertThat(tasks.exists("t2")).isFalse();
        Task empty = new Task("t2", null, null, null, null, List.of());
        tasks.insert(empty);
        assertThat(tasks.findAll()).containsExactly(task, empty);
    }

    @Test
    default void insertUpdateAndSaveDifferOnWhatIsThere() {
        Repository<Task, String> tasks = tasks();
        Task task = Task.of("a", 1);
        assertThatThrownBy(() -> tasks.update(task)).isInstanceOf(NotFoundException.class);
        tasks.insert(task);
        assertThatThrownBy(() -> tasks.insert(task)).isInstanceOf(DuplicateKeyException.class);
        assertThat(tasks.update(task.withPriority(2))).isEqualTo(task.withPriority(2));
        assertThat(tasks.save(task.withPriority(3))).isEqualTo(task.withPriority(3));
        assertThat(tasks.findAll()).containsExactly(task.withPriority(3));
    }

    @Test
    default void saveAllIsAllOrNothingAndInOrder() {
        Repository<Task, String> tasks = storage()
                .repository(Entity.of(Task.class, String.class)
                        .table(subject().newName())
                        .check(Task::priority, new Check.Range(0L, 9L)));
        List<Task> three = List.of(Task.of("c", 1), Task.of("a", 2), Task.of("b", 3));
        assertThat(tasks.saveAll(three)).isEqualTo(three);
        assertThat(tasks.findAll()).containsExactly(three.get(1), three.get(2), three.get(0));
        assertThatThrownBy(() -> tasks.saveAll(List.of(Task.of("d", 1), Task.of("a", 8), Task.of("e", 10))))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("priority");
        assertThat(tasks.findAll()).hasSize(3);
        assertThat(tasks.findById("a")).contains(three.get(1));
        assertThat(tasks.saveAll(List.of())).isEmpty();
    }

    @Test
    default void deletingTellsWhetherThereWasAnEntity() {
        Repository<Task, String> tasks = tasks();
        tasks.save(Task.of("a", 1));
        assertThat(tasks.delete("a")).isTrue();
        assertThat(tasks.delete("a")).isFalse();
        assertThat(tasks.count()).isZero();
    }

    @Test
    default void versionsAreRaisedAndChecked() {
        Repository<Note, String> notes = notes();
        Note given = new Note("a", "one", 0);
        Note first = notes.save(given);
        assertThat(given.version()).isZero();
        assertThat(first).isEqualTo(new Note("a", "one", 1));
        Note second = notes.save(new Note("a", "two", first.version()));
        assertThat(second.version()).isEqualTo(2);
        assertThatThrownBy(() -> notes.save(new Note("a", "late", 1))).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> notes.update(new Note("a", "late", 1))).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> notes.save(new Note("a", "again", 0))).isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> notes.save(new Note("gone", "x", 3))).isInstanceOf(ConflictException.class);
        assertThat(notes.findAll()).containsExactly(second);
    }

    @Test
    default void saveAllChecksEveryVersion() {
        Repository<Note, String> notes = notes();
        List<Note> saved = notes.saveAll(List.of(new Note("a", "x", 0), new Note("b", "x", 0)));
        assertThat(saved).extracting(Note::version).containsExactly(1L, 1L);
        assertThatThrownBy(() -> notes.saveAll(List.of(new Note("a", "y", 1), new Note("b", "y", 7))))
                .isInstanceOf(ConflictException.class);
        assertThat(notes.findAll()).isEqualTo(saved);
        assertThat(notes.saveAll(List.of(new Note("a", "y", 1), new Note("c", "y", 0))))
                .containsExactly(new Note("a", "y", 2), new Note("c", "y", 1));
    }

    @Test
    default void idsAreGeneratedByTheStore() {
        Repository<Numbered, Long> numbered = storage()
                .repository(Entity.of(Numbered.class, Long.class)
                        .table(subject().newName())
                        .generatedId());
        Numbered first = numbered.save(new Numbered(0, "a"));
        Numbered second = numbered.insert(new Numbered(0, "b"));
        assertThat(first.id()).isPositive();
        assertThat(second.id()).isGreaterThan(first.id());
        assertThat(numbered.findById(second.id())).contains(second);
        numbered.delete(second.id());
        List<Numbered> more = numbered.saveAll(List.of(new Numbered(0, "c"), new Numbered(first.id(), "A")));
        assertThat(more.get(0).id()).isGreaterThan(second.id());
        assertThat(numbered.findAll()).containsExactly(new Numbered(first.id(), "A"), more.get(0));
    }

    @Test
    default void idsAreGeneratedAsUuidsThatRise() {
        Repository<Unique, UUID> unique = storage()
                .repository(Entity.of(Unique.class, UUID.class).table(subject().newName()));
        List<Unique> saved = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            saved.add(unique.save(new Unique(null, "n" + i)));
        }
        assertThat(saved).extracting(Unique::id).doesNotContainNull().doesNotHaveDuplicates();
        assertThat(unique.findAll()).isEqualTo(saved);
    }

    @Test
    default void compositeIdsAndNestedValuesRoundTrip() {
        Repository<Booking, Seat> bookings = storage()
                .repository(Entity.of(Booking.class, Seat.class).table(subject().newName()));
        Booking booking = new Booking(
                new Seat("red", 2),
                LocalDate.of(2026, 1, 2),
                Map.of("full", 100, "half", 50),
                new Guest("Ada", List.of("tea")));
        Booking other = new Booking(new Seat("red", 1), LocalDate.of(1, 1, 1), Map.of(), new Guest("", List.of()));
        bookings.saveAll(List.of(booking, other));
        assertThat(bookings.findById(new Seat("red", 2))).contains(booking);
        assertThat(bookings.findAll()).containsExactly(other, booking);
        assertThat(bookings.findAll(Map.of("guest.name", "Ada"))).containsExactly(booking);
        assertThat(bookings.delete(new Seat("red", 1))).isTrue();
        assertThat(bookings.count()).isEqualTo(1);
    }

    @Test
    default void columnsThatTheClassDoesNotKnowSurviveASave() {
        TableSchema schema = TableSchema.builder(subject().newName())
                .column("id", DataType.TEXT)
                .column("text", DataType.TEXT)
                .column(Column.of("secret", DataType.TEXT).withDefault("s"))
                .primaryKey("id")
                .build();
        TestTable table = TestTable.create(storage().backend(), schema);
        table.write(WriteMode.INSERT, table.row("a", "old", "kept"));
        Repository<NoteText, String> notes =
                storage().repository(Entity.of(NoteText.class, String.class).table(table.name()));
        NoteText loaded = notes.findById("a").orElseThrow();
        notes.save(new NoteText(loaded.id(), "new"));
        notes.update(new NoteText(loaded.id(), "newer"));
        notes.saveAll(List.of(new NoteText("b", "b")));
        assertThat(table.rows()).containsExactly(table.row("a", "newer", "kept"), table.row("b", "b", "s"));
        assertThat(storage().backend().schemaOf(table.name())).isEqualTo(schema);
    }

    @Test
    default void columnsAndIndexesThatATableLacksAreAdded() {
        TestTable table = TestTable.create(
                storage().backend(),
                TableSchema.builder(subject().newName())
                        .column("id", DataType.TEXT)
                        .primaryKey("id")
                        .build());
        table.insert("a");
        Repository<NoteText, String> notes = storage()
                .repository(Entity.of(NoteText.class, String.class)
                        .table(table.name())
                        .index(NoteText::text));
        assertThat(notes.findById("a")).contains(new NoteText("a", null));
        TableSchema schema = storage().backend().schemaOf(table.name());
        assertThat(schema.indexes()).extracting(Index::columns).containsExactly(List.of("text"));
        Row stored = storage().backend().find(table.name(), "a").orElseThrow();
        assertThat(stored.get("text")).isNull();
    }

    @Test
    default void aWrongIdTypeAndATableThatDoesNotFitAreRefused() {
        assertThatThrownBy(() -> storage().repository(Task.class, Long.class)).isInstanceOf(MappingException.class);
        TestTable table = TestTable.create(
                storage().backend(),
                TableSchema.builder(subject().newName())
                        .column("id", DataType.TEXT)
                        .column("text", DataType.BLOB)
                        .primaryKey("id")
                        .build());
        assertThatThrownBy(() -> storage()
                        .repository(Entity.of(NoteText.class, String.class).table(table.name())))
                .isInstanceOf(MappingException.class)
                .hasMessageContaining("text");
    }
}
