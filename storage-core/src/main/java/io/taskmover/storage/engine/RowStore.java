package io.taskmover.storage.engine;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a table by primary key, hashed for point reads and ordered for scans. Shared by the successive
 * {@link Table}s of one name as long as only indexes change.
 */
final class RowStore {
    private final KeyTable<RowSlot> byId;
    private final OrderedTree ordered;
    private final AtomicLong lastGeneratedKey;
    private final @Nullable StoredRows stored;
    private volatile long lastModified;
    private volatile long liveRows;
    /** How many versions were replaced and not reclaimed; counted only if rows can be cold. */
    private volatile int replaced;
    /** Cold versions that cannot be read back, with their keys in the table's indexes. Used under the commit lock. */
    private final Map<Version, @Nullable Object[]> lost = new HashMap<>();

    /** @param stored where rows are that are not in memory; null if all are */
    RowStore(TableSchema schema, AtomicLong lastGeneratedKey, @Nullable StoredRows stored) {
        List<DataType> types = schema.primaryKey().stream()
                .map(column -> schema.column(column).type())
                .toList();
        KeyOrder order = KeyOrder.ofPrimaryKey(types);
        this.byId = new KeyTable<>(order);
        this.ordered = new OrderedTree(order, null);
        this.lastGeneratedKey = lastGeneratedKey;
        this.stored = stored;
    }

    /** Where rows are that are not in memory; null if all are. */
    @Nullable
    StoredRows stored() {
        return stored;
    }

    /** The row of a version of a slot of this table; null if the version deleted it. */
    @Nullable
    Row rowOf(RowSlot slot, Version version) {
        // where all rows are in memory nobody asks whether one was used: spare the write to it
        Row row = stored == null ? version.inMemory() : version.use();
        return row != null || version.deleted() ? row : read(slot, version);
    }

    private Row read(RowSlot slot, Version version) {
        if (stored == null) {
            throw new AssertionError("row '" + slot.id + "' is not in memory and nowhere else");
        }
        return stored.read(slot, version);
    }

    /** The row that a snapshot sees; the snapshot must be held, so that nothing that it needs is reclaimed. */
    @Nullable
    Row rowAt(RowSlot slot, long sequence) {
        Version version = slot.versionAt(sequence);
        return version == null ? null : rowOf(slot, version);
    }

    @Nullable
    RowSlot slot(Object id) {
        return byId.get(id);
    }

    OrderedTree ordered() {
        return ordered;
    }

    AtomicLong lastGeneratedKey() {
        return lastGeneratedKey;
    }

    void add(RowSlot slot) {
        byId.add(slot);
        ordered.add(slot.id, slot);
    }

    /**
     * Adds a slot for point reads only, unless its id has one; an entry in {@link #ordered} is to follow in the same
     * commit. Returns the slot that there is, or null if this was added.
     */
    @Nullable
    RowSlot addHashed(RowSlot slot) {
        return byId.add(slot);
    }

    /** Makes room for so many more rows. */
    void reserve(int more) {
        byId.reserve(more);
    }

    void remove(RowSlot slot) {
        byId.remove(slot);
        ordered.remove(slot.id, slot);
    }

    /** What {@link Table#lose} noted; empty most of the time. Under the commit lock. */
    Map<Version, @Nullable Object[]> lost() {
        return lost;
    }

    /** Notes that a version is about to be replaced, before its slot and the indexes show it. */
    void replacing() {
        if (stored != null) {
            addReplaced(1);
        }
    }

    /** Notes that a replaced version and its index entries are gone. */
    void reclaimed(RowSlot slot) {
        if (stored != null) {
            addReplaced(-1);
            stored.reclaimed(slot);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time: under the commit lock
    private void addReplaced(int more) {
        replaced += more;
    }

    /**
     * Whether an index entry of a slot whose visible version is cold speaks of that version. It does if no version waits
     * to be reclaimed: one that is replaced later is in memory, since what replaces it is not visible to the caller's
     * snapshot.
     */
    boolean isSettled() {
        return replaced == 0;
    }

    /** The sequence of the last commit that changed a row, visible yet or not. */
    long lastModified() {
        return lastModified;
    }

    /** Notes a change of a row; the sequence before the count, for the sake of {@link #countAt}. */
    void modified(long sequence, int moreRows) {
        if (lastModified != sequence) {
            lastModified = sequence;
        }
        if (moreRows != 0) {
            addLive(moreRows);
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one writer at a time: under the commit lock
    private void addLive(int more) {
        liveRows += more;
    }

    /** How many rows a snapshot sees, or -1 if only counting can tell. */
    long countAt(long sequence) {
        long count = liveRows;
        return lastModified <= sequence ? count : -1;
    }
}
