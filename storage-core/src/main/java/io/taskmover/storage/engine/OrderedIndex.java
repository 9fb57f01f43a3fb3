package io.taskmover.storage.engine;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A secondary index: an entry for each pair of a slot and a key that one of its versions has. An entry may speak of a
 * version that a snapshot does not see, so whoever finds a slot here checks {@link #hasKey} of the row that it sees.
 */
final class OrderedIndex {
    /** So few entries are added at once. */
    private static final int RESTORED_BESIDE = 1 << 12;
    /** How many batches wait at most, for they take memory. */
    private static final int RESTORED_AHEAD = 16;

    private final Index definition;
    private final DataType[] types;
    private final int[] positions;
    private final OrderedTree tree;
    /** What another thread is still putting into the tree since the store was opened; null once it is known to be done. */
    private volatile @Nullable CompletableFuture<Void> restoring;

    /** Batches of that, the oldest first. Used while the table is being restored. */
    private final Deque<CompletableFuture<Void>> batches = new ArrayDeque<>();

    OrderedIndex(Index definition, RowType type, KeyOrder idOrder) {
        this(definition, types(definition, type), positions(definition, type), idOrder);
    }

    private OrderedIndex(Index definition, List<DataType> types, int[] positions, KeyOrder idOrder) {
        this.definition = definition;
        this.types = types.toArray(DataType[]::new);
        this.positions = positions;
        this.tree = new OrderedTree(KeyOrder.of(types), idOrder);
    }

    private static List<DataType> types(Index definition, RowType type) {
        return definition.columns().stream()
                .map(column -> type.column(type.indexOf(column)).type())
                .toList();
    }

    private static int[] positions(Index definition, RowType type) {
        return definition.columns().stream().mapToInt(type::indexOf).toArray();
    }

    Index definition() {
        return definition;
    }

    boolean unique() {
        return definition.unique();
    }

    /** The entries; waits for those that are still being restored. */
    OrderedTree tree() {
        CompletableFuture<Void> pending = restoring;
        if (pending != null) {
            await(pending);
            restoring = null;
        }
        return tree;
    }

    /**
     * Adds entries while a table is being restored. If they are many, another thread does it, so that a store is open
     * before its indexes are complete: finding rows by id, the first thing that most programs do, needs none.
     *
     * @param entries of slots that are new; the array is changed
     */
    void restore(TreeEntry[] entries) {
        CompletableFuture<Void> former = restoring;
        if (former == null && entries.length < RESTORED_BESIDE) {
            tree.addAll(entries, false);
            return;
        }
        if (batches.size() == RESTORED_AHEAD) {
            await(batches.removeFirst());
        }
        CompletableFuture<Void> batch = (former == null ? CompletableFuture.<Void>completedFuture(null) : former)
                .thenRunAsync(() -> tree.addAll(entries, false));
        batches.addLast(batch);
        restoring = batch;
    }

    private static void await(CompletableFuture<Void> batch) {
        try {
            batch.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw e;
        }
    }

    /** The row's key in this index: a value, or an array of values if the index has several columns. */
    @Nullable
    Object keyOf(Row row) {
        if (positions.length == 1) {
            return row.get(positions[0]);
        }
        @Nullable Object[] key = new @Nullable Object[positions.length];
        for (int i = 0; i < key.length; i++) {
            key[i] = row.get(positions[i]);
        }
        return key;
    }

    /** Whether a row has this key. */
    boolean hasKey(Row row, @Nullable Object key) {
        if (positions.length == 1) {
            return same(0, row.get(positions[0]), key);
        }
        @Nullable Object[] parts = tree.order().parts(key);
        for (int i = 0; i < positions.length; i++) {
            if (!same(i, row.get(positions[i]), parts[i])) {
                return false;
            }
        }
        return true;
    }

    /** Whether two rows have the same key. */
    boolean sameKey(Row a, Row b) {
        for (int i = 0; i < positions.length; i++) {
            if (!same(i, a.get(positions[i]), b.get(positions[i]))) {
                return false;
            }
        }
        return true;
    }

    private boolean same(int part, @Nullable Object a, @Nullable Object b) {
        if (a == b) {
            return true;
        }
        if (a == null || b == null) {
            return false;
        }
        // two equal numbers need not be equal objects: 0.0 and -0.0, 1.0 and 1.00
        DataType type = types[part];
        boolean byOrder = type == DataType.REAL || type == DataType.DECIMAL;
        return byOrder ? type.compare(a, b) == 0 : a.equals(b);
    }

    /** Whether this index is unique and the row, having no null in its key, must respect that. */
    boolean constrains(Row row) {
        if (!definition.unique()) {
            return false;
        }
        for (int position : positions) {
            if (row.get(position) == null) {
                return false;
            }
        }
        return true;
    }

    /** The entries whose key is that of a row. */
    OrderedTree.Cursor entriesLike(Row row) {
        @Nullable Object[] parts = tree.order().parts(keyOf(row));
        return tree().ascending(Cut.before(parts), Cut.after(parts));
    }
}
