package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.util.List;
import java.util.Random;

/** Several threads commit at the same time, so that commits share forces. */
final class ConcurrentWorkload {
    private static final int THREADS = 4;

    private ConcurrentWorkload() {}

    /** Lets every thread commit so many times, and returns what happened. */
    static Recording run(long seed, int commits) {
        ModelDisk empty = ModelDisk.unrecorded(DiskImage.EMPTY);
        StoreState first;
        try (FileSystemBackend store = Workload.open(empty, "sync", Workload.layout(seed))) {
            store.createTable(Workload.NOTES);
            first = StoreState.of(store);
        }
        ModelDisk disk = ModelDisk.of(empty.image());
        History history = new History(first, THREADS);
        try (FileSystemBackend store = Workload.open(disk, "sync")) {
            store.onCommit((origin, changes) -> history.committed(changes, disk.operations(), true));
            List<Runnable> writers = List.of(
                    () -> write(store, new Random(seed), "a", commits),
                    () -> write(store, new Random(seed + 1), "b", commits),
                    () -> write(store, new Random(seed + 2), "c", commits),
                    () -> write(store, new Random(seed + 3), "d", commits));
            Parallel.run(writers);
        }
        Turnovers turnovers = new Turnovers();
        turnovers.look(disk.start(), disk.log());
        return new Recording(disk.start(), disk.log(), history, turnovers);
    }

    /** Each thread has rows of its own: nobody loses against another. */
    private static void write(FileSystemBackend store, Random random, String prefix, int commits) {
        for (int i = 0; i < commits; i++) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                for (int r = random.nextInt(3); r >= 0; r--) {
                    String id = prefix + random.nextInt(4);
                    if (random.nextInt(4) == 0) {
                        transaction.delete("notes", (Object) id);
                    } else {
                        Row row = Row.of(Workload.NOTES.rowType(), id, (long) i, "x".repeat(random.nextInt(900)));
                        transaction.write("notes", WriteMode.UPSERT, List.of(row));
                    }
                }
                transaction.commit();
            }
        }
    }
}
