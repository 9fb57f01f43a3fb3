package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.history.AsOfTransaction;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Tables are seen as they were at any moment whose versions are kept. */
interface PastRowsContract extends Contract {
    /** How many random changes are made. */
    int CHANGES = 120;

    private static TestTable notes(VersionedStore store) {
        return store.table(
                "notes",
                t -> t.column("id", TEXT)
                        .column("n", INTEGER)
                        .column("s", TEXT)
                        .primaryKey("id")
                        .index("n"));
    }

    @Test
    default void aRowIsFoundAsItWasAtAMoment() {
        try (VersionedStore store = VersionedStore.of(subject())) {
            TestTable notes = notes(store);
            Instant before = store.tick();
            notes.insert("a", 1, "one");
            Instant one = store.tick();
            notes.write(WriteMode.UPSERT, notes.row("a", 2, "two"));
            Instant exactly = store.now();
            Instant two = store.tick();
            store.backend().delete("notes", "a");
            Instant gone = store.tick();
            notes.insert("a", 3, "three");
            assertThat(store.find("notes", "a", before)).isEmpty();
            assertThat(store.find("notes", "a", one)).contains(notes.row("a", 1, "one"));
            assertThat(store.find("notes", "a", exactly)).contains(notes.row("a", 2, "two"));
            assertThat(store.find("notes", "a", two)).contains(notes.row("a", 2, "two"));
            assertThat(store.find("notes", "a", gone)).isEmpty();
            assertThat(store.find("notes", "a", store.now().plusSeconds(1))).contains(notes.row("a", 3, "three"));
            assertThat(store.find("notes", "never", two)).isEmpty();
        }
    }

    @Test
    default void aQueryIsAnsweredAsItWasAtAMoment() {
        try (VersionedStore store = VersionedStore.of(subject())) {
            TestTable notes = notes(store);
            for (int i = 0; i < 20; i++) {
                notes.insert("k" + (char) ('a' + i), i, "then");
            }
            Instant then = store.tick();
            store.backend().delete("notes", field("n").lessThan(3L).condition());
            store.backend().update("notes", "kf", Map.of("n", 100));
            notes.write(WriteMode.UPSERT, notes.row("new", 5, "now"), notes.row("kg", -1, "now"));
            Select by = Select.from("notes").orderBy(List.of(new Sort(Path.of("n"), true)));
            assertThat(store.rows(by.limit(4L).offset(2), then))
                    .extracting(row -> row.get("n"))
                    .containsExactly(17L, 16L, 15L, 14L);
            Select few = Select.from("notes").where(field("n").lessThan(7L).condition());
            assertThat(store.rows(few, then))
                    .extracting(row -> row.get("n"))
                    .containsExactlyInAnyOrder(0L, 1L, 2L, 3L, 4L, 5L, 6L);
            assertThat(store.count(few, then)).isEqualTo(7);
            assertThat(store.rows(few.limit(100L).project(List.of(Path.of("n"))), then))
                    .hasSize(7)
                    .allSatisfy(row -> assertThat(row.type().size()).isEqualTo(1));
            assertThat(store.rows(few.limit(0L), then)).isEmpty();
            assertThat(store.rows(few, store.now()))
                    .extracting(row -> row.get("n"))
                    .contains(-1L);
        }
    }

    @Test
    default void thePastIsReadOnly() {
        try (VersionedStore store = VersionedStore.of(subject())) {
            TestTable notes = notes(store);
            try (BackendTransaction past = new AsOfTransaction(notes.begin(), store.now())) {
                assertThatThrownBy(() -> notes.write(past, WriteMode.UPSERT, notes.row("a", 1, "x")))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("past");
                assertThatThrownBy(() -> past.delete("notes", "a")).isInstanceOf(UnsupportedException.class);
            }
        }
    }

    @Test
    default void aTableWithoutVersionsSaysWhatToSet() {
        try (VersionedStore store = VersionedStore.of(subject())) {
            store.below()
                    .createTable(TableSchema.builder("plain")
                            .column("id", TEXT)
                            .primaryKey("id")
                            .build());
            try (BackendTransaction reading = store.backend().begin(TransactionOptions.READ_ONLY)) {
                assertThatThrownBy(() -> new RowHistory(reading, "plain"))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("versioningEnabled=true");
                assertThatThrownBy(() -> new RowHistory(reading, "none")).isInstanceOf(SchemaException.class);
            }
        }
    }

    /** Random changes, some undone: at each moment the table was what is recorded of it here. */
    @Test
    default void atEachMomentTheTableWasWhatItWas() {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        try (VersionedStore store = VersionedStore.of(subject())) {
            TestTable notes = notes(store);
            Map<Instant, List<Row>> recorded = new LinkedHashMap<>();
            recorded.put(store.tick(), List.of());
            for (int i = 0; i < CHANGES; i++) {
                try (BackendTransaction transaction = notes.begin()) {
                    change(notes, transaction, random);
                    if (random.nextInt(3) == 0) {
                        Savepoint savepoint = transaction.savepoint();
                        change(notes, transaction, random);
                        change(notes, transaction, random);
                        transaction.rollbackTo(savepoint);
                    }
                    change(notes, transaction, random);
                    if (random.nextInt(5) > 0) {
                        transaction.commit();
                    }
                }
                if (random.nextInt(4) == 0) {
                    store.moveClock(Duration.ofMillis(-random.nextInt(400)));
                }
                recorded.put(store.tick(), notes.rows());
            }
            List<Map.Entry<Instant, List<Row>>> moments = new ArrayList<>(recorded.entrySet());
            for (int i = 0; i < moments.size(); i += 1 + random.nextInt(3)) {
                Instant moment = moments.get(i).getKey();
                List<Row> rows = moments.get(i).getValue();
                assertThat(store.rows(notes.select(), moment))
                        .as("seed %s, change %s", seed, i)
                        .isEqualTo(rows);
                assertThat(store.count(notes.select(), moment)).isEqualTo(rows.size());
                String id = "k" + random.nextInt(8);
                assertThat(store.find("notes", id, moment))
                        .as("seed %s, change %s, row %s", seed, i, id)
                        .isEqualTo(rows.stream()
                                .filter(row -> id.equals(row.get("id")))
                                .findFirst());
            }
        }
    }

    private static void change(TestTable notes, BackendTransaction transaction, Random random) {
        String id = "k" + random.nextInt(8);
        long n = random.nextInt(6);
        switch (random.nextInt(6)) {
            case 0 -> transaction.delete("notes", id);
            case 1 -> transaction.delete("notes", field("n").eq(n).condition());
            case 2 ->
                transaction.update(
                        "notes", field("n").eq(n).condition(), Assignments.of(Map.of("n", (n + 1) % 6, "s", "u")));
            case 3 -> notes.write(transaction, WriteMode.UPSERT, notes.row(id, n, "x"), notes.row("k1", n, "y"));
            default -> notes.write(transaction, WriteMode.UPSERT, notes.partial("id", id, "n", n));
        }
    }
}
