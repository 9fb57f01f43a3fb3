package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.schema.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes, really killed. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledProcessTest {
    /** How many kills must leave something to replay; {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.kills", 6);

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void whatAKilledProcessAcknowledgedIsThereAndNothingIsHalfDone(String layout) throws Exception {
        try (FileSystemBackend store = open(root, "layout", layout)) {
            store.createTable(NOTES);
        }
        Random random = new Random(20_240_229);
        Map<String, Long> acknowledged = new HashMap<>();
        long highest = 0;
        int recoveries = 0;
        long checked = 0;
        int kills = 0;
        for (; recoveries < KILLS && kills < 2 * KILLS + 10; kills++) {
            // every third in the mode that does not wait for the disk: the process dies, the system does not
            Process child =
                    start(kills % 3 == 2 ? "none" : "sync", Long.toString(highest), kills % 2 == 0 ? "steady" : "busy");
            // every fifth is killed while it recovers, or soon after, what the one before it left
            boolean early = kills % 5 == 4;
            int lines = early ? 0 : 20 + random.nextInt(600);
            try (BufferedReader reports = ChildJvm.reader(child)) {
                assertThat(reports.readLine()).isEqualTo("opening");
                for (int i = 0; i < lines; i++) {
                    note(Objects.requireNonNull(reports.readLine(), "the child ended by itself"), acknowledged);
                }
                LockSupport.parkNanos(early ? random.nextInt(150_000_000) : 0);
                // by its handle: Process.destroyForcibly would close the reports with what is still in them
                child.toHandle().destroyForcibly();
                child.waitFor();
                for (String line = reports.readLine(); line != null; line = reports.readLine()) {
                    // the last line may be cut off: a number that lacks digits asks for less than is due
                    if (line.matches("\\d+-\\d+ \\d+")) {
                        note(line, acknowledged);
                    }
                }
            }
            try (FileSystemBackend store = open(root)) {
                recoveries += store.replayed() > 0 ? 1 : 0;
                Map<Object, Row> rows = rows(store, "notes");
                checked += acknowledged.size();
                for (var entry : acknowledged.entrySet()) {
                    Row row = rows.get(entry.getKey() + "a");
                    assertThat(row).as("the acknowledged %s", entry.getKey()).isNotNull();
                    assertThat((Long) row.get("n")).isGreaterThanOrEqualTo(entry.getValue());
                }
                for (var entry : rows.entrySet()) {
                    String twin = entry.getKey().toString().replaceFirst("a$", "b");
                    assertThat(rows.get(twin).get("n"))
                            .as("both rows of %s", twin)
                            .isEqualTo(entry.getValue().get("n"));
                    highest = Math.max(highest, (Long) entry.getValue().get("n"));
                }
                assertThat(store.verify().problems()).isEmpty();
                assertThat(rows(store, "notes")).isEqualTo(rows);
            }
        }
        System.out.printf(
                "%s: %d kills, %d of them with commits to replay; rows of acknowledged commits looked at: %d%n",
                layout, kills, recoveries, checked);
        assertThat(acknowledged).isNotEmpty();
        assertThat(recoveries).as("kills after which the journal was replayed").isEqualTo(KILLS);
    }

    @Test
    void aStoreInUseByAnotherProcessIsLockedUntilThatOneDies() throws Exception {
        Process child = start("sync", "hold", "steady");
        try (BufferedReader reports = ChildJvm.reader(child)) {
            assertThat(reports.readLine()).isEqualTo("opening");
            assertThat(reports.readLine()).isEqualTo("open");
            assertThatThrownBy(() -> open(root))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("process " + child.pid());
        } finally {
            child.destroyForcibly().waitFor();
        }
        open(root).close();
    }

    private static void note(String line, Map<String, Long> acknowledged) {
        String[] words = line.split(" ");
        acknowledged.merge(words[0], Long.parseLong(words[1]), Math::max);
    }

    private Process start(String durability, String first, String way) throws IOException {
        return ChildJvm.start(WritingChild.class, root, durability, first, way);
    }
}
