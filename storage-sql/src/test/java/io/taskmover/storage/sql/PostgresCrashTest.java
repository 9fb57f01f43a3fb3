package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server is killed in the middle of a load and started again: a server of this test's own. */
class PostgresCrashTest {
    private static final int WRITERS = 4;
    private static final int BEFORE = 200;
    private static final int AFTER = 200;
    private static final int PAIR = 2;
    private static final long UNDER_WAY = -1;
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("part", DataType.INTEGER)
            .primaryKey("id", "part")
            .build();

    @TempDir
    Path directory;

    private EmbeddedPostgres.Builder server() {
        return PostgresServer.builder()
                .setDataDirectory(directory.resolve("data"))
                .setCleanDataDirectory(false);
    }

    @Test
    @Timeout(120)
    void everyAcknowledgedRowIsThereAndTheClientGoesOn() throws Exception {
        EmbeddedPostgres first = server().start();
        int port = first.getPort();
        AtomicLong ids = new AtomicLong();
        Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
        Queue<StorageException> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        CountDownLatch loaded = new CountDownLatch(BEFORE);
        try (StorageBackend store = StorageBackend.open(
                StorageConfig.of("postgresql://postgres@localhost:" + port + "/postgres?timeout=5s"))) {
            store.createTable(NOTES);
            List<Thread> writers = new ArrayList<>();
            for (int i = 0; i < WRITERS; i++) {
                Thread writer = new Thread(() -> {
                    while (left.get() > 0) {
                        long id = ids.incrementAndGet();
                        try {
                            store.write("notes", WriteMode.INSERT, pair(id));
                            acknowledged.add(id);
                            left.decrementAndGet();
                            loaded.countDown();
                        } catch (StorageException e) {
                            failures.add(e);
                        }
                    }
                });
                writer.start();
                writers.add(writer);
            }
            assertThat(loaded.await(60, TimeUnit.SECONDS)).isTrue();
            // the writers may all be between two transactions, or about to begin one, which only makes them wait
            BackendTransaction underWay = store.begin(TransactionOptions.DEFAULT);
            underWay.write("notes", WriteMode.INSERT, pair(UNDER_WAY));
            kill();
            assertThatExceptionOfType(ConnectionException.class).isThrownBy(underWay::commit);
            underWay.close();
            first.close();
            try (EmbeddedPostgres second = server().setPort(port).start()) {
                assertThat(second.getPort()).isEqualTo(port);
                left.set(AFTER);
                for (Thread writer : writers) {
                    writer.join();
                }
                assertThat(failures)
                        .allSatisfy(e -> assertThat(e)
                                .isInstanceOfAny(ConnectionException.class, StorageTimeoutException.class));
                assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(BEFORE + AFTER);
                for (long id : acknowledged) {
                    assertThat(store.find("notes", pairKey(id, 1))).isPresent();
                }
                for (long id = 1; id <= ids.get(); id++) {
                    assertThat(store.find("notes", pairKey(id, 1)).isPresent())
                            .as("both rows of a transaction, or none")
                            .isEqualTo(store.find("notes", pairKey(id, PAIR)).isPresent());
                }
                assertThat(store.find("notes", pairKey(UNDER_WAY, 1))).isEmpty();
                assertThat(store.verify().problems()).isEmpty();
            }
        }
    }

    private static List<Row> pair(long id) {
        return List.of(Row.of(NOTES.rowType(), id, 1L), Row.of(NOTES.rowType(), id, (long) PAIR));
    }

    private static Object pairKey(long id, long part) {
        return List.of(id, part);
    }

    /** Kills the server and its processes, and waits until the last of them is gone. */
    private void kill() throws IOException {
        List<String> lines = Files.readAllLines(directory.resolve("data").resolve("postmaster.pid"));
        ProcessHandle postmaster =
                ProcessHandle.of(Long.parseLong(lines.get(0))).orElseThrow();
        List<ProcessHandle> all = new ArrayList<>(postmaster.descendants().toList());
        all.add(0, postmaster);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(process -> process.onExit().join());
    }
}
