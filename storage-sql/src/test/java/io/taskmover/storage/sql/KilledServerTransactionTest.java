package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.sql.CommittingChild.Note;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real processes that commit to databases of servers and to local stores at once, killed at every step of a commit, and of
 * their recovery; every third at any moment, so that a server may be in the middle of a statement.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledServerTransactionTest {
    /** How many kills of each kind; {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.serverKills", 3);

    @TempDir
    Path root;

    private String files() {
        return "file:" + root.resolve("files");
    }

    @Test
    void aFolderDecidesForPostgres() throws Exception {
        agree("file decides", List.of(files(), PostgresServer.url()));
    }

    @Test
    void sqliteDecidesForPostgresAndMariadb() throws Exception {
        agree(
                "sqlite decides",
                List.of(
                        PostgresServer.url(),
                        MariadbServer.url("mariadb"),
                        "sqlite:" + root.resolve("last.db") + "?timeout=20s"));
    }

    @Test
    void postgresDecidesForMariadbAndAFolder() throws Exception {
        agree("postgresql decides", List.of(PostgresServer.url(), MariadbServer.url("mysql"), files()));
    }

    @Test
    void mariadbDecidesForPostgres() throws Exception {
        agree("mariadb decides", List.of(MariadbServer.url("mariadb"), PostgresServer.url()));
    }

    /** Kills processes that commit to stores, and opens the stores: each has what the others have. */
    private void agree(String kind, List<String> urls) throws Exception {
        for (String url : urls) {
            ids(url); // makes the tables
        }
        // before and after: the decision, two steps of each that prepares, and one of the decider
        int steps = 2 * (1 + 2 * (urls.size() - 1) + 1);
        Random random = new Random(20_261_129);
        Set<Long> acknowledged = new TreeSet<>();
        int inDoubt = 0;
        int committed = 0;
        int stepped = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            boolean anytime = kill % 3 == 1;
            // 3 + 5 k goes through all of the steps, of the first transaction and of the second one, beginning with a
            // branch
            // that is prepared
            int stopAt = anytime ? Integer.MAX_VALUE : 1 + (3 + 5 * stepped) % steps + stepped++ % 2 * steps;
            int lines = anytime ? 1 + random.nextInt(6) : Integer.MAX_VALUE;
            Process child = start(1_000 * (kill + 1), stopAt, kill % 2 == 0, urls);
            try (BufferedReader reports =
                    new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8))) {
                for (int i = 0; i < lines; i++) {
                    String line = reports.readLine();
                    assertThat(line).as("the child ended by itself").isNotNull();
                    if (line.equals("stopped")) {
                        break;
                    }
                    acknowledged.add(Long.valueOf(line));
                }
                LockSupport.parkNanos(anytime ? random.nextInt(20_000_000) : 0);
                child.toHandle().destroyForcibly();
                child.waitFor();
                // the last line may be cut off, and then it is of another transaction
                reports.lines()
                        .filter(line -> line.matches("\\d{4,}"))
                        .forEach(line -> acknowledged.add(Long.valueOf(line)));
            } finally {
                child.destroyForcibly();
            }
            if (kill % 4 == 3 && kill + 1 < KILLS) {
                continue; // the next child recovers what this one left
            }
            for (String url : urls) {
                inDoubt += inDoubt(url);
            }
            List<String> order = new ArrayList<>(urls);
            Collections.rotate(order, kill);
            List<Set<Long>> found = new ArrayList<>();
            for (String url : order) {
                found.add(ids(url));
            }
            assertThat(found)
                    .as("%s: after kill %d at step %d", kind, kill, stopAt)
                    .containsOnly(found.get(0));
            assertThat(found.get(0)).containsAll(acknowledged);
            committed = found.get(0).size();
        }
        System.out.printf(
                "%s: %d kills; %d branches were in doubt; %d transactions, %d of them acknowledged%n",
                kind, KILLS, inDoubt, committed, acknowledged.size());
        assertThat(inDoubt).as("branches that had to be decided").isPositive();
    }

    /** The branches that are prepared, as somebody sees them who decides nothing. */
    private static int inDoubt(String url) {
        if (url.startsWith("sqlite:")) {
            return 0;
        }
        try (StorageBackend reader = StorageBackend.open(
                StorageConfig.builder(url).option("mode", "ro").build())) {
            return reader.inDoubt().size();
        }
    }

    /** What a store has when it was opened. */
    private static Set<Long> ids(String url) {
        try (Storage storage = Storage.open(url)) {
            Repository<Note, Long> notes = storage.repository(Note.class, Long.class);
            assertThat(storage.backend().inDoubt()).as(url).isEmpty();
            return notes.findAll().stream().map(Note::id).collect(Collectors.toCollection(TreeSet::new));
        }
    }

    private static Process start(int number, int stopAt, boolean reversed, List<String> urls) throws IOException {
        // the tests may run on the module path: the child takes everything from the class path
        String classPath = System.getProperty("java.class.path");
        String modulePath = System.getProperty("jdk.module.path");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                modulePath == null ? classPath : modulePath + File.pathSeparator + classPath,
                CommittingChild.class.getName(),
                Integer.toString(number),
                Integer.toString(stopAt),
                Boolean.toString(reversed)));
        command.addAll(urls);
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
