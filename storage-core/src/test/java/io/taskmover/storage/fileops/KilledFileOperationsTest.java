package io.taskmover.storage.fileops;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.error.LockedException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that move files, really killed. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledFileOperationsTest {
    /** How many kills must leave something in the journal; {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.kills", 6);

    @TempDir
    Path directory;

    private Path root;
    private Path decisions;

    @BeforeEach
    void fill() throws IOException {
        root = Files.createDirectory(directory.resolve("root"));
        decisions = directory.resolve("decisions");
        MovingChild.fill(root);
    }

    @Test
    void afterAKillEachTransactionIsDoneOrUndoneAndNoFileIsLost() throws Exception {
        Random random = new Random(20_240_229);
        int recoveries = 0;
        int doubts = 0;
        int kills = 0;
        long acknowledged = 0;
        for (; recoveries < KILLS && kills < 4 * KILLS + 10; kills++) {
            Process child = start("work");
            // every fifth is killed while it recovers, or soon after; every third when it is about to decide
            boolean early = kills % 5 == 4;
            boolean prepared = !early && kills % 3 == 0;
            int lines = early ? 0 : 1 + random.nextInt(20);
            try (BufferedReader reports = reader(child)) {
                assertThat(reports.readLine()).isEqualTo("opening");
                for (boolean enough = early; !enough; ) {
                    String line = Objects.requireNonNull(reports.readLine(), "the child ended by itself");
                    acknowledged = acknowledged(line, acknowledged);
                    lines--;
                    enough = lines <= 0 && line.equals("prepared") == prepared;
                }
                LockSupport.parkNanos(prepared ? 0 : random.nextInt(early ? 150_000_000 : 40_000_000));
                // by its handle: Process.destroyForcibly would close the reports with what is still in them
                child.toHandle().destroyForcibly();
                child.waitFor();
                for (String line = reports.readLine(); line != null; line = reports.readLine()) {
                    acknowledged = acknowledged(line, acknowledged);
                }
            }
            recoveries += MovingChild.isUnderWay(root) ? 1 : 0;
            try (FileOperations files = MovingChild.open(root)) {
                for (PreparedTransaction doubt : files.inDoubt()) {
                    files.resolve(doubt.globalId(), MovingChild.isDecided(decisions, doubt.globalId()));
                    doubts++;
                }
            }
            // the one that was under way is done if that was decided; alone it may be
            long done = MovingChild.done(root);
            assertThat(done).isBetween(acknowledged, acknowledged + 1);
            long next = acknowledged + 1;
            if (next % 2 == 0) {
                assertThat(done == next).isEqualTo(MovingChild.isDecided(decisions, "round-" + next));
            }
            assertThat(MovingChild.problems(root, done)).isEmpty();
            acknowledged = done;
        }
        System.out.printf(
                "%d kills, %d of them with a journal, %d with a transaction in doubt; %d transactions%n",
                kills, recoveries, doubts, acknowledged);
        assertThat(recoveries)
                .as("kills after which there was something to end")
                .isEqualTo(KILLS);
    }

    /** The last line may be cut off. */
    private static long acknowledged(String line, long before) {
        return line.matches("\\d{9}") ? Long.parseLong(line) : before;
    }

    @Test
    void aFolderInUseByAnotherProcessIsLockedUntilThatOneDies() throws Exception {
        Process child = start("hold");
        try (BufferedReader reports = reader(child)) {
            assertThat(reports.readLine()).isEqualTo("opening");
            assertThat(reports.readLine()).isEqualTo("open");
            assertThatThrownBy(() -> FileOperations.open(root))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("process " + child.pid());
        } finally {
            child.destroyForcibly().waitFor();
        }
        FileOperations.open(root).close();
    }

    private static BufferedReader reader(Process child) {
        return new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    }

    private Process start(String first) throws IOException {
        String modulePath = System.getProperty("jdk.module.path");
        String classPath = System.getProperty("java.class.path");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        modulePath == null ? classPath : modulePath + File.pathSeparator + classPath,
                        MovingChild.class.getName(),
                        root.toString(),
                        decisions.toString(),
                        first)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
