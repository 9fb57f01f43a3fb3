package io.taskmover.storage.sql;

import static io.taskmover.storage.sql.WritingChild.NOTES;
import static io.taskmover.storage.sql.WritingChild.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.query.Select;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes: killed while they write, and in each other's way. */
@Timeout(120)
class SqliteProcessTest {
    private static final int KILLS = 10;

    @TempDir
    Path directory;

    private String url() {
        return "sqlite:" + directory.resolve("store.db");
    }

    private StorageBackend open(String options) {
        return StorageBackend.open(StorageConfig.of(url() + options));
    }

    private Process start(String what) throws IOException {
        // the tests may run on the module path: the child takes everything from the class path
        String classPath = System.getProperty("java.class.path");
        String modulePath = System.getProperty("jdk.module.path");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-cp",
                        modulePath == null ? classPath : modulePath + File.pathSeparator + classPath,
                        WritingChild.class.getName(),
                        url(),
                        what)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String line(BufferedReader reports) throws IOException {
        return Objects.requireNonNull(reports.readLine(), "the child ended by itself");
    }

    private static long count(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.count(Select.from("notes"));
        }
    }

    @BeforeEach
    void makeTable() {
        try (StorageBackend store = open("")) {
            store.createTable(NOTES);
        }
    }

    @Test
    void whatAKilledProcessAcknowledgedIsThereAndNothingIsHalfDone() throws Exception {
        Random random = new Random(11);
        long pairs = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            long acknowledged = writeUntilKilled(pairs, 1 + random.nextInt(50));
            try (StorageBackend store = open("")) {
                assertThat(store.verify().problems()).isEmpty();
                long rows = count(store);
                assertThat(rows % 2).describedAs("half a pair").isZero();
                pairs = rows / 2;
                // the last pair may be there without a word about it
                assertThat(pairs).isBetween(acknowledged + 1, acknowledged + 2);
                for (long id = 0; id < rows; id++) {
                    assertThat(store.find("notes", id)).contains(note(id));
                }
            }
        }
    }

    /** Returns the last pair that the child acknowledged. */
    private long writeUntilKilled(long first, int least) throws Exception {
        Process child = start(Long.toString(first));
        try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8)) {
            long acknowledged = -1;
            for (int i = 0; i < least; i++) {
                acknowledged = Long.parseLong(line(reports));
            }
            // by its handle: the process itself would close the stream that is read here
            child.toHandle().destroyForcibly();
            for (String line = reports.readLine(); line != null; line = reports.readLine()) {
                // the last line may be cut off
                acknowledged = line.equals(Long.toString(acknowledged + 1)) ? acknowledged + 1 : acknowledged;
            }
            return acknowledged;
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void aWriterOfAnotherProcessIsWaitedForUntilTheTimeoutAndReadersAreNot() throws Exception {
        Process child = start("hold");
        try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8);
                StorageBackend store = open("?timeout=300ms")) {
            assertThat(line(reports)).isEqualTo("held");
            long start = System.nanoTime();
            assertThatThrownBy(() -> store.write("notes", WriteMode.INSERT, List.of(note(2))))
                    .isInstanceOfSatisfying(
                            LockedException.class,
                            locked -> assertThat(locked.retryable()).isTrue())
                    .hasMessageContaining("Another process is writing to " + directory.resolve("store.db"))
                    .hasMessageContaining("300 ms")
                    .hasMessageContaining("raise the timeout");
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofMillis(250));
            assertThat(count(store)).isZero();

            child.getOutputStream().write('\n');
            child.getOutputStream().flush();
            assertThat(line(reports)).isEqualTo("committed");
            store.write("notes", WriteMode.INSERT, List.of(note(2)));
            assertThat(count(store)).isEqualTo(2);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }

    @Test
    void theLockOfAKilledProcessIsFree() throws Exception {
        Process child = start("hold");
        try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8);
                StorageBackend store = open("?timeout=10s")) {
            assertThat(line(reports)).isEqualTo("held");
            child.toHandle().destroyForcibly();
            store.write("notes", WriteMode.INSERT, List.of(note(2)));
            assertThat(store.find("notes", 1L)).isEmpty();
            assertThat(count(store)).isEqualTo(1);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
