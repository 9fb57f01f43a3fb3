package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Real processes that commit to three stores at once, killed at every step of it, and at every step of their recovery. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledGlobalTransactionTest {
    /** How many kills in each layout; {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.globalKills", 8);

    @TempDir
    Path root;

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void noStoreDisagreesWithAnotherWhereverTheProcessIsKilled(String layout) throws Exception {
        for (String name : CommittingChild.STORES) {
            try (FileSystemBackend store = open(root.resolve(name), "layout", layout)) {
                store.createTable(NOTES);
            }
        }
        Set<String> acknowledged = new TreeSet<>();
        int next = 0;
        int inDoubt = 0;
        int committed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            // 3 + 7 k goes through all of the steps, since neither opening nor a commit has a multiple of 7 of them for
            // ever
            int stopAt = kill % 4 == 3 ? 1 + kill % 23 : 8 + 7 * kill % 97;
            Process child = ChildJvm.start(CommittingChild.class, root, next, stopAt, kill % 2 == 0);
            try (BufferedReader reports = ChildJvm.reader(child)) {
                for (String line = reports.readLine(); !"stopped".equals(line); line = reports.readLine()) {
                    assertThat(line).as("the child ended by itself").isNotNull();
                    if (!line.equals("opening")) {
                        acknowledged.add("n" + line);
                    }
                }
                child.toHandle().destroyForcibly();
                child.waitFor();
            }
            next += 1_000;
            if (kill % 4 == 2) {
                continue; // the next child recovers what this one left, and is killed meanwhile
            }
            inDoubt += doubtful();
            List<Set<Object>> found = new ArrayList<>();
            List<String> order = new ArrayList<>(CommittingChild.STORES);
            if (kill % 3 == 0) {
                order.add(order.remove(0)); // those in doubt before their decider
            }
            for (String name : order) {
                try (FileSystemBackend store = open(root.resolve(name))) {
                    assertThat(store.inDoubt()).isEmpty();
                    assertThat(store.verify().problems()).isEmpty();
                    found.add(rows(store, "notes").keySet());
                }
            }
            assertThat(found.get(1))
                    .as("after kill %d at operation %d", kill, stopAt)
                    .isEqualTo(found.get(0));
            assertThat(found.get(2))
                    .as("after kill %d at operation %d", kill, stopAt)
                    .isEqualTo(found.get(0));
            assertThat(found.get(0).stream().map(Object::toString)).containsAll(acknowledged);
            committed = found.get(0).size();
        }
        System.out.printf(
                "%s: %d kills; %d branches were in doubt; %d transactions committed, %d of them acknowledged%n",
                layout, KILLS, inDoubt, committed, acknowledged.size());
        assertThat(inDoubt).as("branches that had to be decided").isPositive();
    }

    private int doubtful() {
        int count = 0;
        for (String name : CommittingChild.STORES) {
            try (StorageBackend reader =
                    StorageBackend.open(StorageConfig.of("file:" + root.resolve(name) + "?mode=ro"))) {
                count += reader.inDoubt().size();
            }
        }
        return count;
    }
}
