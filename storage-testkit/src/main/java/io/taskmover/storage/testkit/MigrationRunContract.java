package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.migration.MigrationState;
import io.taskmover.storage.migration.MigrationStatus;
import io.taskmover.storage.schema.Column;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Migrations that are cut off, or run by several processes at once. */
interface MigrationRunContract extends MigrationFixture {

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
        // in every build it dies at some of its calls, on each backend at others
        int every = Integer.getInteger("storage.crash.migrationEvery", 31);
        int first = Math.floorMod(getClass().getSimpleName().hashCode(), every);
        MigrationScenario scenario = new MigrationScenario(7, 3, Duration.ofMillis(20));
        try (OwnStore own = subject().ownStore()) {
            StorageBackend store = own.backend();
            scenario.prepare(store);
            boolean died = true;
            for (int calls = first; died; calls += every) {
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
}
