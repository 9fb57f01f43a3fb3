package io.taskmover.storage.engine;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Validate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@link Snapshots} are a register that holders keep old values of: the current one is never older than what was
 * published, what a held one sees is not freed, and all is freed that none sees. Each commit replaces one version of one
 * row; what publishes and what frees are two, as they are where commits wait for a disk.
 */
@Tag("lincheck")
public class SnapshotsLincheckTest {
    private static final Table TABLE = Table.empty(
            TableSchema.builder("t")
                    .column("id", DataType.INTEGER)
                    .primaryKey("id")
                    .build(),
            new AtomicLong(),
            null);
    private static final RowSlot SLOT = new RowSlot(1L, new Version(0, null));

    private final Snapshots snapshots = new Snapshots(new Snapshot(0, Map.of()));
    /** A bit for each sequence whose version is freed. */
    private final AtomicLong freed = new AtomicLong();
    /** The first version that the reclaimer has not looked at. */
    private long next;

    private final @Nullable Snapshot[] held = new @Nullable Snapshot[2];

    private boolean isFreed(long sequence) {
        return (freed.get() & 1L << sequence) != 0;
    }

    private long hold(int holder) {
        Snapshot snapshot = held[holder];
        if (snapshot == null) {
            snapshot = snapshots.hold();
            held[holder] = snapshot;
        }
        return snapshot.sequence;
    }

    /** Whether what the holder saw was there to the end; true for nothing. */
    private boolean release(int holder) {
        Snapshot snapshot = held[holder];
        if (snapshot == null) {
            return true;
        }
        boolean there = !isFreed(snapshot.sequence);
        held[holder] = null;
        snapshots.release(snapshot);
        return there;
    }

    @Operation(nonParallelGroup = "first")
    public long hold() {
        return hold(0);
    }

    @Operation(nonParallelGroup = "first")
    public boolean release() {
        return release(0);
    }

    @Operation(nonParallelGroup = "second")
    public long holdToo() {
        return hold(1);
    }

    @Operation(nonParallelGroup = "second")
    public boolean releaseToo() {
        return release(1);
    }

    @Operation
    public long current() {
        return snapshots.current().sequence;
    }

    @Operation(nonParallelGroup = "publisher")
    public long publish() {
        long sequence = snapshots.current().sequence + 1;
        snapshots.publish(sequence, Map.of());
        return sequence;
    }

    /** As {@link Reclaimer#run} does it: what nobody sees is freed, the rest left to a snapshot that sees it. */
    @Operation(nonParallelGroup = "reclaimer")
    public void reclaim() {
        List<Garbage> garbage = new ArrayList<>(0);
        snapshots.drainReleased(garbage);
        for (long visible = snapshots.current().sequence; next < visible; next++) {
            garbage.add(new Garbage(TABLE, SLOT, new Version(next, null), next + 1));
        }
        for (int i = 0; i < garbage.size(); i++) {
            if (!snapshots.defer(garbage.get(i))) {
                long bit = 1L << garbage.get(i).version().sequence;
                freed.getAndUpdate(bits -> bits | bit);
            }
        }
    }

    @Validate
    public void allIsFreedThatNobodyHolds() {
        release(0);
        release(1);
        reclaim();
        for (long sequence = 0; sequence < snapshots.current().sequence; sequence++) {
            if (!isFreed(sequence)) {
                throw new AssertionError("nobody holds " + sequence + ", and it is not freed");
            }
        }
    }

    /** What it is to be like. */
    public static final class Model {
        private static final long NOTHING = -1;
        private long current;
        private long first = NOTHING;
        private long second = NOTHING;

        public long hold() {
            return first = first == NOTHING ? current : first;
        }

        public boolean release() {
            first = NOTHING;
            return true;
        }

        public long holdToo() {
            return second = second == NOTHING ? current : second;
        }

        public boolean releaseToo() {
            second = NOTHING;
            return true;
        }

        public long current() {
            return current;
        }

        public long publish() {
            return ++current;
        }

        public void reclaim() {}
    }

    @Test
    void keepWhatIsHeldAndFreeTheRest() {
        Interleavings.chosen().sequentialSpecification(Model.class).check(SnapshotsLincheckTest.class);
    }
}
