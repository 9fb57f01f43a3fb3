package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Makes the table of a changed schema from the rows that one snapshot sees. */
final class Alteration {
    private final Table from;
    private final TableSchema to;
    /** The former names of columns that have another one now, by that. */
    private final Map<String, String> renamed;

    private final boolean sameColumns;

    /** Whether the rows are known to fit, together with those that its commit writes over them. */
    private final boolean checked;

    Alteration(Table from, TableSchema to, Map<String, String> renamed) {
        this(from, to, renamed, false);
    }

    private Alteration(Table from, TableSchema to, Map<String, String> renamed, boolean checked) {
        this.from = from;
        this.to = to;
        this.renamed = renamed;
        this.checked = checked;
        this.sameColumns = from.schema().rowType().equals(to.rowType());
    }

    /** One that a commit made, before its rows are put over those that there are. */
    static Alteration replayed(Table from, TableSchema to) {
        return new Alteration(from, to, Map.of(), true);
    }

    /** Turns rows of the old schema into rows of the new one: added columns get their default, removed ones go. */
    UnaryOperator<Row> conversion() {
        RowType before = from.schema().rowType();
        RowType after = to.rowType();
        int[] positions = new int[after.size()];
        for (int i = 0; i < positions.length; i++) {
            String name = after.column(i).name();
            positions[i] = before.indexOf(renamed.getOrDefault(name, name));
        }
        return row -> {
            @Nullable Object[] values = new @Nullable Object[positions.length];
            for (int i = 0; i < positions.length; i++) {
                values[i] = positions[i] < 0 ? after.column(i).defaultValue() : row.get(positions[i]);
            }
            return Row.adopt(after, values);
        };
    }

    /**
     * The table of the new schema.
     *
     * @param own the rows that do not count, since they are to be replaced; null for none
     * @throws io.taskmover.storage.error.DuplicateKeyException if a new unique index does not fit the rows
     */
    Table run(long sequence, @Nullable TransactionTable own) {
        if (sameColumns) {
            return reindex(sequence, own);
        }
        StoredRows stored = from.rows().stored();
        return stored == null ? rewrite(sequence) : convertLater(sequence, stored);
    }

    private Table rewrite(long sequence) {
        Table table = Table.empty(to, from.rows().lastGeneratedKey(), null);
        UnaryOperator<Row> conversion = conversion();
        OrderedTree.Cursor entries = from.rows().ordered().ascending(Cut.START, Cut.END);
        while (entries.advance()) {
            Version version = entries.slot().versionAt(sequence);
            Row row = version == null ? null : version.inMemory();
            if (version != null && row != null) {
                table.install(entries.slot().id, conversion.apply(row), version.sequence, null);
            }
        }
        return table;
    }

    /** The rows stay where they are, on the disk or in the former table, until they are needed. */
    private Table convertLater(long sequence, StoredRows stored) {
        StoredRows converted = stored.converted(to, from.rows(), conversion());
        Table table = Table.empty(to, from.rows().lastGeneratedKey(), converted);
        OrderedTree.Cursor entries = from.rows().ordered().ascending(Cut.START, Cut.END);
        while (entries.advance()) {
            Version version = entries.slot().versionAt(sequence);
            if (version != null && !version.deleted()) {
                table.rows().modified(version.sequence, 1);
                table.rows().add(new RowSlot(entries.slot().id, Version.cold(version.sequence)));
            }
        }
        for (OrderedIndex index : table.indexes()) {
            OrderedIndex same = from.index(index.definition());
            if (same == null) {
                fill(table, index, sequence, null);
            } else {
                copy(same, table, index, sequence);
            }
        }
        return table;
    }

    /** Fills an index of the new table from that of the former one, reading rows only where entries may be old. */
    private void copy(OrderedIndex same, Table table, OrderedIndex index, long sequence) {
        boolean settled = from.rows().isSettled();
        OrderedTree.Cursor entries = same.tree().ascending(Cut.START, Cut.END);
        while (entries.advance()) {
            RowSlot slot = table.slot(entries.slot().id);
            Version version = entries.slot().versionAt(sequence);
            if (slot != null
                    && version != null
                    && from.isEntryOf(same, entries.key(), entries.slot(), version, settled)) {
                index.tree().add(entries.key(), slot);
            }
        }
    }

    private Table reindex(long sequence, @Nullable TransactionTable own) {
        Table table = from.withIndexes(to);
        for (OrderedIndex index : table.indexes()) {
            if (!from.hasIndex(index)) {
                fill(table, index, sequence, own);
            }
        }
        return table;
    }

    private void fill(Table table, OrderedIndex index, long sequence, @Nullable TransactionTable own) {
        OrderedTree.Cursor entries = table.rows().ordered().ascending(Cut.START, Cut.END);
        while (entries.advance()) {
            RowSlot slot = entries.slot();
            Row row = table.rows().rowAt(slot, sequence);
            if (row != null) {
                if (!checked && index.constrains(row) && (own == null || !own.wrote(slot.id))) {
                    UniqueKeys.require(table, index, slot.id, row, sequence, own);
                }
                index.tree().add(index.keyOf(row), slot);
            }
        }
    }
}
