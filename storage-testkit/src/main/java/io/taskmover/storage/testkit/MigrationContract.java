package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.BOOLEAN;
import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.migration.AddColumnMigration;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.CreateTableMigration;
import io.taskmover.storage.migration.DataMigration;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.migration.MigrationPlan;
import io.taskmover.storage.migration.MigrationState;
import io.taskmover.storage.migration.MigrationStatus;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Changes of tables and of their data, forth and back. */
interface MigrationContract extends Contract {

    /** A versioned table with an index. */
    TableSchema USERS = TableSchema.builder("users")
            .column("id", TEXT)
            .column(Column.of("name", TEXT).withNotNull())
            .column("age", INTEGER)
            .column("v", INTEGER)
            .primaryKey("id")
            .version("v")
            .index("age")
            .build();

    private static MigrationManager manager(StorageBackend store, Migration... migrations) {
        MigrationManager manager = new MigrationManager(store)
                .allowDestructive(true)
                .lease(Duration.ofMillis(200), Duration.ofSeconds(20));
        manager.register(new CreateTableMigration("001", USERS));
        for (Migration migration : migrations) {
            manager.register(migration);
        }
        return manager;
    }

    private static TestTable users(StorageBackend store) {
        return new TestTable(store, store.schemaOf("users"));
    }

    /** A store with the table, and the rows a, b and so on in it, whose ages are 1, 2 and so on. */
    private OwnStore filled(int rows) {
        OwnStore own = subject().ownStore();
        manager(own.backend()).apply();
        TestTable users = users(own.backend());
        for (int i = 0; i < rows; i++) {
            users.insert(id(i), "name " + id(i), i + 1, 0);
        }
        return own;
    }

    private static String id(int i) {
        return i < 26 ? Character.toString('a' + i) : "z" + (100_000 + i);
    }

    private static List<String> asideTables(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.catalog().tables().stream()
                    .filter(table -> table.startsWith("_dropped_"))
                    .toList();
        }
    }

    /** Applies a migration to rows a, b and c, gives the table to a test, and rolls back. */
    private void forthAndBack(Migration migration, Consumer<TestTable> test) {
        try (OwnStore own = filled(3)) {
            StorageBackend store = own.backend();
            List<Row> before = withoutVersion(users(store).rows());
            MigrationManager manager = manager(store, migration);
            assertThat(manager.apply()).containsExactly(migration);
            test.accept(users(store));
            assertThat(manager.drift()).isEmpty();
            assertThat(manager.apply()).isEmpty();
            manager.rollback(migration.version().toString());
            assertThat(withoutVersion(users(store).rows()))
                    .usingElementComparator((a, b) -> a.toMap().equals(b.toMap()) ? 0 : 1)
                    .containsExactlyElementsOf(before);
            assertThat(manager.drift()).isEmpty();
            assertThat(asideTables(store)).isEmpty();
            assertThat(manager.apply()).containsExactly(migration);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    private static List<Row> withoutVersion(List<Row> rows) {
        return rows.stream()
                .map(row -> row.type().indexOf("v") < 0 ? row : row.with("v", 0L))
                .toList();
    }

    @Test
    default void anAddedColumnIsTakenBack() {
        forthAndBack(
                new AddColumnMigration("002", "users", Column.of("mail", TEXT).withDefault("none")),
                users -> assertThat(users.value("a", "mail")).isEqualTo("none"));
    }

    @Test
    default void aDroppedColumnComesBackWithItsValuesThoughItTakesNoNull() {
        forthAndBack(
                Migration.of("002", "no names", Change.dropColumn("users", "name")),
                users -> assertThat(users.schema().rowType().indexOf("name")).isNegative());
    }

    @Test
    default void aRenamedColumnIsRenamedBack() {
        forthAndBack(
                Migration.of(
                        "002",
                        "better names",
                        Change.renameColumn("users", "age", "years"),
                        Change.renameColumn("users", "id", "key")),
                users -> assertThat(users.value("b", "years")).isEqualTo(2L));
    }

    @Test
    default void indexesAreMadeAndDroppedBothWays() {
        forthAndBack(
                Migration.of(
                        "002",
                        "indexes",
                        Change.dropIndex("users", "ix_users_age"),
                        Change.createIndex("users", Index.of("users", true, "name"))),
                users -> assertThat(users.schema().indexes()).containsExactly(Index.of("users", true, "name")));
    }

    @Test
    default void aColumnGetsAnotherTypeAndItsFormerValuesBack() {
        forthAndBack(
                Migration.of(
                        "002",
                        "age as text",
                        Change.dropIndex("users", "ix_users_age"),
                        Change.changeType("users", Column.of("age", DECIMAL).withNotNull())),
                users -> assertThat(users.value("c", "age")).isEqualTo(new BigDecimal(3)));
        forthAndBack(
                Migration.of(
                        "002",
                        "names by length",
                        Change.changeType(
                                "users",
                                Column.of("name", INTEGER).withNotNull(),
                                name -> (long)
                                        Objects.requireNonNull(name).toString().length(),
                                length -> "x".repeat(((Long) Objects.requireNonNull(length)).intValue()))),
                users -> assertThat(users.value("a", "name")).isEqualTo(6L));
    }

    @Test
    default void aValueChangedSinceItsColumnGotAnotherTypeIsConvertedBack() {
        try (OwnStore own = filled(2)) {
            Migration migration = Migration.of(
                    "002",
                    "names by length",
                    Change.changeType(
                            "users",
                            Column.of("name", INTEGER).withNotNull(),
                            name -> (long)
                                    Objects.requireNonNull(name).toString().length(),
                            length -> "x".repeat(((Long) Objects.requireNonNull(length)).intValue())));
            MigrationManager manager = manager(own.backend(), migration);
            manager.apply();
            TestTable users = users(own.backend());
            users.write(WriteMode.UPDATE, users.partial("id", "a", "v", users.value("a", "v"), "name", 2));
            users.write(WriteMode.INSERT, users.partial("id", "n", "name", 3, "v", 0));
            manager.rollback("002");
            TestTable back = users(own.backend());
            assertThat(back.value("a", "name")).isEqualTo("xx");
            assertThat(back.value("b", "name")).isEqualTo("name b");
            assertThat(back.value("n", "name")).isEqualTo("xxx");
        }
    }

    @Test
    default void aDroppedTableComesBackWithItsRows() {
        try (OwnStore own = filled(3)) {
            StorageBackend store = own.backend();
            TestTable users = users(store);
            List<Row> rows = users.rows();
            MigrationManager manager = manager(store, Migration.of("002", "no users", Change.dropTable("users")));
            manager.apply();
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.catalog().table("users")).isEmpty();
            }
            manager.rollback("002");
            assertThat(store.schemaOf("users")).isEqualTo(USERS);
            assertThat(users.rows()).isEqualTo(rows);
            assertThat(asideTables(store)).isEmpty();
            manager.rollbackTo("0");
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.catalog().table("users")).isEmpty();
            }
        }
    }

    @Test
    default void whatWasSetAsideIsDroppedOnlyWhenToldSo() {
        try (OwnStore own = filled(1)) {
            MigrationManager manager =
                    manager(own.backend(), Migration.of("2.0", "no names", Change.dropColumn("users", "name")));
            manager.apply();
            assertThat(asideTables(own.backend())).containsExactly("_dropped_2_1");
            assertThat(manager.purge("2")).containsExactly("_dropped_2_1");
            assertThat(asideTables(own.backend())).isEmpty();
        }
    }

    @Test
    default void rowsAreTransformedDeletedAndGivenBack() {
        forthAndBack(
                new DataMigration("002", "users", row -> {
                    String name = (String) Objects.requireNonNull(row.get("name"));
                    return name.endsWith("b") ? null : name.endsWith("c") ? row : row.with("name", name.toUpperCase());
                }),
                users -> {
                    assertThat(users.ids()).containsExactly("a", "c");
                    assertThat(users.value("a", "name")).isEqualTo("NAME A");
                    assertThat(users.value("c", "v")).isEqualTo(1L);
                });
        forthAndBack(
                Migration.of(
                        "002", "older", Change.transformRows("users", row -> older(row, 1), row -> older(row, -1))),
                users -> assertThat(users.value("b", "age")).isEqualTo(3L));
    }

    private static Row older(Row row, int years) {
        return row.with("age", (Long) Objects.requireNonNull(row.get("age")) + years);
    }

    @Test
    default void aDeletedRowThatIsThereAgainIsLeftAsItIs() {
        try (OwnStore own = filled(2)) {
            MigrationManager manager = manager(own.backend(), new DataMigration("002", "users", row -> null));
            manager.apply();
            TestTable users = users(own.backend());
            assertThat(users.rows()).isEmpty();
            users.insert("n", "new", 9, 0);
            manager.rollback("002");
            assertThat(users.ids()).containsExactly("a", "b", "n");
        }
    }

    @Test
    default void aLargeMigrationGoesOnWhereItFailedAndTransformsEachRowOnce() {
        try (OwnStore own = filled(25)) {
            AtomicInteger calls = new AtomicInteger();
            AtomicInteger most = new AtomicInteger(17);
            Migration migration = Migration.of(
                    "002",
                    "older",
                    Change.transformRows(
                            "users",
                            row -> {
                                if (calls.incrementAndGet() > most.get()) {
                                    throw new IllegalStateException("enough");
                                }
                                return older(row, 100);
                            },
                            row -> older(row, -100)));
            MigrationManager manager = manager(own.backend(), migration).batchRows(5);
            assertThatThrownBy(manager::apply)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("002 (older)")
                    .hasMessageContaining("Row 'r'")
                    .hasMessageContaining("enough");
            MigrationStatus status = manager.status().get(1);
            assertThat(status.state()).isEqualTo(MigrationState.FAILED);
            assertThat(status.error()).contains("enough");
            assertThat(users(own.backend()).value("o", "age")).isEqualTo(115L);
            assertThat(users(own.backend()).value("p", "age")).isEqualTo(16L);
            assertThat(manager.plan().migrations().get(0).unfinished()).isTrue();
            most.set(Integer.MAX_VALUE);
            manager.apply();
            for (int i = 0; i < 25; i++) {
                assertThat(users(own.backend()).value(id(i), "age")).isEqualTo(101L + i);
            }
            assertThat(manager.status().get(1).state()).isEqualTo(MigrationState.APPLIED);
            manager.rollback("002");
            assertThat(users(own.backend()).value("a", "age")).isEqualTo(1L);
        }
    }

    @Test
    default void whatAProcessThatDiesAnywhereLeavesTheNextOneCompletes() {
        int every = Integer.getInteger("storage.crash.migrationEvery", 7);
        MigrationScenario scenario = new MigrationScenario(7, 3, Duration.ofMillis(20));
        try (OwnStore own = subject().ownStore()) {
            StorageBackend store = own.backend();
            scenario.prepare(store);
            boolean died = true;
            for (int calls = 0; died; calls += every) {
                died = diesIn(scenario, store, calls, MigrationManager::apply);
                scenario.manager(store).apply();
                scenario.requireApplied(store);
                if (diesIn(scenario, store, calls, manager -> manager.rollbackTo("001"))) {
                    died = true;
                    scenario.manager(store).apply();
                    scenario.requireApplied(store);
                    scenario.manager(store).rollbackTo("1");
                }
                scenario.requirePrepared(store);
            }
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    /** Whether it has died after so many halves of calls. */
    private static boolean diesIn(
            MigrationScenario scenario, StorageBackend store, int calls, Consumer<MigrationManager> work) {
        DyingBackend dying = new DyingBackend(store, calls);
        try {
            work.accept(scenario.manager(dying));
        } catch (StorageException e) {
            assertThat(dying.isDead()).as("what failed was that it died: %s", e).isTrue();
        }
        return dying.isDead();
    }

    @Test
    default void aProcessThatWakesUpAfterItsLeaseWasTakenOverWritesNothing() {
        try (OwnStore own = filled(6)) {
            StorageBackend store = own.backend();
            Thread sleeper = Thread.currentThread();
            AtomicInteger transformed = new AtomicInteger();
            Migration older = Migration.of(
                    "002",
                    "older",
                    Change.transformRows(
                            "users",
                            row -> {
                                transformed.incrementAndGet();
                                return older(row, 100);
                            },
                            row -> older(row, -100)));
            StorageBackend sleepy = new ForwardingBackend(store) {
                private boolean slept;

                @Override
                public BackendTransaction begin(TransactionOptions options) {
                    if (Thread.currentThread() != sleeper) {
                        throw new StorageException("all threads of the process stand still");
                    }
                    if (transformed.get() == 4 && !slept) {
                        slept = true;
                        assertThat(manager(store, older).batchRows(2).apply()).containsExactly(older);
                    }
                    return super.begin(options);
                }
            };
            assertThatThrownBy(manager(sleepy, older).batchRows(2)::apply)
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("taken over");
            assertThat(transformed).hasValue(6);
            assertThat(users(store).rows())
                    .extracting(row -> row.get("age"))
                    .containsExactly(101L, 102L, 103L, 104L, 105L, 106L);
        }
    }

    @Test
    default void ofManyProcessesThatApplyTheSameAtOnceOneDoes() throws Exception {
        try (OwnStore own = filled(9)) {
            Migration older = Migration.of(
                    "002", "older", Change.transformRows("users", row -> older(row, 100), row -> older(row, -100)));
            List<Integer> applied = Concurrently.run(
                    4,
                    thread -> () -> manager(own.backend(), older)
                            .batchRows(2)
                            .lease(Duration.ofSeconds(2), Duration.ofSeconds(20))
                            .apply()
                            .size());
            assertThat(applied).containsOnlyOnce(1).containsOnly(0, 1);
            assertThat(users(own.backend()).value("a", "age")).isEqualTo(101L);
            assertThat(users(own.backend()).value("i", "age")).isEqualTo(109L);
        }
    }

    @Test
    default void aSmallMigrationThatFailsLeavesNothingWhereDefinitionsArePartOfTransactions() {
        try (OwnStore own = filled(2)) {
            Migration migration = Migration.of(
                    "002",
                    "two changes",
                    Change.addColumn("users", Column.of("mail", TEXT)),
                    Change.transformRows("users", row -> {
                        throw new IllegalStateException("no");
                    }));
            MigrationManager manager = manager(own.backend(), migration);
            assertThatThrownBy(manager::apply).isInstanceOf(MigrationException.class);
            boolean added = own.backend().schemaOf("users").rowType().indexOf("mail") >= 0;
            assertThat(added).isNotEqualTo(capabilities().has(Feature.TRANSACTIONAL_DDL));
            if (!added) {
                // nothing is there, so that another one can take its place
                Migration better = Migration.of("002", "one", Change.addColumn("users", Column.of("mail", INTEGER)));
                assertThat(manager(own.backend(), better).apply()).containsExactly(better);
            }
        }
    }

    @Test
    default void aMigrationThatWasChangedIsRefusedUntilItIsAccepted() {
        try (OwnStore own = filled(0)) {
            manager(own.backend(), new AddColumnMigration("2", "users", Column.of("mail", TEXT)))
                    .apply();
            MigrationManager changed =
                    manager(own.backend(), new AddColumnMigration("2", "users", Column.of("mail", INTEGER)));
            assertThatThrownBy(changed::apply)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("Migration 2 (add column users.mail) was changed")
                    .hasMessageContaining("migrate apply --accept 2");
            assertThat(changed.status().get(1).state()).isEqualTo(MigrationState.CHANGED);
            assertThat(changed.drift()).singleElement().asString().contains("'mail' as TEXT, not as INTEGER");
            changed.accept("2");
            assertThat(changed.apply()).isEmpty();
        }
    }

    @Test
    default void aStoreThatIsNewerThanTheProgramIsRefused() {
        try (OwnStore own = filled(0)) {
            Migration second = new AddColumnMigration("002", "users", Column.of("mail", TEXT));
            Migration third = new AddColumnMigration("003", "users", Column.of("phone", TEXT));
            manager(own.backend(), second, third).apply();
            assertThatThrownBy(manager(own.backend(), second)::apply)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("003 (add column users.phone)")
                    .hasMessageContaining("newer than the program");
            MigrationManager gap = manager(own.backend(), third);
            assertThatThrownBy(gap::apply)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("002 (add column users.mail)")
                    .hasMessageContaining("migrate apply --forget 002");
            assertThat(gap.status())
                    .extracting(MigrationStatus::state)
                    .containsExactly(MigrationState.APPLIED, MigrationState.MISSING, MigrationState.APPLIED);
            gap.forget("002");
            assertThat(gap.apply()).isEmpty();
        }
    }

    @Test
    default void aMigrationBelowOneThatIsAppliedHasToBeAllowed() {
        try (OwnStore own = filled(0)) {
            Migration third = new AddColumnMigration("003", "users", Column.of("phone", TEXT));
            manager(own.backend(), third).apply();
            Migration second = new AddColumnMigration("002", "users", Column.of("mail", TEXT));
            MigrationManager manager = manager(own.backend(), second, third);
            assertThatThrownBy(manager::apply)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("002 (add column users.mail)")
                    .hasMessageContaining("later ones are: [003]");
            assertThat(manager.outOfOrder(true).apply()).containsExactly(second);
        }
    }

    @Test
    default void valuesAreTakenAwayOnlyWithABackupOrByPermission() {
        try (OwnStore own = filled(1)) {
            Migration drop = Migration.of("002", "no names", Change.dropColumn("users", "name"));
            MigrationManager manager = manager(own.backend(), drop).allowDestructive(false);
            assertThatThrownBy(manager::apply)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("002 (no names)")
                    .hasMessageContaining("backup");
            List<String> backups = new ArrayList<>();
            manager.backupWith(occasion -> {
                assertThat(users(own.backend()).value("a", "name")).isEqualTo("name a");
                backups.add(occasion);
            });
            manager.apply();
            assertThat(backups).containsExactly("apply 002 (no names)");
            manager.backupWith(occasion -> {
                throw new IllegalStateException("no room for a backup");
            });
            assertThatThrownBy(() -> manager.rollbackTo("0")).hasMessageContaining("no room");
            assertThat(manager.applied()).hasSize(2);
        }
    }

    @Test
    default void oneThatOthersDependOnIsNotRolledBack() {
        try (OwnStore own = filled(0)) {
            Migration second = new AddColumnMigration("002", "users", Column.of("mail", TEXT));
            Migration third = new AddColumnMigration("003", "users", Column.of("phone", TEXT)).dependsOn("001");
            MigrationManager manager = manager(own.backend(), second, third);
            manager.apply();
            assertThatThrownBy(() -> manager.rollback("001"))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("depends on it");
            manager.rollback("002");
            assertThat(own.backend().schemaOf("users").rowType().indexOf("phone"))
                    .isNotNegative();
            assertThatThrownBy(() -> manager.rollback("002"))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("nothing to roll back");
            assertThat(manager.outOfOrder(true).apply()).containsExactly(second);
        }
    }

    @Test
    default void aPlanTellsAllAndChangesNothing() {
        try (OwnStore own = filled(3)) {
            StorageBackend store = own.backend();
            List<Row> rows = users(store).rows();
            List<Row> history = new TestTable(store, store.schemaOf("_migrations")).rows();
            TableSchema pets = TableSchema.builder("pets")
                    .column("id", INTEGER)
                    .column("price", DECIMAL)
                    .primaryKey("id")
                    .build();
            MigrationManager manager = manager(
                    store,
                    new DataMigration("002", "users", row -> row.get("id").equals("b") ? null : older(row, 1)),
                    Migration.of(
                            "003",
                            "pets",
                            Change.createTable(pets),
                            Change.addColumn("pets", Column.of("tame", BOOLEAN)),
                            Change.dropIndex("users", "ix_users_age"),
                            Change.changeType("users", Column.of("age", TEXT)),
                            Change.createIndex("users", new Index("ix_users_age", List.of("age"), false))));
            MigrationPlan plan = manager.plan();
            assertThat(plan.isDestructive()).isTrue();
            MigrationPlan.PlannedChange transformation =
                    plan.migrations().get(0).changes().get(0);
            assertThat(transformation.rows()).hasValue(3);
            assertThat(transformation.samples()).hasSize(3);
            assertThat(transformation.samples().get(0).after()).contains("\"age\":2");
            assertThat(transformation.samples().get(1).after()).isEmpty();
            List<String> sql = plan.migrations().get(1).changes().stream()
                    .flatMap(change -> change.statements().stream())
                    .toList();
            if (capabilities().has(Feature.SQL)) {
                assertThat(sql).anyMatch(statement -> statement.startsWith("create table"));
                assertThat(sql).anyMatch(statement -> statement.contains("rename column"));
            } else {
                assertThat(sql).isEmpty();
            }
            assertThat(plan.toString()).contains("003  pets").contains("! change type of users.age to TEXT");
            assertThat(users(store).rows()).isEqualTo(rows);
            assertThat(new TestTable(store, store.schemaOf("_migrations")).rows())
                    .isEqualTo(history);
            assertThat(asideTables(store)).isEmpty();
            manager.apply();
            assertThat(manager.plan().toString()).isEqualTo("nothing to apply\n");
        }
    }

    @Test
    default void aPlanForAnEmptyStoreMakesNoTables() {
        try (OwnStore own = subject().ownStore()) {
            MigrationManager manager = manager(own.backend());
            assertThat(manager.plan().migrations()).hasSize(1);
            assertThat(manager.status().get(0).state()).isEqualTo(MigrationState.PENDING);
            assertThat(manager.pending()).hasSize(1);
            try (BackendTransaction transaction = own.backend().begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.catalog().tables()).isEmpty();
            }
        }
    }

    @Test
    default void tablesThatWereChangedOtherwiseAreNamed() {
        try (OwnStore own = filled(0)) {
            MigrationManager manager = manager(own.backend());
            assertThat(manager.drift()).isEmpty();
            try (BackendTransaction transaction = own.backend().begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().addColumn("users", Column.of("extra", TEXT));
                transaction.catalog().dropIndex("users", "ix_users_age");
                transaction.commit();
            }
            assertThat(manager.drift())
                    .containsExactly(
                            "Table 'users' has a column 'extra' that no migration added",
                            "Table 'users' lacks the index 'ix_users_age' on [age]");
        }
    }
}
