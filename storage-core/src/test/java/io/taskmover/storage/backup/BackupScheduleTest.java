package io.taskmover.storage.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups that are made by themselves: when, and which of them stay. */
class BackupScheduleTest {
    @TempDir
    private Path directory;

    private final StorageBackend store = StorageBackend.open(StorageConfig.of("memory:"));
    private final Hands hands = new Hands();
    private final List<String> told = new ArrayList<>();

    /** A clock that is set by hand. */
    private static final class Hands extends Clock {
        private Instant now = Instant.parse("2026-11-29T12:00:00Z");

        void forward(Duration time) {
            now = now.plus(time);
        }

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException();
        }
    }

    @BeforeEach
    void fill() {
        store.createTable(TableSchema.builder("t")
                .column("id", DataType.INTEGER)
                .primaryKey("id")
                .build());
        store.insert("t", Map.of("id", 1));
    }

    @AfterEach
    void close() {
        store.close();
    }

    private BackupSchedule schedule(String address, int kept, Duration keptFor) {
        BackupPlan plan = new BackupPlan(directory.resolve("backups"), Duration.ofHours(24), kept, keptFor);
        return BackupSchedule.idle(store, address, plan, hands, new BackupSchedule.Listener() {
            @Override
            public void made(Path file, BackupManifest backup) {
                told.add("made " + backup.rows());
            }

            @Override
            public void removed(Path file) {
                told.add("removed");
            }

            @Override
            public void failed(Exception failure) {
                told.add("failed: " + failure.getMessage());
            }
        });
    }

    private List<String> files() throws IOException {
        try (var files = Files.list(directory.resolve("backups"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void aBackupIsMadeWhenTheNewestIsOldEnough() throws IOException {
        schedule("memory:a", 7, null).runIfDue();
        schedule("memory:a", 7, null).runIfDue();
        hands.forward(Duration.ofHours(23));
        schedule("memory:a", 7, null).runIfDue();
        assertThat(told).containsExactly("made 1");
        hands.forward(Duration.ofHours(1));
        BackupSchedule schedule = schedule("memory:a", 7, null);
        schedule.runIfDue();
        schedule.runIfDue();
        assertThat(told).containsExactly("made 1", "made 1");
        assertThat(files())
                .hasSize(2)
                .allMatch(name -> name.matches("storage-[0-9a-f]{8}-202611(29|30)T120000Z\\.zip"));
        for (String file : files()) {
            assertThat(StoreBackup.at(directory.resolve("backups").resolve(file))
                            .verify()
                            .rows())
                    .isEqualTo(1);
        }
    }

    @Test
    void theNewestStayAndNothingThatNoScheduleOfThisStoreMadeIsRemoved() throws IOException {
        schedule("memory:b", 1, null).runIfDue();
        String others = files().get(0);
        Files.writeString(directory.resolve("backups/storage-notes.zip"), "a person's");
        BackupSchedule schedule = schedule("memory:a", 2, null);
        for (int day = 0; day < 5; day++) {
            schedule.runIfDue();
            hands.forward(Duration.ofHours(24));
        }
        assertThat(files()).contains(others, "storage-notes.zip").hasSize(4);
        assertThat(told).filteredOn("removed"::equals).hasSize(3);
        assertThat(files()).anyMatch(name -> name.contains("20261203")).anyMatch(name -> name.contains("20261202"));
    }

    @Test
    void whatIsTooOldGoesButNeverTheNewest() throws IOException {
        BackupSchedule schedule = schedule("memory:a", 7, Duration.ofDays(2));
        for (int day = 0; day < 5; day++) {
            schedule.runIfDue();
            hands.forward(Duration.ofHours(24));
        }
        assertThat(files()).hasSize(3);
        hands.forward(Duration.ofDays(365));
        schedule.runIfDue();
        assertThat(files()).hasSize(1);
    }

    @Test
    void aFailureIsToldAndTriedAgainAndRemovesNothing() throws IOException {
        BackupSchedule schedule = schedule("memory:a", 1, null);
        schedule.runIfDue();
        List<String> before = files();
        hands.forward(Duration.ofHours(24));
        Path next = directory.resolve("backups").resolve(before.get(0).replace("20261129", "20261130"));
        // somebody is in the way
        Files.createDirectories(next.resolve("x"));
        schedule.runIfDue();
        schedule.runIfDue();
        assertThat(told).hasSize(2);
        assertThat(told.get(1)).startsWith("failed: ").contains("20261130");
        assertThat(files()).containsAll(before);
        hands.forward(Duration.ofMinutes(10));
        schedule.runIfDue();
        assertThat(told).hasSize(4).endsWith("made 1", "removed");
    }

    @Test
    void whatACrashLeftIsRemoved() throws IOException {
        BackupSchedule schedule = schedule("memory:a", 7, null);
        schedule.runIfDue();
        Path rest = directory.resolve("backups").resolve("." + files().get(0).replace("1129", "1101") + ".part");
        Files.writeString(rest, "half");
        hands.forward(Duration.ofHours(24));
        schedule.runIfDue();
        assertThat(rest).doesNotExist();
        assertThat(files()).hasSize(2);
    }

    @Test
    void aStoreIsBackedUpWhereItsConfigurationSaysSo() throws Exception {
        Path backups = directory.resolve("backups");
        String url = "memory:?backups=" + backups;
        try (Storage storage = Storage.open(url)) {
            storage.backend().schemaOf("t");
        } catch (io.taskmover.storage.error.SchemaException e) {
            assertThat(e).hasMessageContaining("'t'");
        }
        try (Storage storage = Storage.open(url + "&backupEvery=1h&backupsKept=2&backupsFor=P7D")) {
            for (int i = 0;
                    i < 500 && !(Files.exists(backups) && files().stream().anyMatch(f -> f.startsWith("storage-")));
                    i++) {
                Thread.sleep(10);
            }
            assertThat(storage.backup(directory.resolve("by-hand.zip")).rows()).isZero();
        }
        assertThat(files()).hasSize(1);
        try (Storage storage = Storage.open(url + "&backupEnabled=false")) {
            assertThat(storage.config().backupEnabled()).contains(false);
        }
        assertThatThrownBy(() -> Storage.open("memory:?backupEnabled=true"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("backups=DIR");
        assertThatThrownBy(() -> Storage.open(url + "&backupsKept=none"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("backupsKept");
        assertThatThrownBy(() -> Storage.open(url + "&backupEvery=0s")).isInstanceOf(ConfigException.class);
    }
}
