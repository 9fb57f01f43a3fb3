package io.taskmover.storage.testkit;

import static io.taskmover.storage.history.ChangeKind.DELETE;
import static io.taskmover.storage.history.ChangeKind.EXTERNAL;
import static io.taskmover.storage.history.ChangeKind.FOUND;
import static io.taskmover.storage.history.ChangeKind.INSERT;
import static io.taskmover.storage.history.ChangeKind.UPDATE;
import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.DATE;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.JSON;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.history.RowVersion;
import io.taskmover.storage.history.VersionedBackend;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every change of a row is a version of it, in the same transaction. */
interface RowVersionsContract extends Contract {

    private VersionedStore store() {
        return VersionedStore.of(subject());
    }

    private static TestTable notes(VersionedStore store) {
        return store.table(
                "notes", t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
    }

    private static List<String> told(List<RowVersion> versions) {
        return versions.stream()
                .map(version -> version.number() + " " + version.kind() + " "
                        + (version.row() == null ? "-" : version.row().get("n")))
                .toList();
    }

    private static List<String> told(VersionedStore store, Object id) {
        return told(store.versions("notes", id));
    }

    @Test
    default void everyChangeOfARowIsAVersion() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            notes.write(WriteMode.UPDATE, notes.row("a", 2));
            notes.write(WriteMode.UPSERT, notes.row("a", 3), notes.row("b", 1), notes.row("a", 4));
            store.backend().delete("notes", "a");
            assertThat(told(store, "a"))
                    .containsExactly(
                            "1 " + INSERT + " 1",
                            "2 " + UPDATE + " 2",
                            "3 " + UPDATE + " 3",
                            "4 " + UPDATE + " 4",
                            "5 " + DELETE + " -");
            assertThat(told(store, "b")).containsExactly("1 " + INSERT + " 1");
            assertThat(store.versions("notes", "c")).isEmpty();
        }
    }

    @Test
    default void numbersGoOnAfterARemoval() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            store.backend().delete("notes", "a");
            notes.insert("a", 2);
            assertThat(store.backend().delete("notes", field("n").eq(2L).condition()))
                    .isEqualTo(1);
            notes.write(WriteMode.UPSERT, notes.row("a", 3));
            assertThat(told(store, "a"))
                    .containsExactly(
                            "1 " + INSERT + " 1",
                            "2 " + DELETE + " -",
                            "3 " + INSERT + " 2",
                            "4 " + DELETE + " -",
                            "5 " + INSERT + " 3");
        }
    }

    @ParameterizedTest
    @MethodSource("levels")
    default void changesByConditionAreVersionsOfTheRowsThatTheyMet(Isolation level) {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            int many = 300;
            notes.write(
                    WriteMode.INSERT,
                    IntStream.range(0, many)
                            .mapToObj(i -> notes.row("k" + i, i))
                            .toArray(Row[]::new));
            try (BackendTransaction transaction = notes.begin(level)) {
                assertThat(transaction.update(
                                "notes", field("n").atLeast(10L).condition(), Assignments.of(Map.of("n", 1000L))))
                        .isEqualTo(many - 10);
                assertThat(transaction.delete("notes", field("n").lessThan(5L).condition()))
                        .isEqualTo(5);
                assertThat(transaction.update("notes", field("n").eq(-1L).condition(), Assignments.of(Map.of("n", 0L))))
                        .isZero();
                assertThat(transaction.delete("notes", field("n").eq(-1L).condition()))
                        .isZero();
                transaction.commit();
            }
            assertThat(told(store, "k4")).containsExactly("1 " + INSERT + " 4", "2 " + DELETE + " -");
            assertThat(told(store, "k9")).containsExactly("1 " + INSERT + " 9");
            for (String id : List.of("k10", "k299")) {
                assertThat(told(store, id))
                        .containsExactly("1 " + INSERT + " " + id.substring(1), "2 " + UPDATE + " 1000");
            }
        }
    }

    @Test
    default void changesByMapsAreVersionsToo() {
        try (VersionedStore store = store()) {
            notes(store);
            store.backend().insert("notes", Map.of("id", "a", "n", 1));
            store.backend().update("notes", "a", Map.of("n", 2));
            assertThat(told(store, "a")).containsExactly("1 " + INSERT + " 1", "2 " + UPDATE + " 2");
        }
    }

    @Test
    default void whatWasRolledBackIsNoVersion() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            try (BackendTransaction transaction = notes.begin()) {
                notes.write(transaction, WriteMode.UPSERT, notes.row("a", 2));
            }
            try (BackendTransaction transaction = notes.begin()) {
                notes.write(transaction, WriteMode.UPSERT, notes.row("a", 3));
                Savepoint savepoint = transaction.savepoint();
                notes.write(transaction, WriteMode.UPSERT, notes.row("a", 4));
                transaction.delete("notes", "a");
                transaction.rollbackTo(savepoint);
                notes.write(transaction, WriteMode.UPSERT, notes.row("a", 5));
                transaction.commit();
            }
            assertThat(told(store, "a"))
                    .containsExactly("1 " + INSERT + " 1", "2 " + UPDATE + " 3", "3 " + UPDATE + " 5");
        }
    }

    @Test
    default void versionsNameWhoChangedTheRowAndWhy() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            TransactionOptions options = TransactionOptions.DEFAULT.by("anna").because("import of May");
            try (BackendTransaction transaction = store.backend().begin(options)) {
                notes.write(transaction, WriteMode.INSERT, notes.row("a", 1));
                transaction.commit();
            }
            notes.write(WriteMode.UPDATE, notes.row("a", 2));
            List<RowVersion> versions = store.versions("notes", "a");
            assertThat(versions).extracting(RowVersion::who).containsExactly("anna", null);
            assertThat(versions).extracting(RowVersion::why).containsExactly("import of May", null);
        }
    }

    @Test
    default void timesOfVersionsNeverGoBack() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            var first = store.now();
            store.moveClock(Duration.ofHours(-3));
            notes.write(WriteMode.UPDATE, notes.row("a", 2));
            notes.insert("b", 1);
            store.moveClock(Duration.ofHours(4));
            notes.write(WriteMode.UPDATE, notes.row("a", 3));
            assertThat(store.versions("notes", "a"))
                    .extracting(RowVersion::at)
                    .containsExactly(first, first, first.plus(Duration.ofHours(1)));
            assertThat(store.versions("notes", "b")).extracting(RowVersion::at).containsExactly(first);
            assertThat(store.find("notes", "a", first)).contains(notes.row("a", 2));
        }
    }

    @Test
    default void timesGoOnFromThoseOfTheStoreWhenItIsOpenedWithASlowClock() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            var first = store.now();
            ManualClock slow = new ManualClock();
            slow.move(Duration.ofDays(-1));
            StorageConfig config =
                    subject().newConfig().versioningEnabled(true).clock(slow).build();
            VersionedBackend.over(store.below(), config).write("notes", WriteMode.INSERT, List.of(notes.row("b", 1)));
            assertThat(store.versions("notes", "b")).extracting(RowVersion::at).containsExactly(first);
        }
    }

    @Test
    default void aRowThatIsOlderThanItsVersionsIsKeptAsItWasFound() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            store.below().write("notes", WriteMode.INSERT, List.of(notes.row("a", 1), notes.row("b", 7)));
            notes.write(WriteMode.UPSERT, notes.row("a", 2));
            store.backend().delete("notes", "b");
            assertThat(told(store, "a")).containsExactly("1 " + FOUND + " 1", "2 " + UPDATE + " 2");
            assertThat(told(store, "b")).containsExactly("1 " + FOUND + " 7", "2 " + DELETE + " -");
            assertThat(store.find("notes", "a", store.now().minusSeconds(1))).contains(notes.row("a", 1));
        }
    }

    @Test
    default void whatWentPastTheVersionsBecomesOneBeforeTheNextChange() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.write(WriteMode.INSERT, notes.row("a", 1), notes.row("b", 1), notes.row("c", 1));
            store.below().write("notes", WriteMode.UPDATE, List.of(notes.row("a", 2)));
            store.below().delete("notes", "b");
            store.below().write("notes", WriteMode.UPDATE, List.of(notes.row("c", 2)));
            notes.write(WriteMode.UPSERT, notes.row("a", 3), notes.row("b", 3));
            assertThat(store.backend().update("notes", "c", Map.of("n", 3))).isTrue();
            assertThat(told(store, "a"))
                    .containsExactly("1 " + INSERT + " 1", "2 " + EXTERNAL + " 2", "3 " + UPDATE + " 3");
            assertThat(told(store, "b"))
                    .containsExactly("1 " + INSERT + " 1", "2 " + EXTERNAL + " -", "3 " + INSERT + " 3");
            assertThat(told(store, "c"))
                    .containsExactly("1 " + INSERT + " 1", "2 " + EXTERNAL + " 2", "3 " + UPDATE + " 3");
        }
    }

    @Test
    default void keysOfAllTypesHaveVersions() {
        try (VersionedStore store = store()) {
            for (DataType type : DataType.values()) {
                if (!type.isKeyType()) {
                    continue;
                }
                TestTable table = store.table(
                        "keys " + type,
                        t -> t.column("id", type).column("n", INTEGER).primaryKey("id"));
                List<Object> ids = TypeSamples.of(type);
                table.write(
                        WriteMode.INSERT,
                        ids.stream().map(id -> table.row(id, 1)).toArray(Row[]::new));
                table.write(
                        WriteMode.UPSERT,
                        ids.stream().map(id -> table.row(id, 2)).toArray(Row[]::new));
                for (Object id : ids) {
                    assertThat(told(store.versions(table.name(), id)))
                            .as("%s", id)
                            .containsExactly("1 " + INSERT + " 1", "2 " + UPDATE + " 2");
                }
            }
        }
    }

    @Test
    default void compositeKeysHaveVersions() {
        try (VersionedStore store = store()) {
            TestTable seats = store.table(
                    "seats",
                    t -> t.column("hall", TEXT)
                            .column("day", DATE)
                            .column("n", INTEGER)
                            .primaryKey("hall", "day"));
            Row first = seats.row("A", "2026-05-01", 1);
            Row other = seats.row("A", "2026-05-02", 1);
            seats.write(WriteMode.INSERT, first, other);
            seats.write(WriteMode.UPSERT, first.with("n", 2L), other.with("n", 3L));
            assertThat(store.backend().update("seats", List.of("A", "2026-05-02"), Map.of("n", 4)))
                    .isTrue();
            CompositeKey id =
                    (CompositeKey) Objects.requireNonNull(seats.schema().keyOf(other));
            assertThat(told(store.versions("seats", id)))
                    .containsExactly("1 " + INSERT + " 1", "2 " + UPDATE + " 3", "3 " + UPDATE + " 4");
            assertThat(store.backend().delete("seats", Condition.all())).isEqualTo(2);
            assertThat(store.versions("seats", id)).hasSize(4);
        }
    }

    @Test
    default void valuesOfAllTypesAreInAVersionAsTheyWere() {
        try (VersionedStore store = store()) {
            for (DataType type : DataType.values()) {
                TestTable table = store.table(
                        "values " + type,
                        t -> t.column("id", INTEGER).column("v", type).primaryKey("id"));
                List<Object> samples = TypeSamples.of(type);
                List<Row> rows = new ArrayList<>(List.of(table.row(-1, null)));
                for (int i = 0; i < samples.size(); i++) {
                    rows.add(table.row(i, samples.get(i)));
                }
                table.write(WriteMode.INSERT, rows.toArray(Row[]::new));
                for (Row row : rows) {
                    assertThat(store.versions(table.name(), Objects.requireNonNull(row.get("id"))))
                            .extracting(RowVersion::row)
                            .containsExactly(row);
                }
            }
        }
    }

    @Test
    default void versionsAreSeenInTheColumnsThatThereAreNow() {
        try (VersionedStore store = store()) {
            TestTable notes = store.table(
                    "notes",
                    t -> t.column("id", TEXT)
                            .column("n", INTEGER)
                            .column("old", JSON)
                            .primaryKey("id"));
            notes.insert("a", 1, Map.of("x", 1));
            try (BackendTransaction transaction = notes.begin()) {
                transaction
                        .catalog()
                        .addColumn("notes", Column.of("level", INTEGER).withDefault(3));
                transaction.catalog().dropColumn("notes", "old");
                transaction.commit();
            }
            TableSchema now = store.backend().schemaOf("notes");
            Row changed = now.rowType().row(Map.of("id", "a", "n", 2, "level", 5));
            store.backend().write("notes", WriteMode.UPSERT, List.of(changed));
            assertThat(store.versions("notes", "a"))
                    .extracting(RowVersion::kind)
                    .containsExactly(INSERT, UPDATE);
            assertThat(store.versions("notes", "a"))
                    .extracting(RowVersion::row)
                    .containsExactly(now.rowType().row(Map.of("id", "a", "n", 1, "level", 3)), changed);
        }
    }

    @Test
    default void generatedKeysAndVersionColumnsAreInVersionsAsStored() {
        try (VersionedStore store = store()) {
            TestTable table = store.table(
                    "counted",
                    t -> t.column("id", INTEGER)
                            .column("n", INTEGER)
                            .column("version", INTEGER)
                            .primaryKey("id")
                            .generatedKey()
                            .version("version"));
            Row first = table.write(WriteMode.INSERT, table.row(null, 1, 0)).get(0);
            Object id = Objects.requireNonNull(first.get("id"));
            Row second = table.write(WriteMode.UPDATE, first.with("n", 2L)).get(0);
            assertThatThrownBy(() -> table.write(WriteMode.UPDATE, first)).isInstanceOf(ConflictException.class);
            assertThat(store.versions("counted", id))
                    .extracting(RowVersion::row)
                    .containsExactly(first, second);
        }
    }

    @Test
    default void noMoreVersionsAreKeptThanAskedFor() {
        try (VersionedStore store = new VersionedStore(subject(), config -> config.versions(3))) {
            TestTable notes = notes(store);
            for (int n = 1; n <= 7; n++) {
                notes.write(WriteMode.UPSERT, notes.row("a", n));
            }
            assertThat(told(store, "a"))
                    .containsExactly("5 " + UPDATE + " 5", "6 " + UPDATE + " 6", "7 " + UPDATE + " 7");
        }
    }

    @Test
    default void whatWasCurrentWithinTheTimeAskedForIsKept() {
        try (VersionedStore store = new VersionedStore(subject(), config -> config.versionsFor(Duration.ofHours(10)))) {
            TestTable notes = notes(store);
            var first = store.now();
            for (int n = 1; n <= 4; n++) {
                notes.write(WriteMode.UPSERT, notes.row("a", n), notes.row("gone", n));
                store.moveClock(Duration.ofHours(6));
            }
            store.backend().delete("notes", "gone");
            VersionedBackend versions = (VersionedBackend) store.backend();
            // at hour 24; hour 14 saw what was written in hour 12
            assertThat(versions.prune()).isEqualTo(4);
            assertThat(told(store, "a")).containsExactly("3 " + UPDATE + " 3", "4 " + UPDATE + " 4");
            assertThat(store.find("notes", "a", first.plus(Duration.ofHours(14))))
                    .contains(notes.row("a", 3));
            assertThatThrownBy(() -> store.find("notes", "a", first.plus(Duration.ofHours(7))))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("not kept any more");
            assertThatThrownBy(() -> store.rows(notes.select(), first.plus(Duration.ofHours(7))))
                    .isInstanceOf(NotFoundException.class);
            store.moveClock(Duration.ofDays(1));
            assertThat(versions.prune()).isEqualTo(3);
            assertThat(told(store, "gone")).containsExactly("5 " + DELETE + " -");
            notes.insert("gone", 9);
            assertThat(told(store, "gone")).containsExactly("5 " + DELETE + " -", "6 " + INSERT + " 9");
            assertThat(versions.prune()).isZero();
        }
    }

    @Test
    default void aVersionIsKeptIfItsNumberOrItsAgeKeepsIt() {
        try (VersionedStore store =
                new VersionedStore(subject(), config -> config.versions(2).versionsFor(Duration.ofHours(1)))) {
            TestTable notes = notes(store);
            for (int n = 1; n <= 5; n++) {
                notes.write(WriteMode.UPSERT, notes.row("a", n));
            }
            assertThat(((VersionedBackend) store.backend()).prune()).isZero();
            store.moveClock(Duration.ofHours(2));
            assertThat(((VersionedBackend) store.backend()).prune()).isEqualTo(3);
            assertThat(told(store, "a")).containsExactly("4 " + UPDATE + " 4", "5 " + UPDATE + " 5");
        }
    }

    @Test
    default void tablesOfVersionsAreHiddenAndTheirNamesReserved() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            String hidden;
            try (BackendTransaction below = store.below().begin(TransactionOptions.READ_ONLY)) {
                List<String> tables = below.catalog().tables();
                assertThat(tables).hasSize(2).contains("notes");
                hidden = tables.get(tables.indexOf("notes") == 0 ? 1 : 0);
            }
            try (BackendTransaction transaction = notes.begin()) {
                assertThat(transaction.catalog().tables()).containsExactly("notes");
                assertThatThrownBy(() -> transaction
                                .catalog()
                                .create(TableSchema.builder("_history_x")
                                        .column("id", TEXT)
                                        .primaryKey("id")
                                        .build()))
                        .isInstanceOf(SchemaException.class)
                        .hasMessageContaining("reserved");
                assertThatThrownBy(() -> transaction.delete(hidden, Condition.all()))
                        .isInstanceOf(UnsupportedException.class);
            }
            store.backend()
                    .createTable(TableSchema.builder("x".repeat(128))
                            .column("id", TEXT)
                            .primaryKey("id")
                            .build());
            try (BackendTransaction transaction = notes.begin()) {
                transaction.catalog().drop("notes");
                transaction.commit();
            }
            assertThat(notes(store).insert("a", 5)).isNotNull();
            assertThat(told(store, "a")).containsExactly("1 " + INSERT + " 5");
        }
    }

    @Test
    default void versionsOfATableThatHadAnotherKeyTakeNoOthers() {
        try (VersionedStore store = store()) {
            notes(store).insert("a", 1);
            try (BackendTransaction below = store.below().begin(TransactionOptions.DEFAULT)) {
                below.catalog().drop("notes");
                below.commit();
            }
            TableSchema other = TableSchema.builder("notes")
                    .column("id", INTEGER)
                    .primaryKey("id")
                    .build();
            store.below().createTable(other);
            assertThatThrownBy(() -> store.backend().insert("notes", Map.of("id", 1)))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("another key");
        }
    }

    @Test
    default void listenersHearOfRowsAndNotOfVersions() {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            List<List<RowChange>> heard = new CopyOnWriteArrayList<>();
            store.backend().onCommit((origin, changes) -> heard.add(changes));
            notes.insert("a", 1);
            assertThat(heard).containsExactly(List.of(new RowChange("notes", "a", null, notes.row("a", 1))));
        }
    }

    @Test
    default void aStoreThatHasVersionsGoesOnKeepingThem() {
        StorageConfig.Builder config = subject().newConfig();
        StorageConfig silent = StorageConfig.of("memory:");
        try (StorageBackend store = StorageBackend.open(config.build())) {
            assertThat(VersionedBackend.over(store, silent)).isSameAs(store);
            StorageBackend versioned =
                    VersionedBackend.over(store, config.versioningEnabled(true).build());
            assertThat(versioned.capabilities().has(Feature.VERSIONING)).isTrue();
            TestTable notes = TestTable.create(
                    versioned,
                    TableSchema.builder("notes")
                            .column("id", TEXT)
                            .column("n", INTEGER)
                            .primaryKey("id")
                            .build());
            notes.insert("a", 1);
            StorageBackend again = VersionedBackend.over(store, silent);
            again.write("notes", WriteMode.UPSERT, List.of(notes.row("a", 2)));
            try (BackendTransaction reading = again.begin(TransactionOptions.READ_ONLY)) {
                assertThat(new RowHistory(reading, "notes").versions("a")).hasSize(2);
            }
            StorageConfig without = config.versioningEnabled(false).build();
            assertThat(VersionedBackend.over(store, without)).isSameAs(store);
        }
    }

    @Test
    default void threadsThatChangeOneRowLeaveVersionsWithoutAGap() throws Exception {
        int threads = 4;
        int saves = 12;
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            Concurrently.run(threads, thread -> () -> {
                for (int i = 0; i < saves; i++) {
                    int n = thread * saves + i;
                    // by itself: others are no conflict
                    store.save(notes, notes.row("a", n));
                    // in a transaction with a row of its own
                    Concurrently.retrying(() -> {
                        try (BackendTransaction transaction = notes.begin()) {
                            notes.write(transaction, WriteMode.UPSERT, notes.row("a", -n), notes.row("t" + thread, n));
                            transaction.commit();
                        }
                        return n;
                    });
                }
                return thread;
            });
            List<RowVersion> versions = store.versions("notes", "a");
            assertThat(versions)
                    .extracting(RowVersion::number)
                    .containsExactlyElementsOf(LongStream.rangeClosed(1, 2L * threads * saves)
                            .boxed()
                            .toList());
            assertThat(versions.get(versions.size() - 1).row())
                    .isEqualTo(notes.find("a").orElseThrow());
            assertThat(versions)
                    .extracting(RowVersion::kind)
                    .containsOnlyOnce(INSERT)
                    .doesNotContain(EXTERNAL, FOUND);
            for (int thread = 0; thread < threads; thread++) {
                assertThat(store.versions("notes", "t" + thread)).hasSize(saves);
            }
        }
    }

    @Test
    default void ofTwoThatChangeOneRowTheSecondIsToldAsWithoutVersions() throws Exception {
        try (VersionedStore store = store()) {
            TestTable notes = notes(store);
            notes.insert("a", 1);
            if (!capabilities().has(Feature.CONCURRENT_WRITERS)) {
                return; // the second has to wait for the first to end
            }
            try (BackendTransaction late = notes.begin()) {
                assertThat(notes.ids(late)).containsExactly("a");
                notes.write(WriteMode.UPSERT, notes.row("a", 2));
                assertThatThrownBy(() -> {
                            notes.write(late, WriteMode.UPSERT, notes.row("a", 3));
                            late.commit();
                        })
                        .isInstanceOf(StorageException.class)
                        .satisfies(e ->
                                assertThat(((StorageException) e).retryable()).isTrue());
            }
            assertThat(told(store, "a")).containsExactly("1 " + INSERT + " 1", "2 " + UPDATE + " 2");
        }
    }
}
