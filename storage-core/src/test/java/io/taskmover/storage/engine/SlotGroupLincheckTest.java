package io.taskmover.storage.engine;

import io.taskmover.storage.schema.DataType;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An {@link OrderedTree} with several entries of one key is a set of pairs, for one writer and any number of readers who
 * sort the {@link SlotGroup}s that they meet. Of one key two entries stay; all entries of the other come and go, and its
 * group with them.
 */
@Param(name = "moving", gen = IntGen.class, conf = "0:4")
@Tag("lincheck")
public class SlotGroupLincheckTest {
    private static final KeyOrder INTEGER = KeyOrder.of(List.of(DataType.INTEGER));
    private static final long STAYING_KEY = 0;
    /** The first and the last one stay. Each stands for an entry of key 0 or 1, by turns. */
    private static final RowSlot[] SLOTS = LongStream.range(1, 8)
            .mapToObj(id -> new RowSlot(id, new Version(1, null)))
            .toArray(RowSlot[]::new);

    private static final Cut FROM = Cut.before(STAYING_KEY);
    private static final Cut TO = Cut.after(STAYING_KEY);

    private final OrderedTree tree = filled();

    private static OrderedTree filled() {
        OrderedTree tree = new OrderedTree(INTEGER, INTEGER);
        tree.add(STAYING_KEY, SLOTS[6]);
        tree.add(STAYING_KEY, SLOTS[0]);
        return tree;
    }

    private static long key(int moving) {
        return moving % 2;
    }

    private static RowSlot slot(int moving) {
        return SLOTS[moving + 1];
    }

    @Operation(nonParallelGroup = "writer")
    public boolean add(@Param(name = "moving") int moving) {
        return tree.add(key(moving), slot(moving));
    }

    @Operation(nonParallelGroup = "writer")
    public boolean remove(@Param(name = "moving") int moving) {
        return tree.remove(key(moving), slot(moving));
    }

    @Operation
    public boolean contains(@Param(name = "moving") int moving) {
        return tree.contains(key(moving), slot(moving));
    }

    /** The ids of a key that are there all the time, one behind the other in one number; -1 if any are out of order. */
    @Operation
    public long scan() {
        long staying = 0;
        long last = -1;
        OrderedTree.Cursor cursor = tree.ascending(FROM, TO);
        while (cursor.advance()) {
            long id = (Long) cursor.slot().id;
            if (id <= last) {
                return -1;
            }
            last = id;
            staying = id == 1 || id == 7 ? staying * 10 + id : staying;
        }
        return staying;
    }

    /** What it is to be like. */
    public static final class Model {
        private final Set<Integer> set = new HashSet<>();

        public boolean add(int moving) {
            return set.add(moving);
        }

        public boolean remove(int moving) {
            return set.remove(moving);
        }

        public boolean contains(int moving) {
            return set.contains(moving);
        }

        public long scan() {
            return 17;
        }
    }

    @Test
    void isASetOfPairsWhoseScansMeetWhatStays() {
        Interleavings.random().sequentialSpecification(Model.class).check(SlotGroupLincheckTest.class);
    }
}
