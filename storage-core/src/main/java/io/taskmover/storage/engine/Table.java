package io.taskmover.storage.engine;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A table's schema, rows and indexes. A change of the schema makes a new table; snapshots from before keep the old one.
 * Written under the commit lock, or by its only owner before it is published; read by anyone.
 */
final class Table {
    /** Enough for entries of an index to fall side by side, and few enough to be garbage soon. */
    private static final int RESTORED_AT_ONCE = 1 << 14;

    private final TableSchema schema;
    private final RowShaper shaper;
    private final RowStore rows;
    private final OrderedIndex[] indexes;
    private final boolean uniqueIndex;

    private Table(TableSchema schema, RowStore rows, OrderedIndex[] indexes) {
        this.schema = schema;
        this.shaper = new RowShaper(schema, rows.lastGeneratedKey());
        this.rows = rows;
        this.indexes = indexes;
        this.uniqueIndex = Arrays.stream(indexes).anyMatch(OrderedIndex::unique);
    }

    /** A table without rows. */
    static Table empty(TableSchema schema, AtomicLong lastGeneratedKey, @Nullable StoredRows stored) {
        return withIndexes(schema, new RowStore(schema, lastGeneratedKey, stored), null);
    }

    /** A table of the same rows with the indexes of another schema; those that are new here are empty. */
    Table withIndexes(TableSchema changed) {
        return withIndexes(changed, rows, this);
    }

    private static Table withIndexes(TableSchema schema, RowStore rows, @Nullable Table former) {
        OrderedIndex[] indexes = new OrderedIndex[schema.indexes().size()];
        for (int i = 0; i < indexes.length; i++) {
            Index definition = schema.indexes().get(i);
            OrderedIndex same = former == null ? null : former.index(definition);
            indexes[i] = same != null
                    ? same
                    : new OrderedIndex(
                            definition, schema.rowType(), rows.ordered().order());
        }
        return new Table(schema, rows, indexes);
    }

    /** The index of this definition; null if there is none. */
    @Nullable
    OrderedIndex index(Index definition) {
        for (OrderedIndex index : indexes) {
            if (index.definition().equals(definition)) {
                return index;
            }
        }
        return null;
    }

    boolean hasIndex(OrderedIndex index) {
        for (OrderedIndex own : indexes) {
            if (own == index) {
                return true;
            }
        }
        return false;
    }

    TableSchema schema() {
        return schema;
    }

    String name() {
        return schema.name();
    }

    RowShaper shaper() {
        return shaper;
    }

    RowStore rows() {
        return rows;
    }

    OrderedIndex[] indexes() {
        return indexes;
    }

    boolean hasUniqueIndex() {
        return uniqueIndex;
    }

    @Nullable
    RowSlot slot(Object id) {
        return rows.slot(id);
    }

    /** The row that a held snapshot sees. */
    @Nullable
    Row rowAt(Object id, long sequence) {
        RowSlot slot = rows.slot(id);
        return slot == null ? null : rows.rowAt(slot, sequence);
    }

    /** The row as the latest commit left it, visible yet or not. For the writer. */
    @Nullable
    Row latest(Object id) {
        RowSlot slot = rows.slot(id);
        return slot == null ? null : rows.rowOf(slot, slot.newest());
    }

    /**
     * Whether an entry of an index is a version's.
     *
     * @param settled what {@link RowStore#isSettled} said before the entry was looked up: if so, nothing is read
     */
    boolean isEntryOf(OrderedIndex index, @Nullable Object key, RowSlot slot, Version version, boolean settled) {
        Row row = version.inMemory();
        if (row == null && !version.deleted()) {
            if (settled) {
                return true;
            }
            row = rows.rowOf(slot, version);
        }
        return row != null && index.hasKey(row, key);
    }

    /** Reads the latest version of a row, unless it is in memory, for a commit that is soon to replace it. */
    void warm(Object id) {
        RowSlot slot = rows.slot(id);
        if (slot != null) {
            try {
                Row unused = rows.rowOf(slot, slot.newest());
            } catch (ConflictException e) {
                // the table has other columns by now: the commit will see that, and read what it needs itself
                return;
            }
        }
    }

    /**
     * Notes that rows, as far as they are cold, cannot be read back, since someone changed them where they are stored. A
     * commit that replaces them has to know their index entries, and finds them by going through the indexes once.
     */
    void lose(Collection<?> ids) {
        Map<RowSlot, @Nullable Object[]> slots = new HashMap<>();
        for (Object id : ids) {
            RowSlot slot = rows.stored() == null ? null : rows.slot(id);
            Version newest = slot == null ? null : slot.newest();
            if (newest != null && !newest.deleted() && newest.inMemory() == null && !isLost(newest)) {
                slots.put(slot, new @Nullable Object[indexes.length]);
            }
        }
        for (int i = 0; i < indexes.length && !slots.isEmpty(); i++) {
            OrderedTree.Cursor entries = indexes[i].tree().ascending(Cut.START, Cut.END);
            while (entries.advance()) {
                @Nullable Object @Nullable [] keys = slots.get(entries.slot());
                if (keys != null) {
                    keys[i] = entries.key();
                }
            }
        }
        slots.forEach((slot, keys) -> rows.lost().put(slot.newest(), keys));
    }

    /** Whether the latest version of a row cannot be read back. */
    boolean isLost(Object id) {
        RowSlot slot = rows.slot(id);
        return slot != null && isLost(slot.newest());
    }

    private boolean isLost(Version version) {
        return rows.lost().containsKey(version);
    }

    /**
     * Keeps the latest version of a row in memory, for a commit that is about to replace it.
     *
     * @param known its row, if the caller knows it
     */
    void pin(Object id, @Nullable Row known) {
        StoredRows stored = rows.stored();
        RowSlot slot = stored == null ? null : rows.slot(id);
        if (stored != null && slot != null && (known != null || !isLost(slot.newest()))) {
            stored.pin(slot, known);
        }
    }

    /** Undoes {@link #pin}, if it was done. */
    void unpin(Object id) {
        StoredRows stored = rows.stored();
        RowSlot slot = stored == null ? null : rows.slot(id);
        if (stored != null && slot != null) {
            stored.unpin(slot);
        }
    }

    /**
     * Adds rows, each of an id that is not there, while a store is being opened.
     *
     * @param restored whole rows; of cold ones the keys and indexed columns
     * @param cold whether the rows are stored, and not read before they are needed
     */
    void restore(Iterable<Row> restored, long sequence, boolean cold) {
        long expected = restored.spliterator().getExactSizeIfKnown(); // -1 if it is not known
        rows.reserve((int) Math.max(0, Math.min(expected, Integer.MAX_VALUE)));
        EntryBatch batch = new EntryBatch(rows, indexes, 0);
        for (Row row : restored) {
            Object id = Objects.requireNonNull(schema.keyOf(row), "a row without key");
            shaper.noteKey(id);
            Row own = shaper.adopt(row);
            RowSlot slot = new RowSlot(id, cold ? Version.cold(sequence) : new Version(sequence, own));
            if (rows.addHashed(slot) != null) {
                throw new IllegalArgumentException("Row '" + id + "' of table '" + name() + "' is there twice");
            }
            batch.add(slot, own);
            if (!cold) {
                installed(slot);
            }
            rows.modified(sequence, 1);
            if (batch.size() == RESTORED_AT_ONCE) {
                batch.restore();
                batch = new EntryBatch(rows, indexes, RESTORED_AT_ONCE);
            }
        }
        batch.restore();
    }

    /**
     * Gives a row, {@link #pin}ned if there is one, a new version; null deletes it. What it replaces goes to the reclaimer.
     *
     * @param reclaimer null if nobody can see what is replaced
     */
    void install(Object id, @Nullable Row row, long sequence, @Nullable Reclaimer reclaimer) {
        RowSlot slot = rows.slot(id);
        if (slot == null) {
            if (row != null) {
                rows.modified(sequence, 1);
                RowSlot added = new RowSlot(id, new Version(sequence, row));
                rows.add(added);
                for (OrderedIndex index : indexes) {
                    index.tree().add(index.keyOf(row), added);
                }
                installed(added);
            }
            return;
        }
        rows.modified(sequence, 0);
        rows.modified(sequence, replace(slot, row, sequence, reclaimer, null));
    }

    /**
     * Installs writes, each of another row, as {@link #install} does, and cheaper if they are many: the ordered indexes get
     * their entries sorted.
     */
    void installAll(Collection<Write> writes, long sequence, Reclaimer reclaimer) {
        if (writes.size() < 2) {
            for (Write write : writes) {
                install(write.id(), write.row(), sequence, reclaimer);
            }
            return;
        }
        rows.modified(sequence, 0);
        EntryBatch batch = new EntryBatch(rows, indexes, writes.size());
        int more = 0;
        for (Write write : writes) {
            Row row = write.row();
            RowSlot slot;
            if (write.base() == null && row != null) {
                RowSlot added = new RowSlot(write.id(), new Version(sequence, row));
                slot = rows.addHashed(added);
                if (slot == null) {
                    batch.add(added, row);
                    installed(added);
                    more++;
                }
            } else {
                slot = rows.slot(write.id());
            }
            if (slot != null) {
                more += replace(slot, row, sequence, reclaimer, batch);
            }
        }
        batch.install();
        rows.modified(sequence, more);
    }

    /** Puts a version before that of a slot. Returns how many rows there are more by that. */
    private int replace(
            RowSlot slot, @Nullable Row row, long sequence, @Nullable Reclaimer reclaimer, @Nullable EntryBatch batch) {
        Version former = slot.newest();
        Row old = former.inMemory();
        if (old == null && !former.deleted() && !isLost(former)) {
            throw new AssertionError(
                    "row '" + slot.id + "' of table '" + name() + "' is replaced without being pinned");
        }
        rows.replacing();
        slot.push(new Version(sequence, row));
        for (int i = 0; row != null && i < indexes.length; i++) {
            OrderedIndex index = indexes[i];
            if (!hasKeyOf(i, former, row)) {
                if (batch == null) {
                    index.tree().add(index.keyOf(row), slot);
                } else {
                    batch.add(i, index.keyOf(row), slot);
                }
            }
        }
        installed(slot);
        if (reclaimer == null) {
            reclaim(slot, former);
        } else {
            reclaimer.add(new Garbage(this, slot, former, sequence));
        }
        return (row == null ? 0 : 1) - (former.deleted() ? 0 : 1);
    }

    private void installed(RowSlot slot) {
        StoredRows stored = rows.stored();
        if (stored != null) {
            stored.installed(slot);
        }
    }

    /** Frees a version that no snapshot sees, the index entries that only it had, and the slot if that was all. */
    void reclaim(RowSlot slot, Version gone) {
        Row row = gone.inMemory();
        // also if it could be read after all
        @Nullable Object @Nullable [] lost = rows.lost().remove(gone);
        for (int i = 0; i < indexes.length; i++) {
            if (row != null) {
                removeEntry(i, slot, gone, indexes[i].keyOf(row));
            } else if (lost != null) {
                removeEntry(i, slot, gone, lost[i]);
            }
        }
        // last: until now the slot has several versions, which keeps their rows in memory
        slot.unlink(gone);
        if (slot.isDead()) {
            rows.remove(slot);
        }
        rows.reclaimed(slot);
    }

    private void removeEntry(int i, RowSlot slot, Version gone, @Nullable Object key) {
        if (!otherVersionHasKey(i, slot, gone, key)) {
            indexes[i].tree().remove(key, slot);
        }
    }

    private boolean otherVersionHasKey(int i, RowSlot slot, Version gone, @Nullable Object key) {
        for (Version version = slot.newest(); version != null; version = version.older) {
            if (version != gone && hasKey(i, version, key)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a version that is in memory, deleted or lost has a key in an index. */
    private boolean hasKey(int i, Version version, @Nullable Object key) {
        Row row = version.inMemory();
        if (row != null) {
            return indexes[i].hasKey(row, key);
        }
        @Nullable
        Object @Nullable [] lost = version.deleted() ? null : rows.lost().get(version);
        return lost != null && indexes[i].tree().order().compare(lost[i], key) == 0;
    }

    private boolean hasKeyOf(int i, Version version, Row row) {
        Row other = version.inMemory();
        return other != null ? indexes[i].sameKey(other, row) : hasKey(i, version, indexes[i].keyOf(row));
    }

    /** @throws IllegalArgumentException if {@code id} is not of this table's key type */
    void requireKeyType(Object id) {
        Object key = schema.coerceKey(id);
        if (!key.equals(id)) {
            throw new IllegalArgumentException("The key of table '" + name() + "' is "
                    + schema.primaryKey() + " with values like "
                    + key.getClass().getSimpleName() + " " + key + ", not "
                    + id.getClass().getSimpleName() + " " + id);
        }
    }

    static SchemaException missing(String table, Collection<String> tables) {
        return new SchemaException("There is no table '" + table + "'; the tables are "
                + tables.stream().sorted(DataType.TEXT::compare).toList());
    }
}
