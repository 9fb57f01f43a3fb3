package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.migration.MigrationState;
import io.taskmover.storage.testkit.MigrationScenario;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that migrate a store, really killed: the next one ends what they began. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KilledMigrationTest {
    /** {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.migrationKills", 2);

    private static final MigrationScenario SCENARIO = MigratingChild.SCENARIO;

    @TempDir
    Path directory;

    /**
     * @param turns how often the process has applied and rolled back before
     * @param mostMillis how long it goes on then, at most
     */
    private static void assertEndedByTheNext(String url, int turns, int mostMillis) throws Exception {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            SCENARIO.prepare(store);
        }
        Random random = new Random(15);
        int unfinished = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = ChildJvm.start(MigratingChild.class, url);
            try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8)) {
                for (int turn = 0; turn <= turns; turn++) {
                    assertThat(reports.readLine()).isEqualTo("turn");
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(mostMillis)));
                child.toHandle().destroyForcibly();
                child.waitFor();
            }
            try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
                MigrationManager manager = SCENARIO.manager(store);
                unfinished += manager.status().stream().anyMatch(status -> status.state() == MigrationState.UNFINISHED)
                        ? 1
                        : 0;
                manager.apply();
                SCENARIO.requireApplied(store);
                manager.rollbackTo("001");
                SCENARIO.requirePrepared(store);
                assertThat(store.verify().problems()).isEmpty();
            }
        }
        System.out.printf("%s: %d kills, %d of them in the middle of a migration%n", url, KILLS, unfinished);
    }

    @Test
    void inAFolderOfFiles() throws Exception {
        assertEndedByTheNext("file:" + directory.resolve("store"), 1, 800);
    }

    @Test
    void inSqlite() throws Exception {
        assertEndedByTheNext("sqlite:" + directory.resolve("store.db"), 1, 800);
    }

    @Test
    void inPostgresql() throws Exception {
        assertEndedByTheNext(PostgresServer.url(), 0, 3_000);
    }

    @Test
    void inMariadb() throws Exception {
        assertEndedByTheNext(MariadbServer.url("mariadb"), 0, 5_000);
    }
}
