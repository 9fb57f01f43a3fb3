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
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConflictException;
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
import java.util.stream.IntStream;
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
}
