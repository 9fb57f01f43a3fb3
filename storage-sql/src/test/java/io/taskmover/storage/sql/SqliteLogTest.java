package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Readers beside the one writer: what they wait for, and what they do to the log of commits. */
@Timeout(120)
class SqliteLogTest {
    private static final TableSchema BLOCKS = TableSchema.builder("blocks")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    private static final int BLOCK = 1 << 20;

    @TempDir
    Path directory;

    private StorageBackend store;

    @BeforeEach
    void open() {
        store = StorageBackend.open(StorageConfig.of("sqlite:" + directory.resolve("store.db") + "?timeout=60s"));
        store.createTable(BLOCKS);
        write(0, 'a');
    }

    @AfterEach
    void close() {
        store.close();
    }

    /** Commits a block of about a mebibyte. */
    private void write(long id, char letter) {
        Row row = Row.of(BLOCKS.rowType(), id, Character.toString(letter).repeat(BLOCK));
        store.write("blocks", WriteMode.UPSERT, List.of(row));
    }

    private static char letter(BackendTransaction transaction, long id) {
        Row row = transaction.find("blocks", id).orElseThrow();
        return ((String) row.get("text")).charAt(0);
    }

    private long log() {
        return LogBound.log(directory.resolve("store.db")).toFile().length();
    }

    @Test
    void theLogStaysShortUnderReadersThatFollowUponEachOther() throws Exception {
        int readers = 3;
        int blocks = 120;
        AtomicBoolean over = new AtomicBoolean();
        CountDownLatch reading = new CountDownLatch(readers);
        ExecutorService pool = Executors.newFixedThreadPool(readers);
        List<Future<?>> ends = new ArrayList<>();
        for (int i = 0; i < readers; i++) {
            ends.add(pool.submit(() -> {
                while (!over.get()) {
                    try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                        letter(transaction, 0);
                        reading.countDown();
                    }
                }
            }));
        }
        try {
            assertThat(reading.await(30, TimeUnit.SECONDS)).isTrue();
            long longest = 0;
            for (int i = 0; i < blocks; i++) {
                write(i % 5, (char) ('b' + i % 7));
                longest = Math.max(longest, log());
            }
            // a busy machine may let a reader sleep for longer than it is waited for, but not each time
            assertThat(longest).isLessThan(4L * LogBound.MOST_BYTES);
        } finally {
            over.set(true);
            pool.shutdown();
        }
        for (Future<?> end : ends) {
            end.get(30, TimeUnit.SECONDS);
        }
    }

    @Test
    void aReaderThatStaysKeepsTheLogAndItShrinksWhenThatEnds() {
        try (BackendTransaction reader = store.begin(TransactionOptions.READ_ONLY)) {
            assertThat(letter(reader, 0)).isEqualTo('a');
            for (int i = 0; i < 40; i++) {
                write(i % 5, (char) ('b' + i % 7));
            }
            assertThat(letter(reader, 0)).isEqualTo('a');
            assertThat(log()).as("the log, which the reader needs").isGreaterThan(40L * BLOCK);
        }
        // the first finds the log free, the second begins it anew
        write(0, 'c');
        write(0, 'd');
        assertThat(log()).isLessThanOrEqualTo(LogBound.MOST_BYTES);
    }

    @Test
    void readersDoNotWaitForTheWriter() throws Exception {
        CountDownLatch committed = new CountDownLatch(1);
        CountDownLatch read = new CountDownLatch(1);
        store.onCommit((origin, changes) -> {
            // still in the writer's turn
            committed.countDown();
            awaitUnchecked(read);
        });
        ExecutorService pool = Executors.newSingleThreadExecutor();
        try (BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            writing.delete("blocks", 0L);
            assertThat(store.find("blocks", 0L)).isPresent();
            try (BackendTransaction reader = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(reader.count(Select.from("blocks"))).isEqualTo(1);
                Future<?> commit = pool.submit(writing::commit);
                assertThat(committed.await(30, TimeUnit.SECONDS)).isTrue();
                assertThat(letter(reader, 0)).isEqualTo('a');
                assertThat(store.find("blocks", 0L)).isEmpty();
                assertThat(commit.isDone()).isFalse();
                read.countDown();
                commit.get(30, TimeUnit.SECONDS);
            }
        } finally {
            read.countDown();
            pool.shutdown();
        }
    }

    private static void awaitUnchecked(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
