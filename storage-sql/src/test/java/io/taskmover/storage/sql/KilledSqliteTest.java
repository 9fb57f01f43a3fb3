package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes whose threads write together, really killed. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KilledSqliteTest {
    /** {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.sqliteKills", 6);

    @TempDir
    Path directory;

    @Test
    void whatAKilledProcessAcknowledgedIsThereAndNothingIsHalfDone() throws Exception {
        Path file = directory.resolve("store.db");
        String url = "sqlite:" + file;
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            store.createTable(PairsChild.PAIRS);
        }
        Random random = new Random(11);
        AcknowledgedPairs acknowledged = new AcknowledgedPairs();
        int recoveries = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = ChildJvm.start(PairsChild.class, url, acknowledged.highest());
            try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8)) {
                assertThat(reports.readLine()).isEqualTo("opening");
                // every fifth is killed while it recovers, or soon after, what the one before it left
                boolean early = kill % 5 == 4;
                acknowledged.read(reports, early ? 0 : 20 + random.nextInt(400));
                LockSupport.parkNanos(early ? random.nextInt(400_000_000) : random.nextInt(3_000_000));
                // by its handle: Process.destroyForcibly would close the reports with what is still in them
                child.toHandle().destroyForcibly();
                child.waitFor();
                acknowledged.readRest(reports);
            }
            recoveries += Files.exists(LogBound.log(file)) ? 1 : 0;
            // every third is left to the next process, which then recovers before it is killed itself
            if (kill % 3 != 2 || kill == KILLS - 1) {
                try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
                    acknowledged.requireIn(store);
                }
            }
        }
        System.out.printf(
                "sqlite: %d kills, %d of them with a log to recover; acknowledged writes: %d%n",
                KILLS, recoveries, acknowledged.count());
        assertThat(recoveries).as("kills that left a log").isGreaterThanOrEqualTo(KILLS / 2);
    }
}
