package io.taskmover.storage.file;

import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Which columns the stubs in a manifest have: for each table shapes by number. A stub is a row of which only the key
 * and the indexed columns are known. Not thread-safe.
 */
final class StubShapes {
    /** No column's name. */
    private static final String FORGOTTEN = "";

    private final Map<String, TreeMap<Integer, Shape>> tables = new HashMap<>();

    /** @param columns their names, in the order of their values */
    record Shape(int number, List<String> columns) {
        Shape {
            columns = List.copyOf(columns);
        }

        /** Whether it tells all that a stub of a table needs. */
        boolean covers(TableSchema schema) {
            if (!columns.containsAll(schema.primaryKey())) {
                return false;
            }
            for (Index index : schema.indexes()) {
                if (!columns.containsAll(index.columns())) {
                    return false;
                }
            }
            return true;
        }

        void write(ByteSink out, Row row) {
            out.putVarint(number);
            for (String column : columns) {
                ValueCodec.write(out, row.get(column));
            }
        }
    }

    /** Reads stubs of one shape; what the type does not have is left out. Immutable. */
    static final class Decoder {
        private final Shape shape;
        private final RowType type;
        private final int[] positions;

        Decoder(Shape shape, RowType type) {
            this.shape = shape;
            this.type = type;
            this.positions = shape.columns().stream().mapToInt(type::indexOf).toArray();
        }

        Shape shape() {
            return shape;
        }

        /** Reads the values, after the number. */
        Row read(ByteSource in) {
            @Nullable Object[] values = new @Nullable Object[type.size()];
            for (int position : positions) {
                Object value = ValueCodec.read(in);
                if (position >= 0) {
                    values[position] = value;
                }
            }
            return Row.adopt(type, values);
        }
    }

    StubShapes copy() {
        StubShapes copy = new StubShapes();
        tables.forEach((table, shapes) -> copy.tables.put(table, new TreeMap<>(shapes)));
        return copy;
    }

    /** What remains of a row when it is not held in memory: the columns that {@link #columns} names. */
    static Row stub(TableSchema schema, Row row) {
        @Nullable Object[] values = new @Nullable Object[schema.rowType().size()];
        for (String column : columns(schema)) {
            int position = schema.rowType().indexOf(column);
            values[position] = row.get(position);
        }
        return Row.adopt(schema.rowType(), values);
    }

    /** The columns that stubs of a table need. */
    static List<String> columns(TableSchema schema) {
        Set<String> columns = new LinkedHashSet<>(schema.primaryKey());
        for (Index index : schema.indexes()) {
            columns.addAll(index.columns());
        }
        return List.copyOf(columns);
    }

    /** The shape of exactly the columns that stubs of a table need; null if there is none. */
    @Nullable
    Shape find(TableSchema schema) {
        List<String> columns = columns(schema);
        for (Shape shape : of(schema.name())) {
            if (shape.columns().equals(columns)) {
                return shape;
            }
        }
        return null;
    }

    Shape add(String table, List<String> columns) {
        TreeMap<Integer, Shape> shapes = tables.computeIfAbsent(table, name -> new TreeMap<>());
        Shape shape = new Shape(shapes.isEmpty() ? 1 : shapes.lastKey() + 1, columns);
        shapes.put(shape.number(), shape);
        return shape;
    }

    /** Puts a shape; returns whether another had its number. */
    boolean put(String table, Shape shape) {
        return tables.computeIfAbsent(table, name -> new TreeMap<>()).put(shape.number(), shape) != null;
    }

    /** @throws IllegalArgumentException if there is no such shape */
    Shape get(String table, long number) {
        TreeMap<Integer, Shape> shapes = tables.get(table);
        Shape shape = shapes == null ? null : shapes.get((int) number);
        if (shape == null) {
            throw new IllegalArgumentException("table '" + table + "' has no shape " + number);
        }
        return shape;
    }

    /** Lets columns of a table mean nothing in the stubs so far: others have their names now. */
    void forget(String table, Set<String> columns) {
        tables.getOrDefault(table, new TreeMap<>())
                .replaceAll((number, shape) -> new Shape(
                        number,
                        shape.columns().stream()
                                .map(column -> columns.contains(column) ? FORGOTTEN : column)
                                .toList()));
    }

    Collection<Shape> of(String table) {
        return List.copyOf(tables.getOrDefault(table, new TreeMap<>()).values());
    }

    void remove(String table) {
        tables.remove(table);
    }

    void retain(Set<String> names) {
        tables.keySet().retainAll(names);
    }
}
