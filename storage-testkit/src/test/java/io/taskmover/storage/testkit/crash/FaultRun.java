package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.testkit.disk.DiskFault;
import io.taskmover.storage.testkit.disk.DiskFault.Call;
import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Does the script on a disk of which one call fails, or all from one on; then looks at what is left. Used once. */
final class FaultRun {
    private static final int OUTCOMES = 16;
    /** How many of them are opened: each run has others. */
    private static final int CHOSEN = 3;

    private static final int ATTEMPTS = 2;
    /** A disk that allocates late meets its end in a force. */
    private static final Set<Call> NEED_SPACE =
            EnumSet.of(Call.CREATE, Call.WRITE, Call.RENAME, Call.FORCE, Call.FORCE_DIRECTORY);

    private final Script script;
    private final ModelDisk disk;
    private final int start;
    private final Map<Long, OpenedStore> known;
    private Random random = new Random(0);
    private final List<String> events = new ArrayList<>();
    private volatile boolean fired;
    private volatile boolean forceFailed;
    private int acknowledged;
    /** Whether the commit after those acknowledged was refused in a way that leaves open whether it happened. */
    private boolean uncertain;

    /**
     * @param start how many commits are on the disk
     * @param known what came out of images that were opened, by fingerprint: many runs lead to the same; thread-safe
     */
    FaultRun(Script script, DiskImage image, int start, Map<Long, OpenedStore> known) {
        this.script = script;
        this.disk = ModelDisk.of(image);
        this.start = start;
        this.known = known;
        this.acknowledged = start;
    }

    /** Lets calls fail from the {@code first} on: only this one, or all. */
    FaultRun failing(long first, boolean forGood, Failure failure) {
        disk.setFault(new Fault(first, forGood, failure));
        random = new Random(first * 2L * Failure.values().length + failure.ordinal() * 2L + (forGood ? 1 : 0));
        return this;
    }

    private final class Fault implements DiskFault {
        private final long first;
        private final boolean forGood;
        private final Failure failure;

        Fault(long first, boolean forGood, Failure failure) {
            this.first = first;
            this.forGood = forGood;
            this.failure = failure;
        }

        @Override
        public @Nullable Failure on(long number, Call call, String path) {
            if (number < first || (fired && !forGood)) {
                return null;
            }
            Failure now = failure;
            if (failure == Failure.SHORT_WRITE) {
                // a disk that is nearly full: it takes a part of what is written, then nothing more
                if (!fired && call != Call.WRITE) {
                    return null;
                }
                now = fired ? Failure.NO_SPACE : failure;
            }
            if (now == Failure.NO_SPACE && !NEED_SPACE.contains(call)) {
                return null;
            }
            if (!fired) {
                events.add("call " + number + " fails: " + call + " " + path + " with " + failure
                        + (forGood ? " and all later ones" : ""));
            }
            fired = true;
            forceFailed |= call == Call.FORCE || call == Call.FORCE_DIRECTORY;
            return now;
        }
    }

    /** How many calls there were. */
    long calls() {
        return disk.calls();
    }

    /**
     * Runs as far as it gets.
     *
     * @return whether a call failed
     * @throws AssertionError if a failure is not told as it should be, or something is lost
     */
    boolean run() {
        try {
            use();
            require(disk.openHandles() == 0, disk.openHandles() + " handles stay open");
        } catch (RuntimeException e) {
            throw failure("an exception that is not typed: " + e, disk.image(), e);
        }
        disk.setFault(DiskFault.NONE);
        check(disk.image());
        imagesAfter(disk.operations()).forEach(this::check);
        openAgain();
        return fired;
    }

    /** What the disk may hold after a power cut that many operations in: what is durable, and some of the others. */
    private List<DiskImage> imagesAfter(int operations) {
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        while (cuts.operation() < operations) {
            cuts.next();
        }
        List<DiskImage> images = new ArrayList<>(cuts.images(OUTCOMES, start));
        DiskImage durable = images.remove(0);
        Collections.shuffle(images, random);
        List<DiskImage> chosen = new ArrayList<>(images.subList(0, Math.min(CHOSEN, images.size())));
        chosen.add(durable);
        return chosen;
    }

    /** What a store shows that is opened again on the same system is durable, even if a force of it failed before. */
    private void openAgain() {
        StoreState shown;
        int operations;
        try (FileSystemBackend store = script.open(disk)) {
            shown = StoreState.of(store);
            operations = disk.operations();
        }
        events.add("opened again: as after " + script.commitsUpTo(shown));
        acknowledged = script.commitsUpTo(shown);
        uncertain = false;
        imagesAfter(operations).forEach(this::check);
        imagesAfter(disk.operations()).forEach(this::check);
    }

    private void use() {
        FileSystemBackend store = null;
        for (int attempt = 0; store == null; attempt++) {
            try {
                store = script.open(disk);
                forceFailed = false;
            } catch (StorageException e) {
                events.add("opening is refused: " + e.getMessage());
                require(fired, "opening fails for no reason: " + e);
                require(disk.openHandles() == 0, disk.openHandles() + " handles stay open after failing to open");
                if (attempt == ATTEMPTS) {
                    return;
                }
            }
        }
        try {
            commitAll(store);
        } finally {
            try {
                store.close();
            } catch (StorageException e) {
                events.add("closing fails: " + e.getMessage());
            }
        }
    }

    private void commitAll(FileSystemBackend store) {
        int refusals = 0;
        while (acknowledged < script.commits() && refusals < ATTEMPTS) {
            boolean mustRefuse = forceFailed && !drain(store);
            try {
                Script.commit(store, acknowledged);
                require(!mustRefuse, "commit " + (acknowledged + 1) + " is acknowledged after a failed force");
                acknowledged++;
                uncertain = false;
                refusals = 0;
            } catch (StorageException e) {
                events.add("commit " + (acknowledged + 1) + " is refused: " + e.getMessage());
                require(fired, "a commit fails for no reason: " + e);
                uncertain |= !(e instanceof StorageIoException io && io.diskFull());
                refusals++;
            }
            if (Script.drains(acknowledged - 1)) {
                drain(store);
            }
        }
    }

    private boolean drain(FileSystemBackend store) {
        try {
            FileStores.drain(store);
            return true;
        } catch (StorageException e) {
            events.add("draining fails: " + e.getMessage());
            return false;
        }
    }

    private void check(DiskImage image) {
        OpenedStore opened = known.get(image.fingerprint());
        if (opened == null) {
            opened = OpenedStore.open(image);
            known.put(image.fingerprint(), opened);
        }
        if (opened.problem() != null) {
            throw failure(opened.problem(), image, null);
        }
        int commits = script.commitsUpTo(opened.state());
        if (commits != acknowledged && !(uncertain && commits == acknowledged + 1)) {
            throw failure(
                    acknowledged + " commits were acknowledged, but the store is as after " + commits
                            + "; expected / found:\n"
                            + script.state(acknowledged).difference(opened.state()),
                    image,
                    null);
        }
    }

    private void require(boolean holds, String problem) {
        if (!holds) {
            throw failure(problem, disk.image(), null);
        }
    }

    private AssertionError failure(String problem, DiskImage image, @Nullable Throwable cause) {
        String text = String.join("\n", events) + "\n" + problem;
        return new AssertionError("Kept in " + Evidence.keep(image, List.of(text)) + ":\n" + text, cause);
    }
}
