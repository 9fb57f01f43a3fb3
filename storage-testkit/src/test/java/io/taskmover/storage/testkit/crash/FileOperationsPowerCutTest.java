package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.fileops.Folders;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.DiskOperation;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The power goes at every operation that transactions on files do on their disk, in recovery too, and every time the
 * disk holds one of many things. Each time every file is where the transactions that were acknowledged or decided have
 * put it, with its content and time, nothing is half done, and nothing is left over. {@code make crash} does it at
 * length.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FileOperationsPowerCutTest {
    /** In every build the power goes at some operations only; which ones, changes with the seed. */
    private static final int EVERY = Effort.of(5, 1);

    private static final int OUTCOMES = 48;

    private final AtomicLong images = new AtomicLong();
    private final AtomicLong recovered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong transactions = new AtomicLong();

    @Test
    void everyTransactionIsDoneAsAWholeOrNotAtAll() {
        int wanted = Effort.of(3_000, 400_000);
        Effort.until(() -> images.get() >= wanted, seed -> cutEverywhere(seed, 1, 0));
        tell("one worker");
        assertThat(recovered.get()).isGreaterThan(wanted / 8);
    }

    @Test
    void transactionsBesideEachOtherAreRecoveredEachOnItsOwn() {
        int wanted = Effort.of(1_000, 100_000);
        Effort.until(() -> images.get() >= wanted, seed -> cutEverywhere(seed, 3, 0));
        tell("three workers");
    }

    @Test
    void recoveryThatIsCutOffComesToTheSame() {
        int wanted = Effort.of(2_000, 300_000);
        Effort.until(() -> images.get() >= wanted, seed -> cutEverywhere(seed, 1, Effort.of(40, 12)));
        tell("recovery");
    }

    private void tell(String what) {
        System.out.printf(
                "%s: %d transactions (%d operations refused), %d images, something to recover in %d%n",
                what, transactions.get(), refused.get(), images.get(), recovered.get());
    }

    /** @param again of so many images one has its recovery cut off everywhere; 0 for none */
    private void cutEverywhere(long seed, int count, int again) {
        boolean hardLinks = seed % 3 != 0;
        ModelDisk disk = ModelDisk.of(FolderTree.fresh(count));
        List<FolderWorker> workers = new ArrayList<>();
        List<Runnable> runs = new ArrayList<>();
        try (FileOperations files = Folders.open(disk.path(FolderTree.ROOT), hardLinks)) {
            for (int i = 0; i < count; i++) {
                FolderWorker worker = new FolderWorker(disk, i, seed);
                workers.add(worker);
                runs.add(() -> worker.run(files, 6));
            }
            if (count == 1) {
                runs.get(0).run();
            } else {
                Parallel.run(runs);
            }
        }
        workers.forEach(worker -> {
            refused.addAndGet(worker.refused());
            transactions.addAndGet(worker.episodes().size());
        });
        FolderProof proof = new FolderProof(workers, hardLinks);
        cut(disk.start(), disk.log(), seed, (image, at) -> {
            ModelDisk opened = check(proof, image, at, seed, disk.log());
            if (again > 0 && Math.floorMod(image.fingerprint(), again) == 0) {
                cut(opened.start(), opened.log(), seed, (later, unused) -> check(proof, later, at, seed, opened.log()));
            }
        });
    }

    private ModelDisk check(FolderProof proof, DiskImage image, int at, long seed, List<DiskOperation> log) {
        images.incrementAndGet();
        try {
            ModelDisk opened = proof.check(image, at);
            if (image.files().stream().anyMatch(file -> file.contains("/journal/"))) {
                recovered.incrementAndGet();
            }
            return opened;
        } catch (RuntimeException | AssertionError e) {
            List<String> lines = new ArrayList<>();
            log.forEach(operation -> lines.add(lines.size() + " " + operation));
            lines.add(String.valueOf(e));
            throw new AssertionError(
                    "Seed " + seed + ", power cut after " + at + ", kept in " + Evidence.keep(image, lines) + ": " + e,
                    e);
        }
    }

    private interface Look {
        void at(DiskImage image, int operation);
    }

    private static void cut(DiskImage start, List<DiskOperation> log, long seed, Look look) {
        PowerCuts cuts = new PowerCuts(start, log);
        do {
            if ((cuts.operation() + seed) % EVERY == 0) {
                for (DiskImage image : cuts.images(OUTCOMES, seed)) {
                    look.at(image, cuts.operation());
                }
            }
        } while (cuts.next());
    }
}
