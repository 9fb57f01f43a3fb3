package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Writes of several threads that wait for the turn, and are committed together when they get it. */
@Timeout(60)
class SqliteGroupCommitTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .column("v", DataType.INTEGER)
            .primaryKey("id")
            .version("v")
            .build();

    @TempDir
    Path directory;

    private Path file() {
        return directory.resolve("store.db");
    }

    private StorageBackend open() {
        return StorageBackend.open(StorageConfig.of("sqlite:" + file()));
    }

    private StorageBackend openWithNotes() {
        StorageBackend store = open();
        store.createTable(NOTES);
        return store;
    }

    private void sql(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private static Row note(long id, String text) {
        return Row.of(NOTES.rowType(), id, text, null);
    }

    private static Callable<List<Row>> insert(StorageBackend store, long id) {
        return () -> store.write("notes", WriteMode.INSERT, List.of(note(id, "note " + id)));
    }

    private static long count(StorageBackend store, String table) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.count(Select.from(table));
        }
    }

    /** A thread that waits in the queue for the turn. */
    private record Waiting<R>(Thread thread, FutureTask<R> task) {
        static <R> Waiting<R> start(Callable<R> write) {
            FutureTask<R> task = new FutureTask<>(write);
            Thread thread = new Thread(task);
            thread.start();
            while (!(LockSupport.getBlocker(thread) instanceof WriterQueue)) {
                assertThat(task.isDone()).as("it waits").isFalse();
                Thread.onSpinWait();
            }
            return new Waiting<>(thread, task);
        }

        R get() throws Exception {
            try {
                return task.get(30, TimeUnit.SECONDS);
            } catch (ExecutionException e) {
                throw e.getCause() instanceof Exception failure ? failure : e;
            }
        }
    }

    private static <R> List<Waiting<R>> startInOrder(List<Callable<R>> writes) {
        List<Waiting<R>> waiting = new ArrayList<>();
        for (Callable<R> write : writes) {
            waiting.add(Waiting.start(write));
        }
        return waiting;
    }

    /** How many commits the log has: the header of a frame that ends one says how large the database then is. */
    private int commits() throws IOException {
        ByteBuffer log = ByteBuffer.wrap(Files.readAllBytes(Path.of(file() + "-wal")));
        int page = log.getInt(8);
        int commits = 0;
        for (int frame = 32; frame + 24 + page <= log.capacity(); frame += 24 + page) {
            // a frame of before the log was begun again has other salts
            boolean current = log.getLong(frame + 8) == log.getLong(16);
            commits += current && log.getInt(frame + 4) != 0 ? 1 : 0;
        }
        return commits;
    }

    @Test
    void writesThatWaitAreCommittedTogether() throws Exception {
        try (StorageBackend store = openWithNotes();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            List<Callable<List<Row>>> writes = new ArrayList<>();
            for (long id = 1; id <= 8; id++) {
                writes.add(insert(store, id));
            }
            List<Waiting<List<Row>>> waiting = startInOrder(writes);
            int before = commits();
            writing.rollback();
            for (int i = 0; i < 8; i++) {
                assertThat(waiting.get(i).get())
                        .containsExactly(Row.of(NOTES.rowType(), (long) i + 1, "note " + (i + 1), 1L));
            }
            assertThat(commits() - before).isEqualTo(1);
            assertThat(count(store, "notes")).isEqualTo(8);
        }
    }

    @Test
    void aWriteThatFailsTakesNoOtherWithIt() throws Exception {
        try (StorageBackend store = openWithNotes();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            Waiting<List<Row>> first = Waiting.start(insert(store, 1));
            // its first row goes in, and out again
            Waiting<List<Row>> duplicate = Waiting.start(
                    () -> store.write("notes", WriteMode.INSERT, List.of(note(7, "undone"), note(1, "again"))));
            Waiting<List<Row>> conflict = Waiting.start(
                    () -> store.write("notes", WriteMode.UPDATE, List.of(Row.of(NOTES.rowType(), 1L, "changed", 5L))));
            Waiting<Boolean> deleted = Waiting.start(() -> store.delete("notes", 9L));
            Waiting<List<Row>> last = Waiting.start(insert(store, 2));
            int before = commits();
            writing.rollback();

            assertThat(first.get()).hasSize(1);
            assertThatThrownBy(duplicate::get)
                    .isInstanceOfSatisfying(
                            DuplicateKeyException.class,
                            refusal -> assertThat(refusal.id()).isEqualTo(1L))
                    .satisfies(refusal -> assertThat(refusal.getStackTrace())
                            .as("it shows who asked, not only who did it")
                            .anyMatch(frame -> frame.getMethodName().contains("aWriteThatFailsTakesNoOtherWithIt")));
            assertThatThrownBy(conflict::get).isInstanceOf(ConflictException.class);
            assertThat(deleted.get()).isFalse();
            assertThat(last.get()).hasSize(1);
            assertThat(store.find("notes", 7L)).isEmpty();
            assertThat(count(store, "notes")).isEqualTo(2);
            assertThat(commits() - before).isEqualTo(1);
        }
    }

    @Test
    void whenTheFirstFailsTheOthersGoOn() throws Exception {
        try (StorageBackend store = openWithNotes();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            Waiting<List<Row>> first =
                    Waiting.start(() -> store.write("notes", WriteMode.INSERT, List.of(note(1, "a"), note(1, "b"))));
            Waiting<List<Row>> second = Waiting.start(insert(store, 1));
            writing.rollback();
            assertThatThrownBy(first::get).isInstanceOf(DuplicateKeyException.class);
            assertThat(second.get()).hasSize(1);
        }
    }

    @Test
    void aWriteThatEndsTheTransactionTakesNoOtherWithIt() throws Exception {
        sql(
                "create table words (id integer primary key, word text not null)",
                "create trigger no_swearing before insert on words when new.word = 'damn'"
                        + " begin select raise(rollback, 'no swearing'); end");
        try (StorageBackend store = open();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            TableSchema words = store.schemaOf("words");
            List<Callable<List<Row>>> writes = new ArrayList<>();
            for (String word : List.of("one", "two", "damn", "three")) {
                writes.add(() -> store.write("words", WriteMode.INSERT, List.of(Row.of(words.rowType(), null, word))));
            }
            List<Waiting<List<Row>>> waiting = startInOrder(writes);
            writing.rollback();
            for (int i : new int[] {0, 1, 3}) {
                assertThat(waiting.get(i).get()).hasSize(1);
            }
            assertThatThrownBy(waiting.get(2)::get)
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining("no swearing");
            assertThat(count(store, "words")).isEqualTo(3);
        }
    }

    @Test
    void aWriteThatMakesTheCommitFailTakesNoOtherWithIt() throws Exception {
        sql(
                "create table owners (id integer primary key)",
                "create table pets (id integer primary key, owner integer not null references owners"
                        + " deferrable initially deferred)",
                "insert into owners values (1)");
        try (StorageBackend store = open();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            TableSchema pets = store.schemaOf("pets");
            List<long[]> heard = new CopyOnWriteArrayList<>();
            store.onCommit((origin, changes) -> heard.add(
                    changes.stream().mapToLong(change -> (Long) change.id()).toArray()));
            List<Callable<List<Row>>> writes = new ArrayList<>();
            for (long id = 1; id <= 4; id++) {
                Row pet = Row.of(pets.rowType(), id, id == 3 ? 99L : 1L);
                writes.add(() -> store.write("pets", WriteMode.INSERT, List.of(pet)));
            }
            List<Waiting<List<Row>>> waiting = startInOrder(writes);
            writing.rollback();
            for (int i : new int[] {0, 1, 3}) {
                assertThat(waiting.get(i).get()).hasSize(1);
            }
            assertThatThrownBy(waiting.get(2)::get)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("FOREIGN KEY constraint failed");
            assertThat(count(store, "pets")).isEqualTo(3);
            assertThat(heard).containsExactly(new long[] {1}, new long[] {2}, new long[] {4});
        }
    }

    @Test
    void listenersHearOfEachWriteInTheOrderOfArrivalBeforeItReturns() throws Exception {
        try (StorageBackend store = openWithNotes();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            List<List<Object>> heard = new CopyOnWriteArrayList<>();
            store.onCommit((origin, changes) ->
                    heard.add(changes.stream().map(change -> change.id()).toList()));
            List<Callable<List<List<Object>>>> writes = new ArrayList<>();
            for (long id = 1; id <= 5; id++) {
                Callable<List<Row>> write = insert(store, id);
                writes.add(() -> {
                    write.call();
                    return List.copyOf(heard);
                });
            }
            List<Waiting<List<List<Object>>>> waiting = startInOrder(writes);
            Waiting<List<Row>> refused = Waiting.start(insert(store, 3));
            writing.rollback();
            for (int i = 0; i < 5; i++) {
                assertThat(waiting.get(i).get()).contains(List.of((long) i + 1));
            }
            assertThatThrownBy(refused::get).isInstanceOf(DuplicateKeyException.class);
            assertThat(heard).containsExactly(List.of(1L), List.of(2L), List.of(3L), List.of(4L), List.of(5L));
        }
    }

    @Test
    void nobodyIsPassedOver() throws Exception {
        try (StorageBackend store = openWithNotes();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            List<Object> order = new CopyOnWriteArrayList<>();
            store.onCommit((origin, changes) -> order.add(changes.get(0).id()));
            Waiting<List<Row>> before = Waiting.start(insert(store, 1));
            Waiting<Integer> transaction = Waiting.start(() -> {
                try (BackendTransaction own = store.begin(TransactionOptions.DEFAULT)) {
                    int rows = (int) own.count(Select.from("notes"));
                    own.write("notes", WriteMode.INSERT, List.of(note(2, "in a transaction")));
                    own.commit();
                    return rows;
                }
            });
            List<Row> many = new ArrayList<>();
            for (long id = 3; id < 3 + SmallWrite.MOST_ROWS + 1; id++) {
                many.add(note(id, "one of many"));
            }
            Waiting<List<Row>> large = Waiting.start(() -> store.write("notes", WriteMode.INSERT, many));
            Waiting<List<Row>> after = Waiting.start(insert(store, 100));
            writing.rollback();
            before.get();
            assertThat(transaction.get()).isEqualTo(1);
            large.get();
            after.get();
            assertThat(order).containsExactly(1L, 2L, 3L, 100L);
        }
    }

    @Test
    void aGroupHasABound() throws Exception {
        try (StorageBackend store = openWithNotes();
                BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            List<Callable<List<Row>>> writes = new ArrayList<>();
            for (long id = 1; id <= GroupCommit.MOST_WRITES + 1; id++) {
                writes.add(insert(store, id));
            }
            List<Waiting<List<Row>>> waiting = startInOrder(writes);
            int before = commits();
            writing.rollback();
            for (Waiting<List<Row>> write : waiting) {
                assertThat(write.get()).hasSize(1);
            }
            assertThat(commits() - before).isEqualTo(2);
        }
    }

    @Test
    void whoIsInterruptedOrWaitsTooLongHasWrittenNothing() throws Exception {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of("sqlite:" + file() + "?timeout=2s"))) {
            store.createTable(NOTES);
            BackendTransaction writing = store.begin(TransactionOptions.DEFAULT);
            Waiting<List<Row>> interrupted = Waiting.start(() -> {
                try {
                    return insert(store, 1).call();
                } finally {
                    assertThat(Thread.interrupted())
                            .as("the thread stays interrupted")
                            .isTrue();
                }
            });
            interrupted.thread().interrupt();
            assertThatThrownBy(interrupted::get)
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("Interrupted");
            long start = System.nanoTime();
            assertThatThrownBy(Waiting.start(insert(store, 2))::get)
                    .isInstanceOf(StorageTimeoutException.class)
                    .hasMessageContaining(Thread.currentThread().getName());
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofSeconds(1), Duration.ofSeconds(20));
            writing.rollback();
            assertThat(insert(store, 3).call()).hasSize(1);
            assertThat(count(store, "notes")).isEqualTo(1);
        }
    }

    @Test
    void whoWaitsWhileTheStoreIsClosedIsToldSo() throws Exception {
        StorageBackend store = openWithNotes();
        BackendTransaction writing = store.begin(TransactionOptions.DEFAULT);
        Waiting<List<Row>> before = Waiting.start(insert(store, 1));
        Waiting<Boolean> closing = Waiting.start(() -> {
            store.close();
            return true;
        });
        writing.write("notes", WriteMode.INSERT, List.of(note(2, "under way")));
        writing.commit();
        assertThatThrownBy(before::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThat(closing.get()).isTrue();
        try (StorageBackend again = open()) {
            assertThat(again.find("notes", 1L)).isEmpty();
            assertThat(again.find("notes", 2L)).isPresent();
        }
    }
}
