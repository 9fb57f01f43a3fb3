package io.taskmover.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OrderedTreeTest {
    private static final KeyOrder ORDER = KeyOrder.of(List.of(DataType.INTEGER));

    private final OrderedTree tree = new OrderedTree(ORDER, null);

    private static RowSlot slot(long id) {
        return new RowSlot(id, new Version(1, null));
    }

    private static List<Long> keys(OrderedTree.Cursor cursor) {
        List<Long> keys = new ArrayList<>();
        while (cursor.advance()) {
            keys.add((Long) cursor.slot().id);
        }
        return keys;
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4})
    void holdsWhatASortedSetHolds(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        TreeSet<Long> model = new TreeSet<>();
        for (int i = 0; i < 60_000; i++) {
            // grows, shrinks to nearly nothing, grows again
            boolean add = random.nextInt(10) < (i / 15_000 % 2 == 0 ? 8 : 2);
            long key = random.nextInt(20_000);
            if (add) {
                assertThat(tree.add(key, slot(key))).isEqualTo(model.add(key));
            } else {
                assertThat(tree.remove(key, slot(key))).isEqualTo(model.remove(key));
            }
            if (i % 500 == 0) {
                compareRanges(model, random.nextInt(20_000), random.nextInt(20_000));
            }
        }
        assertThat(keys(tree.ascending(Cut.START, Cut.END))).containsExactlyElementsOf(model);
        for (Long key : List.copyOf(model)) {
            assertThat(tree.remove(key, slot(key))).isTrue();
        }
        assertThat(keys(tree.ascending(Cut.START, Cut.END))).isEmpty();
        assertThat(keys(tree.descending(Cut.START, Cut.END))).isEmpty();
    }

    private void compareRanges(TreeSet<Long> model, long a, long b) {
        long low = Math.min(a, b);
        long high = Math.max(a, b);
        assertThat(keys(tree.ascending(Cut.before(low), Cut.after(high))))
                .containsExactlyElementsOf(model.subSet(low, true, high, true));
        assertThat(keys(tree.descending(Cut.after(low), Cut.before(high))))
                .containsExactlyElementsOf(
                        low == high
                                ? List.of()
                                : model.subSet(low, false, high, false).descendingSet());
        assertThat(tree.contains(a, slot(a))).isEqualTo(model.contains(a));
    }

    @Test
    void tellsEqualKeysApartByIdAndPutsNullsLast() {
        OrderedTree index = new OrderedTree(ORDER, ORDER);
        for (long id = 500; id > 0; id--) {
            index.add(id % 3 == 0 ? null : id % 3, slot(id));
        }

        List<Long> ones = keys(index.ascending(Cut.before(1L), Cut.after(1L)));
        assertThat(ones).hasSize(167).isSorted().startsWith(1L, 4L, 7L);
        List<Long> nulls = keys(index.descending(Cut.before((Object) null), Cut.END));
        assertThat(nulls).hasSize(166).isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    void aScanMeetsEveryEntryThatStaysWhileOthersComeAndGo() {
        for (long key = 0; key < 20_000; key += 2) {
            tree.add(key, slot(key));
        }
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            SplittableRandom random = new SplittableRandom(5);
            while (!done.get()) {
                long key = random.nextInt(10_000) * 2L + 1;
                if (!tree.add(key, slot(key))) {
                    tree.remove(key, slot(key));
                }
            }
        });
        try {
            for (int i = 0; i < 100; i++) {
                boolean up = i % 2 == 0;
                List<Long> met = keys(up ? tree.ascending(Cut.START, Cut.END) : tree.descending(Cut.START, Cut.END));
                assertThat(met).isSortedAccordingTo(up ? Long::compare : Collections.reverseOrder());
                assertThat(met.stream().filter(key -> key % 2 == 0)).hasSize(10_000);
            }
        } finally {
            done.set(true);
        }
        writer.join();
    }
}
