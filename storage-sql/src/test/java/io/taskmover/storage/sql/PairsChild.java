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
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process of several threads that write until it is killed. Each write stores the same number in the two rows of a pair;
 * each one that is acknowledged is reported as a line {@code pair number}. Most wait for each other and are committed
 * together; some are transactions that have the turn to themselves.
 */
final class PairsChild {
    static final TableSchema PAIRS = TableSchema.builder("pairs")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();

    private static final int THREADS = 6;

    private PairsChild() {}

    /** @param arguments the URL, then the highest number that was written before */
    public static void main(String[] arguments) {
        say("opening");
        StorageBackend store = StorageBackend.open(StorageConfig.of(arguments[0]));
        AtomicLong numbers = new AtomicLong(Long.parseLong(arguments[1]));
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            new Thread(() -> write(store, thread, numbers)).start();
        }
    }

    /** Ends when a write fails, as it does when the disk is gone. */
    private static void write(StorageBackend store, int thread, AtomicLong numbers) {
        for (int i = 0; ; i++) {
            long number = numbers.incrementAndGet();
            String pair = thread + "-" + i % 50;
            Row a = Row.of(PAIRS.rowType(), pair + "a", number);
            Row b = Row.of(PAIRS.rowType(), pair + "b", number);
            try {
                write(store, a, b, i % 9 == 8);
            } catch (StorageException e) {
                say("failed: " + e);
                return;
            }
            say(pair + " " + number);
        }
    }

    private static void write(StorageBackend store, Row a, Row b, boolean inTransaction) {
        if (!inTransaction) {
            store.write("pairs", WriteMode.UPSERT, List.of(a, b));
            return;
        }
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.write("pairs", WriteMode.UPSERT, List.of(a));
            transaction.write("pairs", WriteMode.UPSERT, List.of(b));
            transaction.commit();
        }
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
