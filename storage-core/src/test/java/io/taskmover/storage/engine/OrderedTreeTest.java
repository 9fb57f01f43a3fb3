package io.taskmover.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongUnaryOperator;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
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

    /** What an index of several rows for a key holds, few keys having many. */
    @ParameterizedTest
    @ValueSource(ints = {3, 40, 3_000})
    void holdsSeveralEntriesOfOneKeyInTheOrderOfIds(int keyCount) {
        OrderedTree index = new OrderedTree(ORDER, ORDER);
        SplittableRandom random = new SplittableRandom(keyCount);
        RowSlot[] slots =
                LongStream.range(0, 2_000).mapToObj(OrderedTreeTest::slot).toArray(RowSlot[]::new);
        TreeSet<Pair> model = new TreeSet<>();
        for (int round = 0; round < 400; round++) {
            List<TreeEntry> batch = new ArrayList<>();
            int size = random.nextInt(round % 10 == 0 ? 600 : 20);
            for (int i = 0; i < size; i++) {
                Pair pair = new Pair(random.nextInt(keyCount), random.nextInt(slots.length));
                batch.add(new TreeEntry(pair.key, slots[(int) pair.id], false));
                model.add(pair);
            }
            index.addAll(batch.toArray(new TreeEntry[0]), false);
            for (int i = 0; i < (round < 300 ? 40 : 400); i++) {
                Pair pair = new Pair(random.nextInt(keyCount), random.nextInt(slots.length));
                RowSlot slot = slots[(int) pair.id];
                assertThat(index.contains(pair.key, slot)).isEqualTo(model.contains(pair));
                if (i % 4 == 0) {
                    assertThat(index.add(pair.key, slot)).isEqualTo(model.add(pair));
                } else {
                    assertThat(index.remove(pair.key, slot)).isEqualTo(model.remove(pair));
                }
            }
            if (round % 7 == 0) {
                long low = random.nextInt(keyCount);
                long high = low + random.nextInt(keyCount);
                List<Pair> within = model.stream()
                        .filter(pair -> pair.key >= low && pair.key <= high)
                        .toList();
                assertThat(pairs(index.ascending(Cut.before(low), Cut.after(high))))
                        .isEqualTo(within);
                assertThat(pairs(ofKey(index, low, true)))
                        .isEqualTo(
                                within.stream().filter(pair -> pair.key == low).toList());
                List<Pair> reversed = new ArrayList<>(within);
                Collections.reverse(reversed);
                assertThat(pairs(index.descending(Cut.before(low), Cut.after(high))))
                        .isEqualTo(reversed);
            }
        }
        assertThat(pairs(index.ascending(Cut.START, Cut.END))).containsExactlyElementsOf(model);
        for (Pair pair : model) {
            assertThat(index.remove(pair.key, slots[(int) pair.id])).isTrue();
        }
        assertThat(index.isEmpty()).isTrue();
    }

    private record Pair(long key, long id) implements Comparable<Pair> {
        @Override
        public int compareTo(Pair other) {
            return key == other.key ? Long.compare(id, other.id) : Long.compare(key, other.key);
        }
    }

    private static List<Pair> pairs(OrderedTree.Cursor cursor) {
        List<Pair> pairs = new ArrayList<>();
        while (cursor.advance()) {
            pairs.add(new Pair((Long) cursor.key(), (Long) cursor.slot().id));
        }
        return pairs;
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 30, 1_000, 20_000})
    void takesBatchesAnywhere(int size) {
        SplittableRandom random = new SplittableRandom(size);
        TreeSet<Long> model = new TreeSet<>();
        for (int round = 0; round < 30; round++) {
            long from = round % 3 == 0 ? 1_000_000L + round * 1_000L : random.nextInt(100_000);
            long step = random.nextInt(1, 50);
            List<Long> keys = new ArrayList<>();
            for (long i = 0; i < Math.max(1, size / (round + 1)); i++) {
                keys.add(round % 2 == 0 ? from + i * step : (long) random.nextInt(2_000_000));
            }
            boolean ascending = round % 2 == 0;
            tree.addAll(
                    keys.stream()
                            .distinct()
                            .map(key -> new TreeEntry(key, slot(key), false))
                            .toArray(TreeEntry[]::new),
                    ascending);
            model.addAll(keys);
            assertThat(keys(tree.ascending(Cut.START, Cut.END))).isEqualTo(List.copyOf(model));
        }
        assertThat(keys(tree.descending(Cut.START, Cut.END))).isEqualTo(List.copyOf(model.descendingSet()));
        for (Long key : List.copyOf(model)) {
            assertThat(tree.remove(key, slot(key))).isTrue();
        }
        assertThat(tree.isEmpty()).isTrue();
    }

    @Test
    void tellsEqualKeysApartByIdAndPutsNullsLast() {
        OrderedTree index = new OrderedTree(ORDER, ORDER);
        for (long id = 500; id > 0; id--) {
            index.add(id % 3 == 0 ? null : id % 3, slot(id));
        }

        List<Long> ones = keys(index.ascending(Cut.before(1L), Cut.after(1L)));
        assertThat(ones).hasSize(167).isSorted().startsWith(1L, 4L, 7L);
        assertThat(keys(ofKey(index, 1L, true))).isEqualTo(ones);
        assertThat(keys(ofKey(index, null, false))).hasSize(166).isSortedAccordingTo(Collections.reverseOrder());
        List<Long> nulls = keys(index.descending(Cut.before((Object) null), Cut.END));
        assertThat(nulls).hasSize(166).isSortedAccordingTo(Collections.reverseOrder());
    }

    @Test
    void aScanOfSeveralEntriesForAKeyMeetsAllThatStayWhileBatchesComeAndGo() {
        OrderedTree index = new OrderedTree(ORDER, ORDER);
        RowSlot[] slots =
                LongStream.range(0, 20_000).mapToObj(OrderedTreeTest::slot).toArray(RowSlot[]::new);
        // keys of one entry, of an array and of a tree
        LongUnaryOperator keyOf = id -> id % 10 < 7 ? id % 5 : id % 10 == 7 ? id : 100_000 + id % 500;
        for (RowSlot slot : slots) {
            if ((long) slot.id % 20 < 10) {
                index.add(keyOf.applyAsLong((long) slot.id), slot);
            }
        }
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            SplittableRandom random = new SplittableRandom(7);
            while (!done.get()) {
                List<TreeEntry> batch = new ArrayList<>();
                for (int i = 0; i < 200; i++) {
                    RowSlot slot = slots[random.nextInt(1_000) * 20 + 10 + random.nextInt(10)];
                    batch.add(new TreeEntry(keyOf.applyAsLong((long) slot.id), slot, false));
                }
                index.addAll(batch.toArray(new TreeEntry[0]), false);
                for (TreeEntry entry : batch) {
                    index.remove(entry.key(), entry.slot());
                }
            }
        });
        try {
            for (int i = 0; i < 60; i++) {
                boolean up = i % 2 == 0;
                List<Pair> met = pairs(up ? index.ascending(Cut.START, Cut.END) : index.descending(Cut.START, Cut.END));
                Comparator<Pair> order = Comparator.naturalOrder();
                assertThat(met).isSortedAccordingTo(up ? order : order.reversed());
                assertThat(met.stream().filter(pair -> pair.id % 20 < 10)).hasSize(10_000);
            }
        } finally {
            done.set(true);
        }
        writer.join();
    }

    @Test
    void whoAsksForOneKeyMeetsAllThatStaysWhileItsOthersComeAndGo() {
        OrderedTree index = new OrderedTree(ORDER, ORDER);
        int keys = 50;
        RowSlot[] slots =
                LongStream.range(0, 4_000).mapToObj(OrderedTreeTest::slot).toArray(RowSlot[]::new);
        for (int i = 0; i < slots.length; i += 4) {
            index.add(
                    (long) (i / 4 % keys), slots[i]); // 20 for each key, with the others up to a few more than an array
        }
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            SplittableRandom random = new SplittableRandom(13);
            while (!done.get()) {
                List<TreeEntry> batch = new ArrayList<>();
                for (int i = 0; i < 1_000; i++) {
                    int at = random.nextInt(slots.length);
                    if (at % 4 != 0) {
                        batch.add(new TreeEntry((long) (at / 4 % keys), slots[at], false));
                    }
                }
                index.addAll(batch.toArray(new TreeEntry[0]), false);
                batch.forEach(entry -> index.remove(entry.key(), entry.slot()));
            }
        });
        try {
            for (int i = 0; i < 50_000; i++) {
                long key = i % keys;
                boolean up = i % 3 > 0;
                List<Pair> met = pairs(ofKey(index, key, up));
                Comparator<Pair> order = Comparator.naturalOrder();
                assertThat(met).isSortedAccordingTo(up ? order : order.reversed());
                assertThat(met.stream().filter(pair -> pair.key == key && pair.id % 4 == 0))
                        .hasSize(20);
            }
        } finally {
            done.set(true);
        }
        writer.join();
    }

    /** With the same parts for both places, as the planner has them: by that the tree knows that it is one key. */
    private static OrderedTree.Cursor ofKey(OrderedTree index, @Nullable Object key, boolean up) {
        @Nullable Object[] parts = {key};
        Cut from = Cut.before(parts);
        Cut to = Cut.after(parts);
        return up ? index.ascending(from, to) : index.descending(from, to);
    }

    @Test
    void numbersThatAreEqualInOrderOnlyAreOneKey() {
        KeyOrder real = KeyOrder.of(List.of(DataType.REAL));
        OrderedTree index = new OrderedTree(real, ORDER);
        index.add(0.0, slot(3));
        RowSlot second = slot(1);
        index.add(-0.0, second);
        index.add(0.0, slot(2));
        index.add(1.0, slot(4));
        assertThat(keys(index.ascending(Cut.before(-0.0), Cut.after(0.0)))).containsExactly(1L, 2L, 3L);
        assertThat(index.remove(0.0, second)).isTrue();
        assertThat(index.contains(-0.0, second)).isFalse();
        assertThat(keys(index.ascending(Cut.START, Cut.END))).containsExactly(2L, 3L, 4L);
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
