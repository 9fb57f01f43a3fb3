package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.BOOLEAN;
import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.migration.AddColumnMigration;
import io.taskmover.storage.migration.Change;
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
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is registered beside what was applied; plans, status and drift. */
interface MigrationHistoryContract extends MigrationFixture {

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
                    new DataMigration("002", "users", row -> "b".equals(row.get("id")) ? null : older(row, 1)),
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
