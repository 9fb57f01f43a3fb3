package io.taskmover.storage.file;

import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.transaction.Branch;
import io.taskmover.storage.transaction.Participant;
import io.taskmover.storage.transaction.TransactionManager;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A process that commits to several stores at once until it is killed. Transaction n adds a row of that number to each; it is
 * reported as a line {@code n} when it is acknowledged. At a certain operation of any of the stores' disks the thread that
 * wanted it stops for good, and the process says {@code stopped}.
 */
final class CommittingChild {
    static final List<String> STORES = List.of("first", "second", "third");

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
        Participant[] all = participants.toArray(Participant[]::new);
        for (int n = number; ; n++) {
            int row = n;
            TransactionManager.across(all)
                    .transaction(tx -> managers.forEach(manager -> manager.current()
                            .rows()
                            .write("notes", WriteMode.INSERT, List.of(StoreFixture.note("n" + row, row)))));
            say(Integer.toString(row));
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
