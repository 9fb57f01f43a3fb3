package io.taskmover.storage.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What is the same whatever the store is; the contract of the test kit has the rest. */
@Timeout(30)
class MigrationManagerTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();

    private final StorageBackend store = StorageBackend.open(StorageConfig.of("memory:"));

    @AfterEach
    void close() {
        store.close();
    }

    private static Migration adding(String version, String column) {
        return new AddColumnMigration(version, "notes", Column.of(column, DataType.TEXT));
    }

    private MigrationManager manager(Migration... migrations) {
        return new MigrationManager(store)
                .register(new CreateTableMigration("1", NOTES))
                .registerAll(List.of(migrations));
    }

    @Test
    void aCircleIsNamedWithItsWay() {
        MigrationManager manager = manager(
                adding("2", "a").dependsOn("4"),
                adding("3", "b").dependsOn("2"),
                adding("4", "c").dependsOn("3"));
        assertThatThrownBy(manager::plan)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("in a circle: 2 → 4 → 3 → 2");
    }

    @Test
    void aGapIsNamedWithItsWay() {
        MigrationManager manager =
                manager(adding("3", "b").dependsOn("2"), adding("4", "c").dependsOn("3"));
        assertThatThrownBy(manager::apply)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("Migration 3 (add column notes.b) depends on 2, which there is not: 3 → 2")
                .hasMessageContaining("The versions are [1, 3, 4]");
    }

    @Test
    void dependenciesComeFirstWhateverTheirVersions() {
        MigrationManager manager =
                manager(adding("2", "a").dependsOn("3"), adding("3", "b").dependsOn("1"));
        assertThat(manager.apply())
                .extracting(each -> each.version().toString())
                .containsExactly("1", "3", "2");
        assertThatThrownBy(() -> manager.allowDestructive(true).rollback("3"))
                .hasMessageContaining("2 (add column notes.a) depends on it");
    }

    @Test
    void aVersionIsRegisteredOnce() {
        assertThatThrownBy(() -> manager(adding("01.0", "a")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 (create table notes)")
                .hasMessageContaining("01.0 (add column notes.a)");
    }

    @Test
    void aChangeThatDoesNotFitIsNamedByThePlan() {
        MigrationManager manager = manager(
                Migration.of("2", "index", Change.createIndex("notes", Index.of("notes", false, "n"))),
                Migration.of("3", "away", Change.dropColumn("notes", "n")));
        assertThatThrownBy(manager::plan)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("Migration 3 (away) does not fit")
                .hasMessageContaining("ix_notes_n");
        assertThat(manager.status()).extracting(MigrationStatus::state).containsOnly(MigrationState.PENDING);
    }

    @Test
    void aValueThatTheNewTypeDoesNotHaveIsNamedWithItsRow() {
        manager().apply();
        store.insert("notes", Map.of("id", "x", "n", 1));
        MigrationManager manager = manager(
                        Migration.of("2", "dates", Change.changeType("notes", Column.of("n", DataType.DATE))))
                .allowDestructive(true);
        assertThatThrownBy(manager::apply)
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("Row 'x' of table 'notes': the value of 'n' cannot become DATE");
        assertThat(store.schemaOf("notes")).isEqualTo(NOTES);
    }

    @Test
    void everyTypeButBytesBecomesTextAndWhatItWas() {
        TableSchema.Builder columns =
                TableSchema.builder("all").column("id", DataType.TEXT).primaryKey("id");
        Map<String, Object> values = new LinkedHashMap<>(Map.of("id", "x"));
        Map<DataType, Object> samples = Map.of(
                DataType.INTEGER, 7L,
                DataType.REAL, 1e-7,
                DataType.DECIMAL, new BigDecimal("1.50"),
                DataType.BOOLEAN, true,
                DataType.TIMESTAMP, Instant.parse("2024-02-29T12:00:00.123456789Z"),
                DataType.DATE, LocalDate.parse("2024-02-29"),
                DataType.TIME, LocalTime.parse("12:00:00.5"),
                DataType.UUID, UUID.fromString("00000000-0000-0001-0000-000000000002"),
                DataType.JSON, Map.of("a", List.of(1L)));
        List<Change> changes = new ArrayList<>();
        samples.forEach((type, value) -> {
            columns.column(type.name(), type);
            values.put(type.name(), value);
            changes.add(Change.changeType("all", Column.of(type.name(), DataType.TEXT)));
        });
        store.createTable(columns.build());
        store.insert("all", values);
        MigrationManager manager = new MigrationManager(store)
                .register(Migration.of("1", "texts", changes.toArray(new Change[0])))
                .allowDestructive(true);
        manager.apply();
        Map<String, Object> texts = store.find("all", "x").orElseThrow().toMap();
        assertThat(texts)
                .containsEntry("DECIMAL", "1.50")
                .containsEntry("JSON", "{\"a\":[1]}")
                .containsEntry("TIMESTAMP", "2024-02-29T12:00:00.123456789Z");
        manager.rollback("1");
        assertThat(store.find("all", "x").orElseThrow().toMap()).isEqualTo(values);
    }

    @Test
    void theHistoryTellsWhoWhenAndHowLong() {
        Instant now = Instant.parse("2024-02-29T12:00:00Z");
        MigrationManager manager = manager().clock(Clock.fixed(now, ZoneOffset.UTC));
        manager.apply();
        MigrationStatus status = manager.applied().get(0);
        assertThat(status.by())
                .startsWith(System.getProperty("user.name") + "@")
                .endsWith("process " + ProcessHandle.current().pid());
        assertThat(status.startedAt()).isEqualTo(now);
        assertThat(status.duration()).isEqualTo(Duration.ZERO);
        assertThat(status.error()).isNull();
    }

    @Test
    void theChecksumIsOfTheChangesAndNotOfTheWords() {
        Change change = Change.renameColumn("notes", "n", "number");
        assertThat(Migration.of("2", "some words", change).checksum())
                .isEqualTo(Migration.of("2", "others", change).checksum())
                // what is in stores that were made before must stay so
                .isEqualTo("2488059443dc814692cea271d25eff7027191b2ce8df15403ca45c38d4e6720f")
                .isNotEqualTo(
                        Migration.of("2", "some words", change).dependsOn("1").checksum());
    }

    @Test
    void whoHasTheLeaseAndLivesIsWaitedForOnlySoLong() throws InterruptedException {
        manager().apply();
        store.insert("notes", Map.of("id", "x"));
        CountDownLatch migrating = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        MigrationManager slow = manager(new DataMigration("2", "notes", row -> {
                    migrating.countDown();
                    await(goOn);
                    return row;
                }))
                .allowDestructive(true)
                .lease(Duration.ofMillis(200), Duration.ofSeconds(10));
        Thread thread = new Thread(slow::apply);
        thread.start();
        migrating.await();
        MigrationManager other = manager(adding("2", "a")).lease(Duration.ofMillis(200), Duration.ofMillis(300));
        assertThatThrownBy(other::apply)
                .isInstanceOf(LockedException.class)
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        goOn.countDown();
        thread.join();
        assertThat(slow.pending()).isEmpty();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
