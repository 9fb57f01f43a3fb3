package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.fileops.Folders;
import io.taskmover.storage.testkit.crash.FolderWorker.Ending;
import io.taskmover.storage.testkit.crash.FolderWorker.Episode;
import io.taskmover.storage.testkit.disk.DiskFault;
import io.taskmover.storage.testkit.disk.DiskFault.Call;
import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Transactions on files of a disk of which one call fails, or all from one on; then looks at what is left. Used once. */
final class FolderFaultRun implements DiskFault {
    private static final int TRANSACTIONS = 5;
    private static final int OUTCOMES = 24;
    /** A disk that allocates late meets its end in a force. */
    private static final Set<Call> NEED_SPACE =
            EnumSet.of(Call.CREATE, Call.WRITE, Call.RENAME, Call.FORCE, Call.FORCE_DIRECTORY);

    private final ModelDisk disk;
    private final FolderWorker worker;
    private final boolean hardLinks;
    private long first = Long.MAX_VALUE;
    private boolean forGood;
    private Failure failure = Failure.INPUT_OUTPUT;
    private volatile boolean fired;
    private volatile String what = "nothing fails";

    FolderFaultRun(DiskImage start, long seed) {
        this.disk = ModelDisk.of(start);
        this.hardLinks = seed % 2 == 0;
        this.worker = new FolderWorker(disk, 0, seed, () -> fired);
    }

    FolderFaultRun failing(long call, boolean allLater, Failure kind) {
        first = call;
        forGood = allLater;
        failure = kind;
        disk.setFault(this);
        return this;
    }

    @Override
    public @Nullable Failure on(long number, Call call, String path) {
        if (number < first || (fired && !forGood)) {
            return null;
        }
        Failure now = failure;
        if (failure == Failure.SHORT_WRITE && call != Call.WRITE) {
            if (!fired) {
                return null;
            }
            now = Failure.NO_SPACE;
        }
        if (now == Failure.NO_SPACE && !NEED_SPACE.contains(call)) {
            return null;
        }
        if (!fired) {
            what = "call " + number + " fails: " + call + " " + path + " with " + failure
                    + (forGood ? " and all later ones" : "");
        }
        fired = true;
        return now;
    }

    long calls() {
        return disk.calls();
    }

    List<Episode> episodes() {
        return worker.episodes();
    }

    /**
     * Runs as far as it gets.
     *
     * @param sound what the transactions come to on a sound disk; null for this run
     * @return whether a call failed
     * @throws AssertionError if a failure is not told as it should be, or something is lost
     */
    boolean run(@Nullable List<Episode> sound) {
        try {
            use(sound);
            return fired;
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError(what + ": " + e, e);
        }
    }

    private void use(@Nullable List<Episode> sound) {
        FileOperations files;
        try {
            files = Folders.open(disk.path(FolderTree.ROOT), hardLinks);
        } catch (StorageException e) {
            require(fired, "opening fails for no reason: " + e);
            require(disk.openHandles() == 0, "handles stay open after failing to open");
            disk.setFault(NONE);
            files = Folders.open(disk.path(FolderTree.ROOT), hardLinks);
        }
        try (FileOperations opened = files) {
            try {
                worker.run(opened, TRANSACTIONS);
            } catch (StorageException e) {
                require(fired, "a transaction fails for no reason: " + e);
            }
            disk.setFault(NONE);
            if (sound != null) {
                settle(opened, sound);
                imagesNow().forEach(image -> check(image));
                healed(opened);
            }
        }
        require(disk.openHandles() == 0, disk.openHandles() + " handles stay open");
        check(disk.image());
        imagesNow().forEach(this::check);
    }

    /** Of a transaction that failed it is certain what it came to, unless it is in doubt. */
    private void settle(FileOperations files, List<Episode> sound) {
        List<Episode> episodes = worker.episodes();
        int last = episodes.size() - 1;
        if (last < 0 || episodes.get(last).end() != Integer.MAX_VALUE) {
            return;
        }
        Episode failed = episodes.get(last);
        boolean inDoubt = !files.inDoubt().isEmpty();
        boolean undone = !inDoubt && failed.decided() == Integer.MAX_VALUE;
        require(inDoubt || undone, "a decided transaction is neither committed nor in doubt");
        episodes.set(
                last,
                new Episode(
                        failed.globalId(),
                        failed.ending(),
                        failed.start(),
                        failed.decided(),
                        undone ? disk.operations() : Integer.MAX_VALUE,
                        failed.before(),
                        undone ? failed.before() : sound.get(last).after()));
    }

    /** On the sound disk everything in doubt can be ended, and what was left is removed. */
    private void healed(FileOperations files) {
        for (PreparedTransaction doubt : files.inDoubt()) {
            Episode failed = worker.episodes().get(worker.episodes().size() - 1);
            boolean commit = failed.decided() != Integer.MAX_VALUE;
            files.resolve(doubt.globalId(), commit);
            Map<String, String> end = commit ? failed.after() : failed.before();
            worker.episodes()
                    .set(
                            worker.episodes().size() - 1,
                            new Episode(
                                    failed.globalId(),
                                    Ending.ALONE,
                                    failed.start(),
                                    Integer.MAX_VALUE,
                                    disk.operations(),
                                    failed.before(),
                                    end));
        }
        files.beginBranch(TransactionOptions.DEFAULT, false).rollback();
        List<String> leftovers = FolderTree.leftovers(disk.image());
        require(leftovers.isEmpty(), "left over on the healed disk: " + leftovers);
    }

    private List<DiskImage> imagesNow() {
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        while (cuts.next()) {
            continue;
        }
        return List.copyOf(cuts.images(OUTCOMES, first));
    }

    private void check(DiskImage image) {
        ModelDisk unused = new FolderProof(List.of(worker), hardLinks).check(image, disk.operations());
    }

    private static void require(boolean right, String problem) {
        if (!right) {
            throw new AssertionError(problem);
        }
    }
}
