package io.taskmover.storage.history;

import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Rows of a cursor and rows of a list as one result: in order, without what an offset and a limit leave out, projected. */
final class MergedRows implements RowCursor {
    private final RowCursor cursor;
    private final Iterator<Row> list;
    private final @Nullable Comparator<Row> order;
    private final Function<Row, Row> projection;
    private long toSkip;
    private long left;
    private boolean begun;
    private @Nullable Row ofCursor;
    private @Nullable Row ofList;

    /**
     * @param cursor in the order, as the list is
     * @param order null if there is none
     * @param window whose offset and limit count
     */
    MergedRows(
            RowCursor cursor,
            List<Row> list,
            @Nullable Comparator<Row> order,
            Select window,
            Function<Row, Row> projection) {
        this.cursor = cursor;
        this.list = list.iterator();
        this.order = order;
        this.projection = projection;
        this.toSkip = window.offset();
        Long limit = window.limit();
        this.left = limit == null ? Long.MAX_VALUE : limit;
    }

    @Override
    public @Nullable Row next() {
        for (; toSkip > 0; toSkip--) {
            if (merged() == null) {
                return null;
            }
        }
        if (left == 0) {
            return null;
        }
        left--;
        Row row = merged();
        return row == null ? null : projection.apply(row);
    }

    private @Nullable Row merged() {
        if (!begun) {
            begun = true;
            ofCursor = cursor.next();
            ofList = list.hasNext() ? list.next() : null;
        }
        Row a = ofCursor;
        Row b = ofList;
        boolean first = b == null || (a != null && (order == null || order.compare(a, b) <= 0));
        if (first) {
            ofCursor = a == null ? null : cursor.next();
            return a;
        }
        ofList = list.hasNext() ? list.next() : null;
        return b;
    }

    @Override
    public void close() {
        cursor.close();
    }
}
