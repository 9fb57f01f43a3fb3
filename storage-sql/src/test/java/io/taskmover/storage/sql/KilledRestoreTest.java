package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.config.StorageConfig;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that replace what a store holds, really killed: it has the one content or the other. */
@Timeout(value = 60, unit = TimeUnit.MINUTES)
class KilledRestoreTest {
    /** {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.restoreKills", 2);

    @TempDir
    Path directory;

    private void assertOneContentOrTheOther(String url) throws Exception {
        List<Map<String, Long>> contents = new ArrayList<>();
        for (boolean second : new boolean[] {false, true}) {
            try (StorageBackend store = StorageBackend.open(StorageConfig.of("memory:"))) {
                RestoringChild.fill(store, second);
                StoreBackup.at(backup(second)).write(store);
                contents.add(RestoringChild.content(store));
            }
        }
        Random random = new Random(7);
        int kills = 0;
        int former = 0;
        while (kills < KILLS) {
            Process child = ChildJvm.start(RestoringChild.class, url, backup(false), backup(true));
            boolean killedInBetween;
            try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8)) {
                long took = 0;
                for (String word : List.of("begin", "done", "begin", "done", "begin")) {
                    long start = System.nanoTime();
                    assertThat(reports.readLine()).isEqualTo(word);
                    took = word.equals("done") ? System.nanoTime() - start : took;
                }
                LockSupport.parkNanos((long) (random.nextDouble() * took));
                child.toHandle().destroyForcibly();
                child.waitFor();
                killedInBetween = reports.readLine() == null;
            }
            try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
                Map<String, Long> content = RestoringChild.content(store);
                assertThat(contents).contains(content);
                assertThat(store.verify().problems()).isEmpty();
                if (killedInBetween) {
                    kills++;
                    former += content.equals(contents.get(0)) ? 1 : 0;
                }
            }
        }
        System.out.printf(
                "%s: %d kills in the middle of a restore, %d of which left the former content%n", url, kills, former);
    }

    private Path backup(boolean second) {
        return directory.resolve(second ? "second.zip" : "first.zip");
    }

    @Test
    void inAFolderOfFiles() throws Exception {
        assertOneContentOrTheOther("file:" + directory.resolve("store"));
    }

    @Test
    void inSqlite() throws Exception {
        assertOneContentOrTheOther("sqlite:" + directory.resolve("store.db"));
    }

    @Test
    void inPostgresql() throws Exception {
        assertOneContentOrTheOther(PostgresServer.url());
    }

    @Test
    void inMariadb() throws Exception {
        assertOneContentOrTheOther(MariadbServer.url("mariadb"));
    }
}
