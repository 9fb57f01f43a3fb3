package io.taskmover.storage.file;

import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.transaction.Branch;
import io.taskmover.storage.transaction.Participant;
import io.taskmover.storage.transaction.TransactionManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A process that commits to several stores and a folder of files at once until it is killed. Transaction n adds a row of
 * that number to each of the stores, puts a copy of a file in the folder under that name, and gives another file, whose name
 * is the number of the transaction before, that one; it is reported as a line {@code n} when it is acknowledged. At a
 * certain operation of any of the stores' disks the thread that
 * wanted it stops for good, and the process says {@code stopped}.
 */
final class CommittingChild {
    static final List<String> STORES = List.of("first", "second", "third");
    static final String FOLDER = "folder";
    static final String TOKEN = "token-";

    private CommittingChild() {}

    /** Arguments: the directory of the stores · the number to begin with · the operation to stop at · whether to open the decider last. */
    public static void main(String[] arguments) {
        Path root = Path.of(arguments[0]);
        int number = Integer.parseInt(arguments[1]);
        int stopAt = Integer.parseInt(arguments[2]);
        List<String> order = new ArrayList<>(STORES);
        if (Boolean.parseBoolean(arguments[3])) {
            Collections.reverse(order);
        }
        CountingDisk disk = new CountingDisk();
        AtomicInteger operations = new AtomicInteger();
        disk.hook = (operation, path) -> {
            if (operations.incrementAndGet() >= stopAt) {
                say("stopped");
                stop();
            }
        };
        say("opening");
        List<Participant> participants = new ArrayList<>();
        List<TransactionManager> managers = new ArrayList<>();
        for (String name : order) {
            FileSystemBackend store =
                    StoreFixture.open(disk, Materialiser.MAX_BACKLOG_BYTES, root.resolve(name), "durability", "sync");
            TransactionManager manager = new TransactionManager(store, Clock.systemUTC());
            managers.add(manager);
            participants.add(new StoreParticipant("file:" + root.resolve(name), manager));
        }
        if (Boolean.parseBoolean(arguments[3])) {
            Collections.reverse(participants); // the first decides
        }
        FileOperations files = FileOperations.open(root.resolve(FOLDER));
        participants.add(files);
        Participant[] all = participants.toArray(Participant[]::new);
        String token = token(root);
        for (int n = number; ; n++) {
            int row = n;
            String from = token;
            TransactionManager.across(all).transaction(tx -> {
                for (TransactionManager manager : managers) {
                    manager.current()
                            .rows()
                            .write("notes", WriteMode.INSERT, List.of(StoreFixture.note("n" + row, row)));
                }
                files.copy(Path.of("template"), Path.of("n" + row));
                files.rename(Path.of(from), TOKEN + row);
            });
            token = TOKEN + row;
            say(Integer.toString(row));
        }
    }

    /** The name of the file that is given another one each time. */
    static String token(Path root) {
        try (Stream<Path> files = Files.list(root.resolve(FOLDER))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.startsWith(TOKEN))
                    .reduce((one, other) -> one + " and " + other)
                    .orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void stop() {
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private record StoreParticipant(String address, TransactionManager manager) implements Participant {
        @Override
        public boolean canPrepare() {
            return true;
        }

        @Override
        public boolean canDecide() {
            return true;
        }

        @Override
        public boolean outlivesProcess() {
            return true;
        }

        @Override
        public Branch beginBranch(TransactionOptions options, boolean decides) {
            return manager.beginBranch(options, decides);
        }
    }

    private static void say(String line) {
        synchronized (System.out) {
            System.out.println(line);
            System.out.flush();
        }
    }
}
