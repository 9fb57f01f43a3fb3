package io.taskmover.storage.engine;

import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** A table as one transaction sees it: committed rows below, the transaction's own writes above. Not thread-safe. */
final class TransactionTable {
    private final Table table;
    /** In the order of the rows' first writes: ascending keys, which are common, then fill the leaves of the trees. */
    private final SmallMap<Object, Write> writes;
    /** For each index, the ids of own rows by their key; null where the index is not unique, and if none is. */
    private final @Nullable TreeMap<@Nullable Object, Object> @Nullable [] ownKeys;

    TransactionTable(Table table) {
        this(table, 1);
    }

    /** @param expected how many rows will be written, as far as it is known */
    TransactionTable(Table table, int expected) {
        this.table = table;
        this.writes = new SmallMap<>(expected);
        this.ownKeys = table.hasUniqueIndex() ? ownKeys(table.indexes()) : null;
    }

    @SuppressWarnings({"unchecked", "rawtypes"})
    private static @Nullable TreeMap<@Nullable Object, Object>[] ownKeys(OrderedIndex[] indexes) {
        @Nullable TreeMap<@Nullable Object, Object>[] maps = new TreeMap[indexes.length];
        for (int i = 0; i < indexes.length; i++) {
            if (indexes[i].unique()) {
                maps[i] = new TreeMap<>(indexes[i].tree().order()::compare);
            }
        }
        return maps;
    }

    /** The same writes over another form of the table, the rows turned into rows of that. */
    TransactionTable over(Table changed, UnaryOperator<Row> conversion, long sequence) {
        TransactionTable copy = new TransactionTable(changed);
        for (Write write : writes()) {
            Row base = write.base() == null ? null : conversion.apply(write.base());
            Row row = write.row() == null ? null : conversion.apply(write.row());
            if (row != null) {
                copy.requireUnique(write.id(), row, sequence);
            }
            copy.put(new Write(write.id(), base, row, write.premise()));
        }
        return copy;
    }

    Table table() {
        return table;
    }

    Collection<Write> writes() {
        return writes.values();
    }

    boolean wrote(Object id) {
        return write(id) != null;
    }

    @Nullable
    Write write(Object id) {
        return writes.get(id);
    }

    /** The row that the transaction sees. */
    @Nullable
    Row row(Object id, long sequence) {
        Write own = write(id);
        return own == null ? table.rowAt(id, sequence) : own.row();
    }

    /** The rows that the transaction wrote and did not delete. */
    List<Row> ownRows() {
        List<Row> rows = new ArrayList<>(writes.size());
        for (Write write : writes()) {
            if (write.row() != null) {
                rows.add(write.row());
            }
        }
        return rows;
    }

    /** Notes a write over what was noted for the row before. Returns that, or null. */
    @Nullable
    Write put(Write write) {
        Write former = writes.put(write.id(), write);
        keysChanged(write.id(), former == null ? null : former.row(), write.row());
        return former;
    }

    /** Puts back what was noted for a row before; null for nothing. */
    void restore(Object id, @Nullable Write former) {
        Write undone = former == null ? writes.remove(id) : writes.put(id, former);
        keysChanged(id, undone == null ? null : undone.row(), former == null ? null : former.row());
    }

    private void keysChanged(Object id, @Nullable Row before, @Nullable Row after) {
        for (int i = 0; ownKeys != null && i < ownKeys.length; i++) {
            TreeMap<@Nullable Object, Object> keys = ownKeys[i];
            if (keys != null) {
                OrderedIndex index = table.indexes()[i];
                if (before != null && index.constrains(before)) {
                    keys.remove(index.keyOf(before));
                }
                if (after != null && index.constrains(after)) {
                    keys.put(index.keyOf(after), id);
                }
            }
        }
    }

    /** @throws DuplicateKeyException if another row that the transaction sees has the row's key in a unique index */
    void requireUnique(Object id, Row row, long sequence) {
        for (int i = 0; ownKeys != null && i < ownKeys.length; i++) {
            OrderedIndex index = table.indexes()[i];
            TreeMap<@Nullable Object, Object> keys = ownKeys[i];
            if (keys == null || !index.constrains(row)) {
                continue;
            }
            Object owner = keys.get(index.keyOf(row));
            if (owner != null && !owner.equals(id)) {
                throw UniqueKeys.duplicate(table, index, id, row, owner);
            }
            UniqueKeys.require(table, index, id, row, sequence, this);
        }
    }
}
