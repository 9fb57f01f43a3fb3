package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.fileops.FileOperations;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Real processes that commit to three stores and a folder of files at once, killed at every step of it, and of their
 * recovery; every third at any moment, so that it may be in the middle of moving files.
 */
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
        Path folder = Files.createDirectory(root.resolve(CommittingChild.FOLDER));
        Files.writeString(folder.resolve("template"), "the content\n".repeat(3_000));
        Files.writeString(folder.resolve(CommittingChild.TOKEN + "none"), "the token");
        Random random = new Random(20_261_129);
        Set<String> acknowledged = new TreeSet<>();
        int next = 0;
        int inDoubt = 0;
        int toCommit = 0;
        int committed = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            // 3 + 7 k goes through all of the steps, since neither opening nor a commit has a multiple of 7 of them for
            // ever
            boolean anytime = kill % 3 == 1;
            int stopAt = anytime ? Integer.MAX_VALUE : kill % 4 == 3 ? 1 + kill % 23 : 8 + 7 * kill % 97;
            int lines = anytime ? 1 + random.nextInt(12) : Integer.MAX_VALUE;
            Process child = ChildJvm.start(CommittingChild.class, root, next, stopAt, kill % 2 == 0);
            try (BufferedReader reports = ChildJvm.reader(child)) {
                for (int i = 0; i < lines; i++) {
                    String line = reports.readLine();
                    assertThat(line).as("the child ended by itself").isNotNull();
                    if (line.equals("stopped")) {
                        break;
                    }
                    note(line, acknowledged);
                }
                LockSupport.parkNanos(anytime ? random.nextInt(20_000_000) : 0);
                child.toHandle().destroyForcibly();
                child.waitFor();
                reports.lines().forEach(line -> note(line, acknowledged));
            }
            next = 1_000 * (kill + 1);
            if (kill % 4 == 2) {
                continue; // the next child recovers what this one left, and is killed meanwhile
            }
            for (PreparedTransaction transaction : doubtful()) {
                inDoubt++;
                toCommit += Decisions.isCommitted(transaction) ? 1 : 0;
            }
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
            try (FileOperations files = FileOperations.open(folder)) {
                assertThat(files.inDoubt()).isEmpty();
            }
            assertThat(copies(folder))
                    .as("after kill %d at operation %d", kill, stopAt)
                    .isEqualTo(found.get(0));
            assertThat(CommittingChild.token(root)).isEqualTo(CommittingChild.TOKEN + last(found.get(0)));
            committed = found.get(0).size();
        }
        System.out.printf(
                "%s: %d kills; %d branches were in doubt, %d of them to be committed; %d transactions, %d of them acknowledged%n",
                layout, KILLS, inDoubt, toCommit, committed, acknowledged.size());
        assertThat(inDoubt).as("branches that had to be decided").isPositive();
    }

    /** A report may be cut off: a number that lacks digits is of another transaction. */
    private static void note(String line, Set<String> acknowledged) {
        if (line.matches("\\d+") && (line.length() > 3 || Integer.parseInt(line) < 1_000)) {
            acknowledged.add("n" + line);
        }
    }

    private static Set<Object> copies(Path folder) throws IOException {
        Set<Object> names = new HashSet<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                String name = file.getFileName().toString();
                if (name.startsWith("n")) {
                    names.add(name);
                    assertThat(file).hasSameBinaryContentAs(folder.resolve("template"));
                } else {
                    assertThat(name).matches("template|\\.fileoperations|" + CommittingChild.TOKEN + ".*");
                }
            }
        }
        return names;
    }

    private static String last(Set<Object> rows) {
        return rows.stream()
                .map(row -> Integer.valueOf(row.toString().substring(1)))
                .max(Integer::compare)
                .map(Object::toString)
                .orElse("none");
    }

    private List<PreparedTransaction> doubtful() {
        List<PreparedTransaction> transactions = new ArrayList<>();
        for (String name : CommittingChild.STORES) {
            try (StorageBackend reader =
                    StorageBackend.open(StorageConfig.of("file:" + root.resolve(name) + "?mode=ro"))) {
                transactions.addAll(reader.inDoubt());
            }
        }
        return transactions;
    }
}
