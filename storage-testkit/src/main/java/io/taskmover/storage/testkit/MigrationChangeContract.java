package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.migration.AddColumnMigration;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.DataMigration;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Changes of tables and of their data, forth and back. */
interface MigrationChangeContract extends MigrationFixture {

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

    @Test
    default void anAddedColumnIsTakenBack() {
        forthAndBack(
                new AddColumnMigration("002", "users", Column.of("mail", TEXT).withDefault("none")),
                users -> assertThat(users.value("a", "mail")).isEqualTo("none"));
    }

    @Test
    default void replacedValuesComeBack() {
        forthAndBack(
                Migration.of(
                        "002",
                        "other ages",
                        Change.replaceValue("users", "age", 1, null),
                        Change.replaceValue("users", "age", 2, "20"),
                        Change.replaceValue("users", "age", null, 30),
                        Change.replaceValue("users", "age", 4, 40)),
                users -> {
                    assertThat(users.value("a", "age")).isEqualTo(30L);
                    assertThat(users.value("b", "age")).isEqualTo(20L);
                    assertThat(users.value("c", "age")).isEqualTo(3L);
                });
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
                    return name.endsWith("b")
                            ? null
                            : name.endsWith("c") ? row : row.with("name", name.toUpperCase(Locale.ROOT));
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
    default void statementsAreRunWhereThereIsSqlAndTakenBackByOthers() {
        try (OwnStore own = filled(1)) {
            Migration statements = Migration.of(
                    "002",
                    "a table without the library",
                    Change.sql(
                            List.of(
                                    "create table plain (id integer primary key)",
                                    "insert into plain (id) values (10)",
                                    "insert into plain (id) values (2)"),
                            List.of("drop table plain")));
            Migration column = new AddColumnMigration("003", "plain", Column.of("more", TEXT));
            MigrationManager manager =
                    manager(own.backend(), statements, column).allowDestructive(false);
            if (!capabilities().has(Feature.SQL)) {
                assertThatThrownBy(manager::apply)
                        .isInstanceOf(MigrationException.class)
                        .hasMessageContaining("no SQL");
                return;
            }
            // what SQL makes nobody knows before
            assertThat(manager.plan().toString()).contains("insert into plain", "add column plain.more TEXT");
            manager.apply();
            TestTable plain = new TestTable(own.backend(), own.backend().schemaOf("plain"));
            assertThat(plain.ids()).containsExactly(2L, 10L);
            assertThat(plain.schema().columns()).hasSize(2);
            manager.allowDestructive(true).rollbackTo("001");
            try (BackendTransaction transaction = own.backend().begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.catalog().tables()).doesNotContain("plain");
            }
            Migration oneWay = Migration.of(
                    "002", "one way", Change.sql(List.of("create table plain (id integer primary key)"), List.of()));
            MigrationManager there = manager(own.backend(), oneWay);
            there.apply();
            assertThatThrownBy(() -> there.rollback("002"))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining("has no way back");
            assertThat(there.applied()).hasSize(2);
        }
    }
}
