package io.taskmover.storage.testkit.disk;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Goes through what was done to a {@link ModelDisk} and tells, wherever it stands, what the disk may hold if the power
 * goes there. What a disk promises is said in the package's description.
 *
 * <pre>{@code
 * PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
 * do {
 *     for (DiskImage image : cuts.images(64, seed)) {
 *         // mount it, recover, compare
 *     }
 * } while (cuts.next());
 * }</pre>
 */
public final class PowerCuts {
    /** At most so many operations are cut off, or lost alone; the latest ones. */
    private static final int SINGLE = 24;
    /** At least so many outcomes are random. */
    private static final int RANDOM = 12;

    private final List<DiskOperation> log;
    private final DurableState state;
    private int operation;
    private long tried;

    /** Stands before the first operation. */
    public PowerCuts(DiskImage start, List<DiskOperation> log) {
        this.log = List.copyOf(log);
        this.state = new DurableState(start);
    }

    /** How many operations have happened. */
    public int operation() {
        return operation;
    }

    /** How many outcomes were worked out so far, the same ones too. */
    public long tried() {
        return tried;
    }

    /** Goes on by one operation; false if all have happened. */
    public boolean next() {
        if (operation == log.size()) {
            return false;
        }
        state.apply(operation, log.get(operation));
        operation++;
        return true;
    }

    /** What is left if the program ends here and the system goes on: all that has happened. */
    public DiskImage killed() {
        return state.image(Loss.from(Integer.MAX_VALUE));
    }

    /**
     * Works out at least so many outcomes, unless fewer are possible, and returns the different ones among them:
     * nothing that is not durable survives, all of it, all but one operation, all up to some operation, only names,
     * only bytes, and random parts.
     *
     * @param seed the same outcomes for the same seed
     */
    public Collection<DiskImage> images(int outcomes, long seed) {
        Map<Long, DiskImage> images = new LinkedHashMap<>();
        for (Loss loss : losses(outcomes, seed)) {
            DiskImage image = state.image(loss);
            images.putIfAbsent(image.fingerprint(), image);
            tried++;
        }
        return images.values();
    }

    private List<Loss> losses(int outcomes, long seed) {
        List<Integer> pending = state.pending();
        List<Loss> losses = new ArrayList<>();
        losses.add(Loss.from(0));
        if (pending.isEmpty()) {
            return losses;
        }
        losses.add(Loss.from(Integer.MAX_VALUE));
        losses.add(Loss.names());
        losses.add(Loss.bytes(true));
        losses.add(Loss.bytes(false));
        List<Integer> latest = pending.subList(Math.max(0, pending.size() - SINGLE), pending.size());
        latest.forEach(cut -> losses.add(Loss.from(cut)));
        latest.forEach(lost -> losses.add(Loss.only(lost)));
        int random = Math.max(RANDOM, outcomes - losses.size());
        long dice = FileContent.mix(seed + operation);
        for (int i = 0; i < random; i++) {
            losses.add(
                    i % 2 == 0
                            ? Loss.any(dice + i)
                            : Loss.journaled(dice + i, pending.get(0), pending.get(pending.size() - 1)));
        }
        return losses;
    }
}
