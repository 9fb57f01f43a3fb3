package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Reads rows with code that is compiled for the order of their columns. Thread-safe.
 *
 * <p>Rows nearly always share one {@link RowType}, so the last one is looked at first, by identity. Types that are equal
 * in the columns that matter share the code, which takes about a millisecond to make.
 */
final class RowReader {
    /** Row types to remember by identity; a program that makes a new one for each row must not fill the memory. */
    private static final int MAX_TYPES = 64;

    private final List<MappedProperty.Part> columns;
    private final Function<RowType, Operation> compiler;
    private final Map<List<Place>, Operation> byPlaces = new HashMap<>();
    private volatile List<Layout> layouts = List.of();
    // benign race: a layout is immutable, and a thread that sees an older one finds its own below
    private @Nullable Layout last;

    private record Layout(RowType type, Operation operation) {}

    /** Where a column is; null for none. */
    private record Place(int position, @Nullable DataType type) {}

    /**
     * @param columns the columns that are read
     * @param compiler makes the code for a row type
     */
    RowReader(List<MappedProperty.Part> columns, Function<RowType, Operation> compiler) {
        this.columns = columns;
        this.compiler = compiler;
    }

    @Nullable
    Object read(Row row) throws Throwable {
        Layout layout = last;
        if (layout == null || layout.type() != row.type()) {
            layout = layout(row.type());
            last = layout;
        }
        return layout.operation().apply(row);
    }

    private Layout layout(RowType type) {
        Layout known = known(type);
        return known == null ? add(type) : known;
    }

    private @Nullable Layout known(RowType type) {
        for (Layout layout : layouts) {
            if (layout.type() == type) {
                return layout;
            }
        }
        return null;
    }

    private synchronized Layout add(RowType type) {
        Layout known = known(type);
        if (known != null) {
            return known;
        }
        List<Place> places = columns.stream().map(column -> place(column, type)).toList();
        Operation operation = byPlaces.computeIfAbsent(places, missing -> compiler.apply(type));
        Layout layout = new Layout(type, operation);
        List<Layout> more = new ArrayList<>(layouts.subList(layouts.size() < MAX_TYPES ? 0 : 1, layouts.size()));
        more.add(layout);
        layouts = more;
        return layout;
    }

    private static Place place(MappedProperty.Part column, RowType type) {
        int position = column.position(type);
        return new Place(position, position < 0 ? null : type.column(position).type());
    }
}
