package io.taskmover.storage.query;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Compares rows by the keys of an order. */
final class SortOrder {
    private SortOrder() {}

    static Comparator<Row> of(List<Sort> sorts, RowType columns) {
        @SuppressWarnings({"unchecked", "rawtypes"})
        Comparator<Row>[] keys = new Comparator[sorts.size()];
        for (int i = 0; i < keys.length; i++) {
            Comparator<Row> ascending = ascending(sorts.get(i).path(), columns);
            keys[i] = sorts.get(i).descending() ? (a, b) -> ascending.compare(b, a) : ascending;
        }
        if (keys.length == 1) {
            return keys[0];
        }
        return (a, b) -> {
            for (Comparator<Row> key : keys) {
                int order = key.compare(a, b);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        };
    }

    /** Nulls last; turned round for a descending key, they come first. */
    private static Comparator<Row> ascending(Path path, RowType columns) {
        if (path.isNested()) {
            return nested(new JsonPlace(path, columns));
        }
        int position = columns.indexOf(path.column());
        DataType type = columns.column(position).type();
        return (a, b) -> {
            Object x = a.get(position);
            Object y = b.get(position);
            return x == null || y == null ? nullsLast(x == null, y == null) : type.compare(x, y);
        };
    }

    private static Comparator<Row> nested(Function<Row, @Nullable Object> place) {
        return (a, b) -> {
            Object x = place.apply(a);
            Object y = place.apply(b);
            int rankX = JsonPlace.sortRank(x);
            int rankY = JsonPlace.sortRank(y);
            if (x == null || y == null || rankX < 0 || rankY < 0) {
                return nullsLast(rankX < 0, rankY < 0);
            }
            return rankX == rankY ? JsonPlace.compareForSort(x, y) : Integer.compare(rankX, rankY);
        };
    }

    private static int nullsLast(boolean xIsNull, boolean yIsNull) {
        return Boolean.compare(xIsNull, yIsNull);
    }
}
