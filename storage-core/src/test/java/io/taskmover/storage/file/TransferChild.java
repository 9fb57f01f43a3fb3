package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.schema.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/**
 * A process that moves amounts between accounts, or one that reads them and checks that none was lost, until it is
 * killed. Each transaction also raises the number in {@link #CLOCK}.
 */
final class TransferChild {
    static final int ACCOUNTS = 300;
    static final long AMOUNT = 1_000;
    static final String CLOCK = "clock";

    private TransferChild() {}

    /** @param arguments the store, and {@code write} with the bound of what may wait, or {@code read} */
    public static void main(String[] arguments) {
        Path root = Path.of(arguments[0]);
        if (arguments[1].equals("write")) {
            write(StoreFixture.open(new RealDisk(), Long.parseLong(arguments[2]), root, "memory", "4KiB"));
        } else {
            read(StoreFixture.open(root, "mode", "ro", "memory", "4KiB"));
        }
    }

    static void fill(FileSystemBackend store) {
        store.createTable(StoreFixture.NOTES);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ACCOUNTS; i++) {
            rows.add(StoreFixture.note("a" + i, AMOUNT));
        }
        rows.add(StoreFixture.note(CLOCK, 0));
        store.write("notes", WriteMode.INSERT, rows);
    }

    private static void write(FileSystemBackend store) {
        Random random = new Random(7);
        for (long i = 1; ; i++) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                String from = "a" + random.nextInt(ACCOUNTS);
                String to = "a" + random.nextInt(ACCOUNTS);
                if (!from.equals(to)) {
                    transaction.write(
                            "notes",
                            WriteMode.UPDATE,
                            List.of(
                                    StoreFixture.note(from, number(transaction, from) - 1),
                                    StoreFixture.note(to, number(transaction, to) + 1),
                                    StoreFixture.note(CLOCK, number(transaction, CLOCK) + 1)));
                    transaction.commit();
                }
            }
            if (i % 100 == 0) {
                say("written " + i);
            }
        }
    }

    private static long number(BackendTransaction transaction, String id) {
        return (Long) transaction.find("notes", id).orElseThrow().get("n");
    }

    private static void read(FileSystemBackend store) {
        long last = 0;
        while (true) {
            store.refresh();
            try {
                long first = check(store, last);
                long second = check(store, first);
                last = second;
                say("read " + second);
            } catch (ConflictException e) {
                say("retry " + e.getMessage());
            } catch (RuntimeException | AssertionError e) {
                say("wrong " + e);
                throw e;
            }
        }
    }

    /** Returns the clock. */
    private static long check(FileSystemBackend store, long atLeast) {
        long sum = 0;
        long clock = -1;
        var rows = StoreFixture.rows(store, "notes");
        for (Row row : rows.values()) {
            if (CLOCK.equals(row.get("id"))) {
                clock = (Long) row.get("n");
            } else {
                sum += (Long) row.get("n");
            }
        }
        if (rows.size() != ACCOUNTS + 1 || sum != ACCOUNTS * AMOUNT || clock < atLeast) {
            throw new AssertionError(rows.size() + " rows, sum " + sum + ", clock " + clock + " after " + atLeast);
        }
        return clock;
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }
}
