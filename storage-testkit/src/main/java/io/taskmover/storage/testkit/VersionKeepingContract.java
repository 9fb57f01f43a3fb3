package io.taskmover.storage.testkit;

import static io.taskmover.storage.history.ChangeKind.DELETE;
import static io.taskmover.storage.history.ChangeKind.EXTERNAL;
import static io.taskmover.storage.history.ChangeKind.FOUND;
import static io.taskmover.storage.history.ChangeKind.INSERT;
import static io.taskmover.storage.history.ChangeKind.UPDATE;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.history.RowVersion;
import io.taskmover.storage.history.VersionedBackend;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** Which versions are kept, where, and how many threads add to them without being in each other's way. */
interface VersionKeepingContract extends Contract {

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
    default void aTableThatWasThereBeforeHasVersionsFromItsFirstChangeOn() {
        try (VersionedStore store = store()) {
            TableSchema schema = TableSchema.builder("notes")
                    .column("id", TEXT)
                    .column("n", INTEGER)
                    .primaryKey("id")
                    .build();
            store.below().createTable(schema);
            TestTable notes = new TestTable(store.backend(), schema);
            notes.insert("a", 1);
            assertThat(told(store, "a")).containsExactly("1 " + INSERT + " 1");
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
