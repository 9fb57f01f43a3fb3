package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that writes until it is killed. Each transaction stores the same number in the two rows of a pair; each
 * acknowledged one is reported as a line {@code pair number}. A busy one makes and drops a table meanwhile, has a small
 * backlog, and closes the store and opens it again from time to time.
 */
final class WritingChild {
    private static final int THREADS = 4;
    /** How many commits a busy thread makes before the store is closed and opened again. */
    private static final int ROUND = 60;

    private static final long SMALL_BACKLOG_BYTES = 8 << 10;

    private static final TableSchema EXTRA = TableSchema.builder("extra")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();

    private WritingChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        say("opening");
        boolean busy = arguments[3].equals("busy");
        FileSystemBackend store = open(arguments, busy);
        if (arguments[2].equals("hold")) {
            say("open");
            Thread.sleep(Long.MAX_VALUE);
        }
        AtomicLong numbers = new AtomicLong(Long.parseLong(arguments[2]));
        while (true) {
            List<Thread> threads = new ArrayList<>();
            for (int t = 0; t < THREADS; t++) {
                int thread = t;
                FileSystemBackend into = store;
                threads.add(new Thread(() -> write(into, thread, numbers, busy ? ROUND : Integer.MAX_VALUE)));
            }
            if (busy) {
                FileSystemBackend into = store;
                threads.add(new Thread(() -> changeTables(into)));
            }
            threads.forEach(Thread::start);
            for (Thread thread : threads) {
                thread.join();
            }
            // only the busy one gets here: closing is a moment to be killed in, too
            store.close();
            store = open(arguments, busy);
        }
    }

    private static FileSystemBackend open(String[] arguments, boolean busy) {
        return StoreFixture.open(
                new RealDisk(),
                busy ? SMALL_BACKLOG_BYTES : Materialiser.MAX_BACKLOG_BYTES,
                Path.of(arguments[0]),
                "durability",
                arguments[1]);
    }

    private static void write(FileSystemBackend store, int thread, AtomicLong numbers, int rounds) {
        for (int i = 0; i < rounds; i++) {
            long number = numbers.incrementAndGet();
            String pair = thread + "-" + i % 50;
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.write(
                        "notes",
                        WriteMode.UPSERT,
                        List.of(StoreFixture.note(pair + "a", number), StoreFixture.note(pair + "b", number)));
                transaction.commit();
            }
            say(pair + " " + number);
        }
    }

    /** Makes a table, fills it, empties half of it, and drops it. */
    private static void changeTables(FileSystemBackend store) {
        for (int i = 0; i < 5; i++) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                if (transaction.catalog().table("extra").isPresent()) {
                    transaction.catalog().drop("extra");
                }
                transaction.catalog().create(EXTRA);
                transaction.commit();
            }
            for (int row = 0; row < 20; row++) {
                store.insert("extra", Map.of("id", "x" + row, "n", row));
            }
            for (int row = 0; row < 20; row += 2) {
                store.delete("extra", "x" + row);
            }
        }
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
