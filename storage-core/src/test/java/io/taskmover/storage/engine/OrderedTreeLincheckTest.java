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
 * An {@link OrderedTree} is a set, for one writer and any number of readers. Its only leaf is full when a scenario begins:
 * the writer splits it in the middle or at its end, and drops the second one when that is empty.
 *
 * <p>A scan may meet what the writer does meanwhile or not, so it is no operation of a set. Checked is what it promises:
 * it meets each entry once that is there all the time, in order.
 */
@Param(name = "moving", gen = IntGen.class, conf = "0:3")
@Param(name = "scan", gen = IntGen.class, conf = "0:3")
@Tag("lincheck")
public class OrderedTreeLincheckTest {
    private static final KeyOrder INTEGER = KeyOrder.of(List.of(DataType.INTEGER));
    private static final long STEP = 10;
    private static final long LAST = (TreeNode.MAX - 1) * STEP;
    private static final long MIDDLE = TreeNode.MAX / 2 * STEP;
    /** Keys that come and go. */
    private static final long[] MOVING = {MIDDLE - 5, LAST + 5, MIDDLE + 5, LAST + 6};

    private static final RowSlot[] SLOTS =
            LongStream.of(MOVING).mapToObj(OrderedTreeLincheckTest::slot).toArray(RowSlot[]::new);
    /** The two entries that stay on both sides of where the leaf may be split. */
    private static final Cut[] FROM = {Cut.before(MIDDLE - STEP), Cut.before(LAST - STEP)};

    private static final Cut[] TO = {Cut.before(MIDDLE + 1), Cut.END};

    private final OrderedTree tree = filled();

    private static OrderedTree filled() {
        TreeEntry[] staying = new TreeEntry[TreeNode.MAX];
        for (int i = 0; i < staying.length; i++) {
            staying[i] = new TreeEntry(i * STEP, slot(i * STEP), false);
        }
        OrderedTree tree = new OrderedTree(INTEGER, null);
        tree.addAll(staying, true);
        return tree;
    }

    private static RowSlot slot(long key) {
        return new RowSlot(key, new Version(1, null));
    }

    @Operation(nonParallelGroup = "writer")
    public boolean add(@Param(name = "moving") int moving) {
        return tree.add(MOVING[moving], SLOTS[moving]);
    }

    @Operation(nonParallelGroup = "writer")
    public boolean remove(@Param(name = "moving") int moving) {
        return tree.remove(MOVING[moving], SLOTS[moving]);
    }

    @Operation
    public boolean contains(@Param(name = "moving") int moving) {
        return tree.contains(MOVING[moving], SLOTS[moving]);
    }

    /** The keys of the two entries that stay, one behind the other in one number. */
    @Operation
    public long scan(@Param(name = "scan") int scan) {
        Cut from = FROM[scan / 2];
        Cut to = TO[scan / 2];
        OrderedTree.Cursor cursor = scan % 2 == 0 ? tree.ascending(from, to) : tree.descending(from, to);
        long keys = 0;
        while (cursor.advance()) {
            long key = (Long) cursor.slot().id;
            keys = key % STEP == 0 ? keys * 1_000 + key : keys;
        }
        return keys;
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

        public long scan(int scan) {
            long second = scan / 2 == 0 ? MIDDLE : LAST;
            long first = second - STEP;
            return scan % 2 == 0 ? first * 1_000 + second : second * 1_000 + first;
        }
    }

    @Test
    void isASetWhoseScansMeetWhatStays() {
        Interleavings.chosen().sequentialSpecification(Model.class).check(OrderedTreeLincheckTest.class);
    }
}
