package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process that writes until it is killed. Each transaction stores the same number in the two rows of a pair; each
 * acknowledged one is reported as a line {@code pair number}.
 */
final class WritingChild {
    private static final int THREADS = 4;

    private WritingChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        FileSystemBackend store = new FileSystemBackend();
        store.connect(StorageConfig.builder("file:" + Path.of(arguments[0]))
                .option("durability", arguments[1])
                .build());
        if (arguments[2].equals("hold")) {
            say("open");
            Thread.sleep(Long.MAX_VALUE);
        }
        AtomicLong numbers = new AtomicLong(Long.parseLong(arguments[2]));
        for (int t = 0; t < THREADS; t++) {
            int thread = t;
            new Thread(() -> write(store, thread, numbers)).start();
        }
    }

    private static void write(FileSystemBackend store, int thread, AtomicLong numbers) {
        for (int i = 0; ; i++) {
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

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
