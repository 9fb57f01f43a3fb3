package io.taskmover.storage.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class KeyTableTest {
    private static final KeyOrder TEXT = KeyOrder.of(List.of(DataType.TEXT));
    private static final KeyOrder INTEGER = KeyOrder.of(List.of(DataType.INTEGER));

    private static RowSlot slot(Object id) {
        return new RowSlot(id, new Version(1, null));
    }

    /** One of 1,024 texts that all have the same hash code. */
    private static String crowded(int number) {
        StringBuilder text = new StringBuilder();
        for (int bit = 0; bit < 10; bit++) {
            text.append((number >> bit & 1) == 0 ? "Aa" : "BB");
        }
        return text.toString();
    }

    /** Numbers below 300 add, others remove; keys repeat, so that marks of removed ones are used again. */
    @Property(tries = 300)
    void holdsWhatAMapHolds(@ForAll @Size(max = 400) List<@IntRange(max = 599) Integer> operations) {
        KeyTable<RowSlot> table = new KeyTable<>(INTEGER);
        Map<Long, RowSlot> model = new HashMap<>();
        for (int operation : operations) {
            change(table, model, (long) (operation % 300), operation < 300);
        }
        for (long key = 0; key < 300; key++) {
            assertThat(table.get(key)).isSameAs(model.get(key));
        }
    }

    private static <K> void change(KeyTable<RowSlot> table, Map<K, RowSlot> model, K key, boolean add) {
        if (add) {
            RowSlot slot = slot(key);
            assertThat(table.add(slot)).isSameAs(model.putIfAbsent(key, slot));
        } else {
            table.remove(slot(key)); // another one of that key
            RowSlot there = model.remove(key);
            if (there != null) {
                table.remove(there);
            }
        }
        assertThat(table.size()).isEqualTo(model.size());
    }

    @Test
    void growsShrinksAndGrowsAgain() {
        KeyTable<RowSlot> table = new KeyTable<>(TEXT);
        Map<String, RowSlot> model = new HashMap<>();
        SplittableRandom random = new SplittableRandom(3);
        for (int i = 0; i < 200_000; i++) {
            boolean add = random.nextInt(10) < (i / 50_000 % 2 == 0 ? 9 : 1);
            change(table, model, "key " + random.nextInt(30_000), add);
        }
        for (int i = 0; i < 30_000; i++) {
            assertThat(table.get("key " + i)).isSameAs(model.get("key " + i));
        }
    }

    @Test
    void holdsKeysOfOneHashToo() {
        KeyTable<RowSlot> table = new KeyTable<>(TEXT);
        Map<String, RowSlot> model = new HashMap<>();
        SplittableRandom random = new SplittableRandom(11);
        for (int i = 0; i < 20_000; i++) {
            boolean add = random.nextInt(10) < (i / 5_000 % 2 == 0 ? 9 : 2);
            change(
                    table,
                    model,
                    random.nextInt(8) == 0 ? "key " + random.nextInt(500) : crowded(random.nextInt(1_024)),
                    add);
        }
        for (int i = 0; i < 1_024; i++) {
            assertThat(table.get(crowded(i))).isSameAs(model.get(crowded(i)));
        }
        assertThat(table.get(3L)).as("a key of another type").isNull();
        assertThat(table.get("BBBBBBBBBBBBBBBBBBBB".replace('B', 'C'))).isNull();
    }

    @Test
    void holdsNullAndKeysOfSeveralColumns() {
        KeyTable<SlotGroup> table = new KeyTable<>(KeyOrder.of(List.of(DataType.TEXT, DataType.INTEGER)));
        SlotGroup first = new SlotGroup(new Object[] {"a", null}, slot(1L), slot(2L));
        SlotGroup second = new SlotGroup(new Object[] {null, 7L}, slot(1L), slot(2L));
        table.add(first);
        table.add(second);
        assertThat(table.get(new Object[] {"a", null})).isSameAs(first);
        assertThat(table.get(new Object[] {null, 7L})).isSameAs(second);
        assertThat(table.get(new Object[] {null, null})).isNull();

        KeyTable<SlotGroup> single = new KeyTable<>(TEXT);
        SlotGroup ofNull = new SlotGroup(null, slot(1L), slot(2L));
        single.add(ofNull);
        assertThat(single.get(null)).isSameAs(ofNull);
        assertThat(single.get("")).isNull();
    }

    @Test
    void numbersThatAreEqualInOrderOnlyAreNotHashed() {
        assertThat(KeyOrder.of(List.of(DataType.REAL)).hashes()).isFalse();
        assertThat(KeyOrder.of(List.of(DataType.TEXT, DataType.DECIMAL)).hashes())
                .isFalse();
        assertThat(KeyOrder.ofPrimaryKey(List.of(DataType.TEXT, DataType.UUID)).hashes())
                .isTrue();
    }

    @Test
    void readersFindAllThatStaysWhileOthersComeAndGo() {
        KeyTable<RowSlot> table = new KeyTable<>(TEXT);
        List<String> staying = new ArrayList<>();
        List<RowSlot> passing = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(i -> staying.add(i % 2 == 0 ? "stays " + i : crowded(i)));
        IntStream.range(0, 20_000).forEach(i -> passing.add(slot(i < 1_000 ? crowded(i / 2 * 2) : "passes " + i)));
        staying.forEach(key -> table.add(slot(key)));
        AtomicBoolean done = new AtomicBoolean();
        CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
            SplittableRandom random = new SplittableRandom(5);
            while (!done.get()) {
                // rebuilds it larger and smaller, and many times over
                int count = random.nextInt(passing.size());
                passing.subList(0, count).forEach(table::add);
                passing.subList(0, count).forEach(table::remove);
            }
        });
        try {
            for (int round = 0; round < 1_000; round++) {
                for (String key : staying) {
                    RowSlot found = table.get(key);
                    assertThat(found == null ? "nothing for " + key : found.id).isEqualTo(key);
                }
                RowSlot passed = table.get("passes 1500");
                assertThat(passed == null || passed.id.equals("passes 1500")).isTrue();
            }
        } finally {
            done.set(true);
        }
        writer.join();
    }
}
