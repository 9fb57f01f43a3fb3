package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.fileops.OnExisting;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.transaction.Branch;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** Does random operations in transactions on the files of its own, and writes down what each of them came to. */
final class FolderWorker {
    private static final int MAX_OPERATIONS = 6;

    private final ModelDisk disk;
    private final int worker;
    private final Random random;
    private final BooleanSupplier broken;
    private final List<Episode> episodes = new ArrayList<>();
    private int names;
    private int refused;

    /** How a transaction ends. */
    enum Ending {
        /** It is committed without being prepared. */
        ALONE,
        COMMITTED,
        ROLLED_BACK
    }

    /**
     * A transaction; numbers are of operations of the disk.
     *
     * @param decided when it was certain that it is committed, for one that was prepared
     * @param end when its end was acknowledged
     */
    record Episode(
            String globalId,
            Ending ending,
            int start,
            int decided,
            int end,
            Map<String, String> before,
            Map<String, String> after) {}

    FolderWorker(ModelDisk disk, int worker, long seed) {
        this(disk, worker, seed, () -> false);
    }

    /** @param broken whether something of the disk has failed: then the transaction does not go on */
    FolderWorker(ModelDisk disk, int worker, long seed, BooleanSupplier broken) {
        this.disk = disk;
        this.worker = worker;
        this.random = new Random(seed * 31 + worker);
        this.broken = broken;
    }

    int worker() {
        return worker;
    }

    List<Episode> episodes() {
        return episodes;
    }

    /** How many operations were refused. */
    int refused() {
        return refused;
    }

    void run(FileOperations files, int transactions) {
        for (int i = 0; i < transactions; i++) {
            episode(files);
        }
    }

    /** One transaction more. What it came to is not known if this throws: {@link #episodes} has it without an end. */
    void episode(FileOperations files) {
        Ending ending = Ending.values()[random.nextInt(Ending.values().length)];
        Map<String, String> before = FolderTree.of(disk.image(), worker);
        String id = "g-" + worker + "-" + episodes.size();
        int start = disk.operations();
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        int decided = Integer.MAX_VALUE;
        boolean ended = false;
        try {
            int operations = 1 + random.nextInt(MAX_OPERATIONS);
            List<String> known = new ArrayList<>(before.keySet());
            known.remove(own());
            for (int i = 0; i < operations; i++) {
                operation(files, known);
            }
            if (ending != Ending.ALONE) {
                branch.prepare(new PreparedTransaction(id, "unknown:decider", Instant.EPOCH));
            }
            if (ending == Ending.ROLLED_BACK) {
                branch.rollback();
            } else {
                decided = ending == Ending.COMMITTED ? disk.operations() : decided;
                branch.commit();
            }
            ended = true;
        } finally {
            int end = ended ? disk.operations() : Integer.MAX_VALUE;
            Map<String, String> after = ended ? FolderTree.of(disk.image(), worker) : Map.of();
            episodes.add(new Episode(id, ending, start, decided, end, before, after));
            if (!ended) {
                rollBack(branch);
            }
        }
    }

    private static void rollBack(Branch branch) {
        try {
            branch.rollback();
        } catch (StorageException e) {
            // it is in doubt then, and resolved by whoever looks at what is left
        }
    }

    private String own() {
        return FolderTree.ROOT + "/" + FolderTree.name(worker);
    }

    private void operation(FileOperations files, List<String> known) {
        Path one = disk.path(known.get(random.nextInt(known.size())));
        int place = random.nextInt(known.size() + 1);
        Path directory = disk.path(place == known.size() ? own() : known.get(place));
        Path other = random.nextInt(4) == 0 ? directory : directory.resolve("n" + names++);
        OnExisting onExisting = random.nextBoolean() ? OnExisting.REPLACE : OnExisting.FAIL;
        try {
            Path made = operation(files, one, other, onExisting);
            if (made != null) {
                known.add(made.toString());
            }
        } catch (StorageException | IllegalArgumentException e) {
            if (broken.getAsBoolean() && e instanceof StorageException) {
                throw e;
            }
            refused++;
        }
    }

    private @Nullable Path operation(FileOperations files, Path one, Path other, OnExisting onExisting) {
        switch (random.nextInt(7)) {
            case 0, 1, 2 -> files.move(one, other, onExisting);
            case 3, 4 -> files.copy(one, other, onExisting);
            case 5 -> {
                Path unused = files.trash(one);
                return null;
            }
            default -> files.makeDirectory(other.resolve("m"));
        }
        return other;
    }
}
