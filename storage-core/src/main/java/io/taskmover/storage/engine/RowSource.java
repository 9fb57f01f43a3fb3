package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** Rows one after the other; null after the last. */
interface RowSource {
    @Nullable
    Row next();

    /** The same as {@link #next} for somebody who does not need the row: whether there was one. */
    default boolean skip() {
        return next() != null;
    }

    static RowSource of(List<Row> rows) {
        return new RowSource() {
            private int next;

            @Override
            public @Nullable Row next() {
                return next < rows.size() ? rows.get(next++) : null;
            }
        };
    }

    /** The rows of one source, then those of another. */
    static RowSource concatenated(RowSource first, RowSource second) {
        return new RowSource() {
            @Override
            public @Nullable Row next() {
                Row row = first.next();
                return row != null ? row : second.next();
            }

            @Override
            public boolean skip() {
                return first.skip() || second.skip();
            }
        };
    }

    /** The rows of two sources that are in order, in order. */
    static RowSource merged(RowSource first, RowSource second, Comparator<Row> order) {
        return new RowSource() {
            private @Nullable Row a = first.next();
            private @Nullable Row b = second.next();

            @Override
            public @Nullable Row next() {
                Row left = a;
                Row right = b;
                if (right == null || (left != null && order.compare(left, right) <= 0)) {
                    a = first.next();
                    return left;
                }
                b = second.next();
                return right;
            }
        };
    }

    static RowSource sorted(RowSource rows, Comparator<Row> order) {
        List<Row> all = new ArrayList<>();
        for (Row row = rows.next(); row != null; row = rows.next()) {
            all.add(row);
        }
        all.sort(order);
        return of(all);
    }

    /** The first {@code count} rows in order; no more than that are held at once. */
    static RowSource first(int count, RowSource rows, Comparator<Row> order) {
        if (count == 0) {
            return of(List.of());
        }
        // the greatest of those kept on top, to be thrown out by a smaller one
        PriorityQueue<Row> kept = new PriorityQueue<>(Math.min(count, 1024), order.reversed());
        for (Row row = rows.next(); row != null; row = rows.next()) {
            if (kept.size() < count) {
                kept.add(row);
            } else if (order.compare(row, kept.element()) < 0) {
                kept.remove();
                kept.add(row);
            }
        }
        List<Row> all = new ArrayList<>(kept);
        all.sort(order);
        return of(all);
    }

    /** Leaves out rows at the start and ends after some. */
    static RowSource window(RowSource rows, long offset, @Nullable Long limit) {
        return new RowSource() {
            private long toSkip = offset;
            private long left = limit == null ? Long.MAX_VALUE : limit;

            @Override
            public @Nullable Row next() {
                if (left <= 0) {
                    return null;
                }
                while (toSkip > 0) {
                    toSkip--;
                    if (!rows.skip()) {
                        left = 0;
                        return null;
                    }
                }
                left--;
                return rows.next();
            }
        };
    }
}
