package io.taskmover.storage.engine;

import io.taskmover.storage.schema.DataType;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A {@link KeyTable} is a map, for one writer and any number of readers. It is full up to one element when a scenario
 * begins, and half of its keys have one hash: the writer makes it anew, and removes the first of a row of elements, while
 * readers are on their way through it.
 */
@Param(name = "key", gen = IntGen.class, conf = "0:5")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class KeyTableLincheckTest {
    private static final KeyOrder INTEGER = KeyOrder.of(List.of(DataType.INTEGER));
    private static final int STAYING = 8;

    private final KeyTable<Entry> table = filled();

    private static final class Entry extends KeyTable.Element {
        private final Long key;
        private final int value;

        Entry(long key, int value) {
            this.key = key;
            this.value = value;
        }

        @Override
        Object key() {
            return key;
        }
    }

    private static KeyTable<Entry> filled() {
        KeyTable<Entry> table = new KeyTable<>(INTEGER);
        table.add(new Entry(key(2), 0));
        for (int i = 0; i < STAYING; i++) {
            table.add(new Entry(stayingKey(i), i));
        }
        return table;
    }

    /** Even ones have one hash, that of staying ones too. */
    private static long key(int number) {
        return number % 2 == 0 ? (long) number << 32 | (number ^ 7) : number;
    }

    private static long stayingKey(int number) {
        return key(100 + number);
    }

    private static @Nullable Integer value(@Nullable Entry entry) {
        return entry == null ? null : entry.value;
    }

    @Operation(nonParallelGroup = "writer")
    public @Nullable Integer add(@Param(name = "key") int key, @Param(name = "value") int value) {
        return value(table.add(new Entry(key(key), value)));
    }

    @Operation(nonParallelGroup = "writer")
    public @Nullable Integer remove(@Param(name = "key") int key) {
        Entry there = table.get(key(key));
        if (there != null) {
            table.remove(there);
        }
        return value(there);
    }

    @Operation(nonParallelGroup = "writer")
    public void reserve() {
        table.reserve(20);
    }

    @Operation(nonParallelGroup = "writer")
    public int size() {
        return table.size();
    }

    @Operation
    public @Nullable Integer find(@Param(name = "key") int key) {
        return value(table.get(key(key)));
    }

    /** One that is there all the time. */
    @Operation
    public @Nullable Integer findStaying(@Param(name = "key") int key) {
        return value(table.get(stayingKey(key)));
    }

    /** What it is to be like. */
    public static final class Model {
        private final Map<Integer, Integer> map = new HashMap<>(Map.of(2, 0));

        public @Nullable Integer add(int key, int value) {
            return map.putIfAbsent(key, value);
        }

        public @Nullable Integer remove(int key) {
            return map.remove(key);
        }

        public void reserve() {}

        public int size() {
            return STAYING + map.size();
        }

        public @Nullable Integer find(int key) {
            return map.get(key);
        }

        public @Nullable Integer findStaying(int key) {
            return key;
        }
    }

    @Test
    void isAMap() {
        Interleavings.random().sequentialSpecification(Model.class).check(KeyTableLincheckTest.class);
    }
}
