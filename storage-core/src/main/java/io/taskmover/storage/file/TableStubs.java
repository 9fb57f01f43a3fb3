package io.taskmover.storage.file;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** What a manifest tells of the rows of one table: of each its key and its indexed columns. Not thread-safe. */
final class TableStubs {
    private final Map<Object, Stub> rows = new LinkedHashMap<>();

    /**
     * What is known of one row.
     *
     * @param shape which columns are known
     * @param whole whether they still mean what they did
     */
    record Stub(Row row, StubShapes.Shape shape, boolean whole) {
        /** Whether it has all that a table's indexes need. */
        boolean suffices(TableSchema schema) {
            return whole && shape.covers(schema);
        }
    }

    /** The stubs by key. */
    Map<Object, Stub> rows() {
        return rows;
    }

    void clear() {
        rows.clear();
    }

    /** Says that some columns do not mean any more what they did. */
    void forgetColumns() {
        rows.replaceAll((key, stub) -> new Stub(stub.row(), stub.shape(), false));
    }

    /** Puts what a unit has; for {@link TableFiles#restore}. */
    TableFiles.StubVisitor visitor(TableSchema schema, StubShapes shapes) {
        return new TableFiles.StubVisitor() {
            @Override
            public Object stored(ByteSource stub) {
                StubShapes.Shape shape = shapes.get(schema.name(), stub.getVarint());
                Row row = shape.read(stub, schema.rowType());
                Object key = Objects.requireNonNull(schema.keyOf(row), "a stub without key");
                rows.put(key, new Stub(row, shape, true));
                return key;
            }

            @Override
            public void removed(Object key) {
                rows.remove(key);
            }
        };
    }
}
