package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * A process whose files can have three mebibytes and no more. It fills the log up to two, and then has several threads
 * write together what goes beyond; each says what it is told.
 */
final class LimitedChild {
    static final String LIMIT_BLOCKS = Integer.toString(3 << 20 >> 9);
    /** How many blocks are there before, and how many are too many then; all of these are in memory until their commit. */
    static final int BEFORE = 10;

    static final int TOGETHER = 8;

    private static final TableSchema BLOCKS = TableSchema.builder("blocks")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    private LimitedChild() {}

    /** @param arguments the URL */
    public static void main(String[] arguments) throws InterruptedException {
        StorageBackend store = StorageBackend.open(StorageConfig.of(arguments[0]));
        store.createTable(BLOCKS);
        for (int id = 0; id < BEFORE; id++) {
            write(store, id, 200 << 10);
        }
        List<Thread> threads = new ArrayList<>();
        try (BackendTransaction writing = store.begin(TransactionOptions.DEFAULT)) {
            for (int id = BEFORE; id < BEFORE + TOGETHER; id++) {
                long block = id;
                Thread thread = new Thread(() -> say(store, block, 200 << 10));
                thread.start();
                while (!(LockSupport.getBlocker(thread) instanceof WriterQueue)) {
                    Thread.onSpinWait();
                }
                threads.add(thread);
            }
            writing.rollback();
        }
        for (Thread thread : threads) {
            thread.join();
        }
        say(store, 1_000, 1);
    }

    private static void write(StorageBackend store, long id, int length) {
        store.write("blocks", WriteMode.INSERT, List.of(Row.of(BLOCKS.rowType(), id, "x".repeat(length))));
    }

    private static void say(StorageBackend store, long id, int length) {
        String outcome;
        try {
            write(store, id, length);
            outcome = "stored";
        } catch (StorageException e) {
            outcome = e.getClass().getSimpleName();
        }
        synchronized (System.out) {
            System.out.println(id + " " + outcome);
        }
    }
}
