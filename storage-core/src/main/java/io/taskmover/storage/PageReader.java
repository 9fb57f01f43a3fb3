package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Reads one page: by offset, or from a cursor on (keyset paging) in either direction. */
final class PageReader {
    private final TableSchema schema;
    private final Condition condition;
    /** The order, completed by the primary key so that every row has a place of its own. */
    private final List<Sort> order;

    private final PageRequest request;
    private final boolean cursors;

    PageReader(TableSchema schema, Condition condition, List<Sort> sorts, PageRequest request) {
        this.schema = schema;
        this.condition = condition;
        this.order = completedByKey(schema, sorts);
        this.request = request;
        this.cursors = order.stream().noneMatch(sort -> sort.path().isNested());
        if (request.cursor() != null && !cursors) {
            throw new IllegalArgumentException(
                    "An order by a place inside of JSON has no cursors; ask for pages by number");
        }
    }

    private static List<Sort> completedByKey(TableSchema schema, List<Sort> sorts) {
        List<Sort> completed = new ArrayList<>(sorts);
        for (String column : schema.primaryKey()) {
            Path path = Path.of(column);
            if (completed.stream().noneMatch(sort -> sort.path().equals(path))) {
                completed.add(new Sort(path, false));
            }
        }
        return completed;
    }

    <T> Page<T> read(BackendTransaction transaction, Function<Row, T> mapper) {
        boolean backward = request.backward();
        List<Row> rows = rows(transaction, backward);
        boolean more = rows.size() > request.size();
        if (more) {
            rows.remove(rows.size() - 1);
        }
        if (backward) {
            Collections.reverse(rows);
        }
        boolean fromCursor = request.cursor() != null;
        boolean hasPrevious = backward ? more : fromCursor || request.number() > 0;
        boolean hasNext = backward ? fromCursor : more;
        Long total = request.withTotal()
                ? transaction.count(Select.from(schema.name()).where(condition))
                : null;
        String first = cursors && !rows.isEmpty() ? cursor(rows.get(0)) : null;
        String last = cursors && !rows.isEmpty() ? cursor(rows.get(rows.size() - 1)) : null;
        return new Page<>(rows.stream().map(mapper).toList(), request, hasPrevious, hasNext, first, last, total);
    }

    /** One row more than the page has, if there is one, in reading direction. */
    private List<Row> rows(BackendTransaction transaction, boolean backward) {
        List<Sort> direction = backward ? order.stream().map(Sort::reversed).toList() : order;
        Select select =
                Select.from(schema.name()).where(condition).orderBy(direction).limit(request.size() + 1L);
        select = request.cursor() == null
                ? select.offset((long) request.number() * request.size())
                : select.after(Arrays.asList(Cursor.decode(request.cursor(), schema, order)));
        List<Row> rows = new ArrayList<>();
        try (RowCursor cursor = transaction.select(select)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    private String cursor(Row row) {
        @Nullable Object[] values = new @Nullable Object[order.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(order.get(i).path().column());
        }
        return Cursor.encode(schema, order, values);
    }
}
