package io.taskmover.storage.file;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What successive commits did to a checkpoint, taken together: of each row only its last state. Not thread-safe.
 */
final class Changes {
    private final StoreCatalog from;
    private final Map<String, TableSchema> schemas;
    private final Map<String, Long> generated;
    private final Map<String, OfTable> tables = new LinkedHashMap<>();
    private long sequence;

    Changes(StoreCatalog from) {
        this.from = from;
        this.schemas = new HashMap<>(from.tables());
        this.generated = new HashMap<>(from.generated());
        from.tables().forEach((name, schema) -> {
            if (schema.generatedKey()) {
                generated.putIfAbsent(name, 0L);
            }
        });
        this.sequence = from.sequence();
    }

    /** What happened to one table. */
    static final class OfTable {
        private final Map<Object, Change> rows = new LinkedHashMap<>();
        private final Set<String> unstable = new HashSet<>();
        private final Set<String> known = new HashSet<>();
        private boolean emptied;
        private boolean columnDropped;

        /** Rows changed since {@link #emptied}, by key. */
        Map<Object, Change> rows() {
            return rows;
        }

        /** Whether all rows that the checkpoint had are gone: the table was dropped, or is new. */
        boolean emptied() {
            return emptied;
        }

        /** Whether files of rows that did not change may hold a column that is gone. */
        boolean columnDropped() {
            return columnDropped;
        }

        /**
         * Columns that were added or dropped. What files say about them is of no account: a file that was written
         * after the change belongs to a row among {@link #rows}.
         */
        Set<String> unstable() {
            return unstable;
        }

        /** All names that columns of this table had. */
        Set<String> known() {
            return known;
        }
    }

    /**
     * A row's last state.
     *
     * @param after null if it was deleted
     * @param external whether it was taken from the row's file
     * @param edited whether it, or a state before it that the files have not got either, was taken from there
     */
    record Change(@Nullable Row after, boolean external, boolean edited) {
        Change(@Nullable Row after) {
            this(after, false, false);
        }
    }

    /** The checkpoint that these changes lead to, if all are applied to {@link #from}. */
    StoreCatalog catalog() {
        return new StoreCatalog(sequence, schemas, generated);
    }

    /** The checkpoint that these changes began at. */
    StoreCatalog from() {
        return from;
    }

    /** The changed tables by name; one that was dropped has no schema in {@link #catalog}. */
    Map<String, OfTable> tables() {
        return tables;
    }

    long sequence() {
        return sequence;
    }

    /** Whether there is nothing to write: the checkpoint stays as it is. */
    boolean isEmpty() {
        return tables.isEmpty() && sequence == from.sequence();
    }

    /** Adds the next commit. */
    void add(CommitRecord record) {
        for (TableChange change : record.tables()) {
            apply(change);
        }
        for (RowChange change : record.rows()) {
            OfTable table = tables.computeIfAbsent(change.table(), this::begin);
            Change former = table.rows.get(change.id());
            boolean external = record.origin() == CommitOrigin.EXTERNAL;
            boolean edited = external || (former != null && former.edited());
            table.rows.put(change.id(), new Change(change.after(), external, edited));
            if (change.id() instanceof Long key && generated.containsKey(change.table())) {
                generated.merge(change.table(), key, Math::max);
            }
        }
        sequence = record.sequence();
    }

    /** Raises the highest generated key of a table to at least {@code key}, if the table has generated keys. */
    void raiseGenerated(String table, long key) {
        generated.computeIfPresent(table, (name, highest) -> Math.max(highest, key));
    }

    private OfTable begin(String name) {
        OfTable table = new OfTable();
        TableSchema schema = from.tables().get(name);
        if (schema == null) {
            table.emptied = true;
        } else {
            schema.columns().forEach(column -> table.known.add(column.name()));
        }
        return table;
    }

    private void apply(TableChange change) {
        OfTable table = tables.computeIfAbsent(change.table(), this::begin);
        TableSchema before = schemas.get(change.table());
        TableSchema after = change.schema();
        if (after == null) {
            schemas.remove(change.table());
            generated.remove(change.table());
            table.rows.clear();
            table.emptied = true;
            return;
        }
        schemas.put(change.table(), after);
        if (after.generatedKey()) {
            generated.putIfAbsent(change.table(), 0L);
        }
        after.columns().forEach(column -> table.known.add(column.name()));
        if (before != null && !before.rowType().equals(after.rowType())) {
            for (Column column : before.columns()) {
                if (after.rowType().indexOf(column.name()) < 0) {
                    table.unstable.add(column.name());
                    table.columnDropped = true;
                }
            }
            for (Column column : after.columns()) {
                if (before.rowType().indexOf(column.name()) < 0) {
                    table.unstable.add(column.name());
                }
            }
            table.rows.replaceAll((key, row) -> row.after() == null
                    ? row
                    : new Change(convert(row.after(), after.rowType()), row.external(), row.edited()));
        }
    }

    /** A row with the columns of another type: by name, defaults where it has none. */
    static Row convert(Row row, RowType type) {
        @Nullable Object[] values = new @Nullable Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            Column column = type.column(i);
            int position = row.type().indexOf(column.name());
            values[i] = position < 0 ? column.defaultValue() : row.get(position);
        }
        return Row.adopt(type, values);
    }
}
