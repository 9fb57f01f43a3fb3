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
abstract class CrashContract {
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

    /** Starts a server, which keeps what it has in a directory that is there and empty. */
    abstract Server start(Path data) throws Exception;

    /** A server, running or killed. */
    interface Server {

        /** The URL of its only database, without options. */
        String url();

        /** Its process, which may have others below it. */
        ProcessHandle process() throws Exception;

        /** Starts it again at the same address, after it was killed, with what it has kept. */
        void startAgain() throws Exception;

        void stop() throws Exception;
    }

    @Test
    @Timeout(120)
    void everyAcknowledgedRowIsThereAndTheClientGoesOn() throws Exception {
        Server server = start(Files.createDirectory(directory.resolve("data")));
        AtomicLong ids = new AtomicLong();
        Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
        Queue<StorageException> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        CountDownLatch loaded = new CountDownLatch(BEFORE);
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(server.url() + "?timeout=5s"))) {
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
            kill(server.process());
            assertThatExceptionOfType(ConnectionException.class).isThrownBy(underWay::commit);
            underWay.close();
            server.startAgain();
            left.set(AFTER);
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failures)
                    .allSatisfy(e ->
                            assertThat(e).isInstanceOfAny(ConnectionException.class, StorageTimeoutException.class));
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
        } finally {
            server.stop();
        }
    }

    private static List<Row> pair(long id) {
        return List.of(Row.of(NOTES.rowType(), id, 1L), Row.of(NOTES.rowType(), id, (long) PAIR));
    }

    private static Object pairKey(long id, long part) {
        return List.of(id, part);
    }

    /** Kills a process and those below it, and waits until the last of them is gone. */
    private static void kill(ProcessHandle process) {
        List<ProcessHandle> all = new ArrayList<>(process.descendants().toList());
        all.add(0, process);
        all.forEach(ProcessHandle::destroyForcibly);
        all.forEach(one -> one.onExit().join());
    }
}
