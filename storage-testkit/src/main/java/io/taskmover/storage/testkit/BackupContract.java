package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.backup.BackupListener;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.ContentHash;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.backup.TableHash;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups: all that a store holds, at one moment, in a file, and back in one step. */
interface BackupContract extends Contract {

    private static StorageBackend memory() {
        return StorageBackend.open(StorageConfig.of("memory:"));
    }

    /** All rows of all tables, in id order, versions too. */
    private static Map<TableSchema, List<Row>> content(StorageBackend store) {
        Map<TableSchema, List<Row>> content = new LinkedHashMap<>();
        try (BackendTransaction reading = store.whole().begin(TransactionOptions.READ_ONLY)) {
            for (String name : reading.catalog().tables()) {
                TestTable table =
                        new TestTable(store, reading.catalog().table(name).orElseThrow());
                content.put(table.schema(), TestTable.rows(reading, table.select()));
            }
        }
        return content;
    }

    private static List<TableHash> hashes(StorageBackend store) {
        try (BackendTransaction reading = store.whole().begin(TransactionOptions.READ_ONLY)) {
            return reading.catalog().tables().stream()
                    .map(table -> ContentHash.of(reading, table, rows -> {}))
                    .toList();
        }
    }

    /** Tables with hostile names, of every type, with versions, generated keys, indexes, and one without rows. */
    private static void fill(OwnStore store) {
        for (DataType type : DataType.values()) {
            List<Object> samples = TypeSamples.of(type);
            TestTable table = store.table(
                    "of " + type + "; drop table \"x\"",
                    t -> t.column("id", INTEGER).column("value", type).primaryKey("id"));
            for (int i = 0; i < samples.size(); i++) {
                table.insert(i, samples.get(i));
            }
            table.insert(samples.size(), null);
        }
        TestTable versioned = store.table(
                "../Versioned%",
                t -> t.column("id", TEXT)
                        .column(Column.of("n", INTEGER).withDefault(7L))
                        .column("v", INTEGER)
                        .primaryKey("id")
                        .version("v")
                        .index("n"));
        versioned.write(WriteMode.INSERT, versioned.row("é", 1, 0), versioned.row("日本", null, 0));
        versioned.write(WriteMode.UPDATE, versioned.row("é", 2, 1));
        versioned.write(WriteMode.UPDATE, versioned.row("é", 3, 2));
        TestTable numbered = store.table(
                "numbered",
                t -> t.column("id", INTEGER)
                        .column("name", TEXT)
                        .primaryKey("id")
                        .generatedKey()
                        .unique("name"));
        numbered.write(WriteMode.INSERT, numbered.row(null, "a"), numbered.row(null, "b"), numbered.row(null, "c"));
        numbered.store().delete("numbered", numbered.ids().get(2));
        store.table("empty", t -> t.column("a", TEXT).column("b", INTEGER).primaryKey("a", "b"));
        TestTable pairs = store.table(
                "pairs", t -> t.column("a", TEXT).column("b", INTEGER).primaryKey("a", "b"));
        pairs.write(WriteMode.INSERT, pairs.row("x", 2), pairs.row("x", 1), pairs.row("X", 3));
    }

    @Test
    default void aBackupBringsEverythingBackInWhateverStore(@TempDir Path directory) {
        try (OwnStore store = subject().ownStore();
                OwnStore again = subject().ownStore();
                StorageBackend memory = memory()) {
            fill(store);
            for (String name : List.of("Name", "name", "NAME", "select", "..", "CON", "日本語")) {
                store.table(name, t -> t.column("Id", TEXT).column("id", TEXT).primaryKey("id"))
                        .insert("x", name);
            }
            Map<TableSchema, List<Row>> content = content(store.backend());
            StoreBackup backup = StoreBackup.at(directory.resolve("first.zip"));
            BackupManifest written = backup.write(store.backend());
            assertThat(written.rows())
                    .isEqualTo(content.values().stream().mapToLong(List::size).sum());
            assertThat(backup.verify()).isEqualTo(written);

            assertThat(backup.restore(memory)).isEqualTo(written);
            assertThat(content(memory)).isEqualTo(content);
            StoreBackup second = StoreBackup.at(directory.resolve("second.zip"));
            second.write(memory);
            second.restore(again.backend());
            assertThat(content(again.backend())).isEqualTo(content);
            assertThat(hashes(again.backend())).isEqualTo(hashes(store.backend()));
            assertThat(again.backend().verify().problems()).isEmpty();
            if (capabilities().has(Feature.DURABLE)) {
                assertThat(content(again.reopen())).isEqualTo(content);
            }
        }
    }

    @Test
    default void aRestoredTableGeneratesNoKeyThatAnyRowHadBefore(@TempDir Path directory) {
        try (OwnStore store = subject().ownStore();
                OwnStore again = subject().ownStore()) {
            fill(store);
            TestTable numbered = new TestTable(store.backend(), store.backend().schemaOf("numbered"));
            // all rows are gone, and what tells of them is only how far the keys have come
            numbered.ids().forEach(id -> store.backend().delete("numbered", id));
            StoreBackup backup = StoreBackup.at(directory.resolve("keys.zip"));
            long last = backup.write(store.backend()).tables().stream()
                    .filter(table -> table.name().equals("numbered"))
                    .findFirst()
                    .orElseThrow()
                    .lastGeneratedKey();
            assertThat(last).isGreaterThanOrEqualTo(3);
            backup.restore(again.backend());
            if (capabilities().has(Feature.DURABLE)) {
                again.reopen();
            }
            Row next = numbered.in(again.backend()).insert(null, "next");
            assertThat((Long) Objects.requireNonNull(next.get("id"))).isGreaterThan(last);
            assertThat(numbered.in(again.backend()).rows()).containsExactly(next);
        }
    }

    @Test
    default void aBackupIsOneMomentWhileOthersWrite(@TempDir Path directory) throws Exception {
        int accounts = 20;
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table(
                    "accounts",
                    t -> t.column("id", INTEGER).column("n", INTEGER).primaryKey("id"));
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < accounts; i++) {
                rows.add(table.row(i, 100));
            }
            table.store().write("accounts", WriteMode.INSERT, rows);
            AtomicBoolean done = new AtomicBoolean();
            AtomicInteger transfers = new AtomicInteger();
            Concurrently.run(5, thread -> () -> {
                if (thread == 0) {
                    try {
                        for (int i = 0; i < 5; i++) {
                            StoreBackup backup = StoreBackup.at(directory.resolve(i + ".zip"));
                            backup.write(store.backend());
                            requireSum(backup, accounts * 100L);
                        }
                    } finally {
                        done.set(true);
                    }
                }
                for (int i = thread; thread > 0 && !done.get(); i++) {
                    int from = i % accounts;
                    int to = (i * 7 + 1) % accounts;
                    Concurrently.retrying(() -> transfer(table, from, to));
                    transfers.incrementAndGet();
                }
                return null;
            });
            assertThat(transfers).hasPositiveValue();
        }
    }

    private static void requireSum(StoreBackup backup, long sum) {
        try (StorageBackend memory = memory()) {
            backup.restore(memory);
            TestTable table = new TestTable(memory, memory.schemaOf("accounts"));
            assertThat(table.rows().stream()
                            .mapToLong(row -> (Long) Objects.requireNonNull(row.get("n")))
                            .sum())
                    .isEqualTo(sum);
        }
    }

    private static boolean transfer(TestTable table, int from, int to) {
        if (from == to) {
            return false;
        }
        try (BackendTransaction transaction = table.begin()) {
            add(transaction, table, from, -1);
            add(transaction, table, to, 1);
            transaction.commit();
            return true;
        }
    }

    private static void add(BackendTransaction transaction, TestTable table, long id, long amount) {
        long n = (Long) Objects.requireNonNull(
                transaction.find(table.name(), id).orElseThrow().get("n"));
        table.write(transaction, WriteMode.UPDATE, table.row(id, n + amount));
    }

    @Test
    default void aStoreWithRowsIsReplacedOnlyWhenThatIsAskedFor(@TempDir Path directory) {
        try (OwnStore store = subject().ownStore();
                OwnStore other = subject().ownStore()) {
            fill(store);
            StoreBackup backup = StoreBackup.at(directory.resolve("all.zip"));
            backup.write(store.backend());
            TestTable own = other.table("numbered", t -> t.column("key", TEXT).primaryKey("key"));
            TestTable more = other.table("more", t -> t.column("id", TEXT).primaryKey("id"));
            own.insert("k");
            more.insert("m");
            Map<TableSchema, List<Row>> former = content(other.backend());
            assertThatThrownBy(() -> backup.restore(other.backend()))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("more");
            assertThat(content(other.backend())).isEqualTo(former);
            List<String> told = new ArrayList<>();
            other.backend().onCommit((origin, changes) -> told.add(origin.name()));
            backup.replace(other.backend());
            assertThat(content(other.backend())).isEqualTo(content(store.backend()));
            assertThat(told).isNotEmpty();
            // it is a store like any other
            TestTable numbered = new TestTable(other.backend(), other.backend().schemaOf("numbered"));
            numbered.insert(null, "new");
            assertThat(numbered.rows()).hasSize(3);
            assertThatThrownBy(() -> more.insert("gone")).isInstanceOf(SchemaException.class);
            assertThat(other.backend().verify().problems()).isEmpty();
        }
    }

    @Test
    default void aRestoreThatFailsAnywhereLeavesTheStoreAsItWas(@TempDir Path directory) {
        try (OwnStore store = subject().ownStore();
                OwnStore other = subject().ownStore()) {
            fill(store);
            StoreBackup backup = StoreBackup.at(directory.resolve("all.zip"));
            int steps = backup.write(store.backend()).tables().size() * 2;
            TestTable own = other.table("numbered", t -> t.column("key", TEXT).primaryKey("key"));
            own.insert("k");
            Map<TableSchema, List<Row>> former = content(other.backend());
            for (int step = 1; step <= steps; step += 5) {
                backup.listener(new FailingAt(step));
                assertThatThrownBy(() -> backup.replace(other.backend())).hasMessage("Enough");
                assertThat(content(other.backend())).isEqualTo(former);
            }
            backup.listener(BackupListener.NONE).replace(other.backend());
            assertThat(content(other.backend())).isEqualTo(content(store.backend()));
        }
    }

    @Test
    default void aBackupWithoutTablesLeavesAStoreWithoutTables(@TempDir Path directory) {
        try (OwnStore store = subject().ownStore();
                OwnStore other = subject().ownStore()) {
            StoreBackup backup = StoreBackup.at(directory.resolve("none.zip"));
            assertThat(backup.write(store.backend()).tables()).isEmpty();
            other.table("t", t -> t.column("id", TEXT).primaryKey("id")).insert("gone");
            backup.replace(other.backend());
            assertThat(content(other.backend())).isEmpty();
            assertThat(content(other.reopen())).isEmpty();
        }
    }

    /** Those who have it open, as any number of programs may where there is SQL, notice. */
    @Test
    default void whatIsRestoredIsSeenByOthersWhoHaveTheStoreOpen(@TempDir Path directory) {
        if (!capabilities().has(Feature.SQL) || !capabilities().has(Feature.DURABLE)) {
            return;
        }
        try (OwnStore store = subject().ownStore();
                OwnStore other = subject().ownStore();
                StorageBackend beside = other.another()) {
            fill(store);
            StoreBackup backup = StoreBackup.at(directory.resolve("all.zip"));
            backup.write(store.backend());
            TestTable former =
                    other.table("numbered", t -> t.column("key", TEXT).primaryKey("key"));
            former.insert("k");
            assertThat(former.in(beside).rows()).hasSize(1);
            backup.replace(other.backend());
            assertThat(content(beside)).isEqualTo(content(store.backend()));
            TestTable numbered = new TestTable(beside, beside.schemaOf("numbered"));
            Row inserted = numbered.insert(null, "beside");
            assertThat(numbered.in(other.backend()).rows()).contains(inserted);
        }
    }

    /** Throws at a step of a restore. */
    final class FailingAt implements BackupListener {
        private int left;

        FailingAt(int step) {
            left = step;
        }

        @Override
        public void restoring(String table, long rows) {
            step();
        }

        @Override
        public void done(String table, long rows) {
            step();
        }

        private void step() {
            left--;
            if (left == 0) {
                throw new IllegalStateException("Enough");
            }
        }
    }

    @Test
    default void aReplacementThatIsNotCommittedIsSeenByNobodyAndInNobodysWay() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table("t", t -> t.column("id", TEXT).primaryKey("id"));
            table.insert("former");
            TableSchema coming = TableSchema.builder("t")
                    .column("id", INTEGER)
                    .column("v", INTEGER)
                    .primaryKey("id")
                    .version("v")
                    .build();
            TestTable loaded = new TestTable(store.backend(), coming);
            try (Replacement left = store.backend().beginReplacement()) {
                left.create(coming, 0);
                left.load("t", List.of(loaded.row(1, 5)));
                if (capabilities().has(Feature.CONCURRENT_WRITERS) && !locksWhatIsReplaced()) {
                    assertThat(table.ids()).containsExactly("former");
                }
            }
            assertThat(table.ids()).containsExactly("former");
            try (Replacement replacement = store.backend().beginReplacement()) {
                replacement.create(coming, 0);
                replacement.load("t", List.of(loaded.row(1, 5)));
                replacement.load("t", List.of(loaded.row(2, 7)));
                replacement.commit();
            }
            assertThat(loaded.rows()).containsExactly(loaded.row(1, 5), loaded.row(2, 7));
        }
    }

    /** Whether others wait for who has begun to replace what they want to read. */
    default boolean locksWhatIsReplaced() {
        return capabilities().has(Feature.SQL);
    }

    @Test
    default void decisionsOnOtherStoresAreNeitherBackedUpNorReplaced(@TempDir Path directory) {
        try (OwnStore store = subject().ownStore();
                OwnStore other = subject().ownStore()) {
            for (OwnStore decider : List.of(store, other)) {
                Decisions.createTable(decider.backend());
            }
            TestTable decisions = new TestTable(other.backend(), other.backend().schemaOf(Decisions.TABLE));
            Row decided = decisions.insert("d", Instant.EPOCH, List.of("file:/x"));
            fill(store);
            StoreBackup backup = StoreBackup.at(directory.resolve("all.zip"));
            assertThat(backup.write(store.backend()).tables())
                    .extracting(BackupManifest.Table::name)
                    .doesNotContain(Decisions.TABLE);
            backup.replace(other.backend());
            assertThat(decisions.rows()).containsExactly(decided);
            assertThat(new TestTable(other.backend(), other.backend().schemaOf("numbered")).rows())
                    .hasSize(2);
        }
    }
}
