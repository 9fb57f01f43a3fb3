package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** Opens the store on what power cuts leave, compares it with what was promised, and counts. Thread-safe. */
final class CrashProof {
    /** How many outcomes are worked out of a power cut at each operation. */
    private static final int OUTCOMES = 64;

    private final int every;
    private final AtomicLong operations = new AtomicLong();
    private final AtomicLong outcomes = new AtomicLong();
    private final AtomicLong replayed = new AtomicLong();
    private final Turnovers turnovers = new Turnovers();
    private final Set<Long> images = ConcurrentHashMap.newKeySet();

    /** @param every 1 to cut the power at every operation, n at every n-th */
    CrashProof(int every) {
        this.every = every;
    }

    /** Is given each image that was found to be right, once. */
    interface Visitor {
        void visit(DiskImage image, StoreState state);
    }

    /**
     * Cuts the power all over a recording.
     *
     * @throws AssertionError with the place of the first image that is not recovered as it should be
     */
    void run(Recording recording, long seed, Visitor visitor) {
        Map<Long, OpenedStore> known = new HashMap<>();
        PowerCuts cuts = recording.powerCuts();
        do {
            if ((cuts.operation() + seed) % every != 0) {
                continue;
            }
            operations.incrementAndGet();
            for (DiskImage image : cuts.images(OUTCOMES, seed)) {
                OpenedStore store = known.get(image.fingerprint());
                boolean isNew = store == null;
                if (isNew) {
                    store = OpenedStore.open(image);
                }
                String problem = store.problem() != null
                        ? store.problem()
                        : recording.history().problem(store, cuts.operation());
                if (problem != null) {
                    throw Evidence.of(image, recording, cuts.operation(), problem);
                }
                if (isNew) {
                    // thousands of images hold the same: it is kept once
                    known.put(
                            image.fingerprint(), store.with(recording.history().known(store.state())));
                    count(image);
                    visitor.visit(image, store.state());
                }
            }
        } while (cuts.next());
        outcomes.addAndGet(cuts.tried());
        turnovers.add(recording.turnovers());
    }

    private void count(DiskImage image) {
        if (images.add(image.fingerprint()) && image.files().stream().anyMatch(file -> file.endsWith(".journal"))) {
            replayed.incrementAndGet();
        }
    }

    /** How many different images the store was opened on. */
    long images() {
        return images.size();
    }

    /** How many of them had a journal. */
    long replayed() {
        return replayed.get();
    }

    /** What the stores did before, while and after the power went. */
    Turnovers turnovers() {
        return turnovers;
    }

    @Override
    public String toString() {
        return operations + " operations, " + outcomes + " outcomes, " + images() + " distinct images opened, "
                + replayed + " of them with a journal; " + turnovers;
    }
}
