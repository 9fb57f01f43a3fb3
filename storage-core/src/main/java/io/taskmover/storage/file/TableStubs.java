package io.taskmover.storage.file;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a manifest tells of the rows of one table: of each its key and its indexed columns. Takes that in the order in
 * which it is told, where the last word on a row holds, and gives it in key order. Not thread-safe.
 *
 * <p>In lists, not in a map: opening a store is mostly this, and a manifest tells nearly all in key order anyway.
 */
final class TableStubs {
    private List<Object> keys = new ArrayList<>();
    /** Null for a row that was removed. */
    private List<@Nullable Row> rows = new ArrayList<>();

    private List<Known> known = new ArrayList<>();
    /** How many at the start are in key order and not removed. */
    private int settled;

    /** What is known of some rows; one object for many. */
    private static final class Known {
        static final Known NOTHING = new Known(new StubShapes.Shape(0, List.of()), false);

        final StubShapes.Shape shape;
        /** Whether the columns still mean what they did. */
        final boolean whole;

        private @Nullable TableSchema asked;
        private boolean answer;

        Known(StubShapes.Shape shape, boolean whole) {
            this.shape = shape;
            this.whole = whole;
        }

        boolean suffices(TableSchema schema) {
            if (asked != schema) { // it is asked for each row
                asked = schema;
                answer = whole && shape.covers(schema);
            }
            return answer;
        }
    }

    void clear() {
        keys.clear();
        rows.clear();
        known.clear();
        settled = 0;
    }

    /** Says that some columns do not mean any more what they did. */
    void forgetColumns() {
        Known former = null;
        Known now = Known.NOTHING;
        for (int i = 0; i < known.size(); i++) {
            if (known.get(i) != former) {
                former = known.get(i);
                now = new Known(former.shape, false);
            }
            known.set(i, now);
        }
    }

    /** Puts what units have; for {@link TableFiles#restore}. */
    TableFiles.StubVisitor visitor(TableSchema schema, StubShapes shapes) {
        return new Visitor(schema, shapes);
    }

    private final class Visitor implements TableFiles.StubVisitor {
        private final TableSchema schema;
        private final StubShapes shapes;
        private StubShapes.@Nullable Decoder decoder;
        private Known now = Known.NOTHING;

        Visitor(TableSchema schema, StubShapes shapes) {
            this.schema = schema;
            this.shapes = shapes;
        }

        @Override
        public Object stored(ByteSource stub) {
            Row row = decoder(stub.getVarint()).read(stub);
            Object key = Objects.requireNonNull(schema.keyOf(row), "a stub without key");
            add(schema, key, row, now);
            return key;
        }

        /** What reads stubs of a shape: the one before's, mostly. */
        private StubShapes.Decoder decoder(long number) {
            StubShapes.Decoder last = decoder;
            if (last == null || last.shape().number() != number) {
                last = new StubShapes.Decoder(shapes.get(schema.name(), number), schema.rowType());
                decoder = last;
                now = new Known(last.shape(), true);
            }
            return last;
        }

        @Override
        public void removed(Object key) {
            add(schema, key, null, Known.NOTHING);
        }
    }

    private void add(TableSchema schema, Object key, @Nullable Row row, Known knowledge) {
        int size = keys.size();
        if (settled == size && row != null && (size == 0 || schema.compareKeys(keys.get(size - 1), key) < 0)) {
            settled++;
        }
        keys.add(key);
        rows.add(row);
        known.add(knowledge);
    }

    /** Brings all into key order, and leaves of each row what was told last: to be called before the rows are asked for. */
    void settle(TableSchema schema) {
        if (settled == keys.size()) {
            return;
        }
        Integer[] later = new Integer[keys.size() - settled];
        Arrays.setAll(later, i -> settled + i);
        Arrays.sort(later, (a, b) -> schema.compareKeys(keys.get(a), keys.get(b))); // stable: the last word comes last
        TableStubs merged = new TableStubs();
        int next = 0;
        for (int i = 0; i < later.length; i++) {
            Object key = keys.get(later[i]);
            if (i + 1 < later.length && schema.compareKeys(key, keys.get(later[i + 1])) == 0) {
                continue;
            }
            int order = -1;
            while (next < settled && (order = schema.compareKeys(keys.get(next), key)) < 0) {
                merged.take(this, next++);
            }
            if (next < settled && order == 0) {
                next++;
            }
            if (rows.get(later[i]) != null) {
                merged.take(this, later[i]);
            }
        }
        while (next < settled) {
            merged.take(this, next++);
        }
        keys = merged.keys;
        rows = merged.rows;
        known = merged.known;
        settled = keys.size();
    }

    private void take(TableStubs from, int i) {
        keys.add(from.keys.get(i));
        rows.add(from.rows.get(i));
        known.add(from.known.get(i));
    }

    int size() {
        return keys.size();
    }

    Object key(int i) {
        return keys.get(i);
    }

    /** A row of which only the key and the indexed columns are known, if {@link #suffices} says so. */
    Row row(int i) {
        return Objects.requireNonNull(rows.get(i));
    }

    /** Whether it has all that a table's indexes need. */
    boolean suffices(int i, TableSchema schema) {
        return known.get(i).suffices(schema);
    }
}
