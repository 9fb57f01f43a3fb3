package io.taskmover.storage.engine;

import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.schema.Row;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Checks unique indexes. */
final class UniqueKeys {
    private UniqueKeys() {}

    /** Checks a row that is to be written over what is committed last. Under the commit lock. */
    static void requireLatest(Table table, Object id, Row row, @Nullable TransactionTable except) {
        for (OrderedIndex index : table.indexes()) {
            if (index.constrains(row)) {
                require(table, index, id, row, Long.MAX_VALUE, except);
            }
        }
    }

    /**
     * @param sequence which versions of other rows count; {@link Long#MAX_VALUE} for the latest
     * @param except whose rows do not count; null for none
     * @throws DuplicateKeyException if another row has the row's key in the index
     */
    static void require(
            Table table, OrderedIndex index, Object id, Row row, long sequence, @Nullable TransactionTable except) {
        OrderedTree.Cursor entries = index.entriesLike(row);
        while (entries.advance()) {
            RowSlot slot = entries.slot();
            if (slot.id.equals(id) || (except != null && except.wrote(slot.id))) {
                continue;
            }
            Row other = table.rows().rowAt(slot, sequence);
            if (other != null && index.sameKey(other, row)) {
                throw duplicate(table, index, id, row, slot.id);
            }
        }
    }

    static DuplicateKeyException duplicate(Table table, OrderedIndex index, Object id, Row row, Object owner) {
        StringJoiner values = new StringJoiner(", ");
        for (String column : index.definition().columns()) {
            values.add(column + " = " + row.get(column));
        }
        String name = index.definition().name();
        return new DuplicateKeyException(
                "Row '" + id + "' of table '" + table.name() + "' has " + values + ", as row '" + owner
                        + "' has; the index '" + name + "' is unique",
                table.name(),
                id,
                name,
                null);
    }
}
