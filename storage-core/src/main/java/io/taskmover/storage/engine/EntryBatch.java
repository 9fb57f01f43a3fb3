package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** New entries of a table's ordered indexes, the primary one first, collected to be added together. */
final class EntryBatch {
    private final RowStore rows;
    private final OrderedIndex[] indexes;
    private final List<TreeEntry> byId;
    /** Whether the ids come in their order, as they do when a store is opened or a list is imported. */
    private boolean ascending = true;
    /** For each index. */
    private final List<List<TreeEntry>> byKey;

    /** @param expected how many rows there will be at most */
    EntryBatch(RowStore rows, OrderedIndex[] indexes, int expected) {
        this.rows = rows;
        this.indexes = indexes;
        this.byId = new ArrayList<>(expected);
        this.byKey = new ArrayList<>(indexes.length);
        for (int i = 0; i < indexes.length; i++) {
            byKey.add(new ArrayList<>(expected));
        }
    }

    /** How many rows of new ids there are. */
    int size() {
        return byId.size();
    }

    /** Adds the entries of a row of a new id. */
    void add(RowSlot slot, Row row) {
        int size = byId.size();
        ascending = ascending
                && (size == 0
                        || rows.ordered().order().compare(byId.get(size - 1).key(), slot.id) < 0);
        byId.add(new TreeEntry(slot.id, slot, true));
        for (int i = 0; i < indexes.length; i++) {
            byKey.get(i).add(new TreeEntry(indexes[i].keyOf(row), slot, true));
        }
    }

    /** Adds an entry of one index, of a slot that may have had the key before. */
    void add(int index, @Nullable Object key, RowSlot slot) {
        byKey.get(index).add(new TreeEntry(key, slot, false));
    }

    void install() {
        install(rows.ordered(), byId, ascending);
        for (int i = 0; i < indexes.length; i++) {
            install(i);
        }
    }

    /**
     * Adds the entries to a table that is being restored: those of the secondary indexes later, in another thread, if
     * they are many.
     */
    void restore() {
        install(rows.ordered(), byId, ascending);
        for (int i = 0; i < indexes.length; i++) {
            indexes[i].restore(byKey.get(i).toArray(new TreeEntry[0]));
        }
    }

    private void install(int index) {
        install(indexes[index].tree(), byKey.get(index), false);
    }

    private static void install(OrderedTree tree, List<TreeEntry> entries, boolean sorted) {
        if (!entries.isEmpty()) {
            tree.addAll(entries.toArray(new TreeEntry[0]), sorted);
        }
    }
}
