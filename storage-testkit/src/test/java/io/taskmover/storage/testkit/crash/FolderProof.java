package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.fileops.Folders;
import io.taskmover.storage.testkit.crash.FolderWorker.Ending;
import io.taskmover.storage.testkit.crash.FolderWorker.Episode;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the workers' files may be after the power has gone: each transaction whole or not at all, as it was decided. */
final class FolderProof {
    private final List<FolderWorker> workers;
    private final boolean hardLinks;

    FolderProof(List<FolderWorker> workers, boolean hardLinks) {
        this.workers = workers;
        this.hardLinks = hardLinks;
    }

    /**
     * Opens what is left, and looks at it.
     *
     * @param at how many operations there were when the power went
     * @return the disk with all that was done to it meanwhile
     * @throws AssertionError if it is not what it may be
     */
    ModelDisk check(DiskImage image, int at) {
        ModelDisk disk = ModelDisk.of(image);
        try (FileOperations files = Folders.open(disk.path(FolderTree.ROOT), hardLinks)) {
            for (PreparedTransaction doubt : files.inDoubt()) {
                files.resolve(doubt.globalId(), isDecided(doubt.globalId(), at));
            }
        }
        List<String> leftovers = FolderTree.leftovers(disk.image());
        require(leftovers.isEmpty(), "left over: " + leftovers);
        require(disk.openHandles() == 0, disk.openHandles() + " handles stay open");
        for (FolderWorker worker : workers) {
            check(worker, FolderTree.of(disk.image(), worker.worker()), at);
        }
        return disk;
    }

    private boolean isDecided(String globalId, int at) {
        return workers.stream()
                .flatMap(worker -> worker.episodes().stream())
                .anyMatch(episode -> episode.globalId().equals(globalId) && episode.decided() <= at);
    }

    private static void check(FolderWorker worker, Map<String, String> found, int at) {
        Episode underWay = null;
        Map<String, String> last = null;
        for (Episode episode : worker.episodes()) {
            if (episode.end() <= at) {
                last = episode.after();
            } else if (episode.start() <= at) {
                underWay = episode;
            }
            last = last == null ? episode.before() : last;
        }
        Map<String, String> done = Objects.requireNonNull(last);
        List<Map<String, String>> allowed = new ArrayList<>();
        if (underWay == null) {
            allowed.add(done);
        } else {
            if (underWay.decided() > at) {
                allowed.add(underWay.before());
            }
            if (underWay.ending() == Ending.ALONE || underWay.decided() <= at) {
                allowed.add(underWay.after());
            }
        }
        require(
                allowed.contains(found),
                "under way: " + describe(underWay) + "; found instead of it (expected / found):\n"
                        + allowed.stream()
                                .map(expected -> difference(expected, found))
                                .collect(Collectors.joining("\nor\n")));
    }

    private static String describe(@Nullable Episode episode) {
        return episode == null
                ? "nothing"
                : episode.globalId() + " " + episode.ending() + " from " + episode.start() + " decided "
                        + episode.decided() + " to " + episode.end();
    }

    private static String difference(Map<String, String> expected, Map<String, String> found) {
        Set<String> paths = new TreeSet<>(expected.keySet());
        paths.addAll(found.keySet());
        return paths.stream()
                .filter(path -> !Objects.equals(expected.get(path), found.get(path)))
                .map(path -> path + ": " + expected.get(path) + " / " + found.get(path))
                .collect(Collectors.joining("\n"));
    }

    private static void require(boolean right, String problem) {
        if (!right) {
            throw new AssertionError(problem);
        }
    }
}
