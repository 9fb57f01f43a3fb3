package io.taskmover.storage.sql;

import static io.taskmover.storage.sql.HoldingChild.NOTES;
import static io.taskmover.storage.sql.HoldingChild.note;
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
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, in each other's way. */
@Timeout(120)
class SqliteProcessTest {
    @TempDir
    Path directory;

    private String url() {
        return "sqlite:" + directory.resolve("store.db");
    }

    private StorageBackend open(String options) {
        return StorageBackend.open(StorageConfig.of(url() + options));
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
    void aWriterOfAnotherProcessIsWaitedForUntilTheTimeoutAndReadersAreNot() throws Exception {
        Process child = ChildJvm.start(HoldingChild.class, url());
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
        Process child = ChildJvm.start(HoldingChild.class, url());
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

    @Test
    void aCommitThatTheDiskRefusesIsToldToAllOfItAndTheNextOneGoesOn() throws Exception {
        Path file = directory.resolve("limited.db");
        Process child = ChildJvm.startWithLimit(LimitedChild.LIMIT_BLOCKS, LimitedChild.class, "sqlite:" + file);
        try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8)) {
            for (int i = 0; i < LimitedChild.TOGETHER; i++) {
                assertThat(line(reports)).matches("\\d+ StorageIoException");
            }
            assertThat(line(reports)).isEqualTo("1000 stored");
        } finally {
            child.destroyForcibly().waitFor();
        }
        try (StorageBackend store = StorageBackend.open(StorageConfig.of("sqlite:" + file));
                BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            assertThat(transaction.count(Select.from("blocks"))).isEqualTo(LimitedChild.BEFORE + 1);
        }
    }
}
