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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, really killed. */
@Timeout(180)
class KilledProcessTest {
    /** {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.kills", 10);

    @TempDir
    Path root;

    @Test
    void whatAKilledProcessAcknowledgedIsThereAndNothingIsHalfDone() throws Exception {
        try (FileSystemBackend store = open(root)) {
            store.createTable(NOTES);
        }
        Random random = new Random(20_240_229);
        Map<String, Long> acknowledged = new HashMap<>();
        long highest = 0;
        int recoveries = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            // every third in the mode that does not wait for the disk: the process dies, the system does not
            Process child = start(kill % 3 == 2 ? "none" : "sync", Long.toString(highest));
            int lines = 20 + random.nextInt(600);
            try (BufferedReader reports = ChildJvm.reader(child)) {
                for (int i = 0; i < lines; i++) {
                    note(Objects.requireNonNull(reports.readLine(), "the child ended by itself"), acknowledged);
                }
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
        assertThat(acknowledged).isNotEmpty();
        assertThat(recoveries).as("kills after which the journal was replayed").isGreaterThan(KILLS * 9 / 10);
    }

    @Test
    void aStoreInUseByAnotherProcessIsLockedUntilThatOneDies() throws Exception {
        Process child = start("sync", "hold");
        try (BufferedReader reports = ChildJvm.reader(child)) {
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

    private Process start(String durability, String first) throws IOException {
        return ChildJvm.start(WritingChild.class, root, durability, first);
    }
}
