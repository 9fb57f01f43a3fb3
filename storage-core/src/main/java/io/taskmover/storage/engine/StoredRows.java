package io.taskmover.storage.engine;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * The rows of one form of a table as far as they are not in memory.
 *
 * <p>A change of columns makes another form, whose rows all begin cold: they are the former one's, converted when they
 * are read, until the change is stored and they can be read in their own form. Of the former one, which only snapshots
 * from before the change see, cold rows cannot be read any more as soon as the change is committed: what is stored is
 * not theirs then.
 */
final class StoredRows {
    private final TableSchema schema;
    private final RowCache cache;
    private volatile @Nullable Former former;
    /** The form that took over this one's stored rows; this one itself if they go. */
    private volatile @Nullable StoredRows successor;

    private record Former(RowStore rows, StoredRows stored, UnaryOperator<Row> conversion) {}

    StoredRows(TableSchema schema, RowCache cache) {
        this(schema, cache, null);
    }

    private StoredRows(TableSchema schema, RowCache cache, @Nullable Former former) {
        this.schema = schema;
        this.cache = cache;
        this.former = former;
    }

    /** The rows of a table with other columns. */
    StoredRows converted(TableSchema changed, RowStore rows, UnaryOperator<Row> conversion) {
        return new StoredRows(changed, cache, new Former(rows, this, conversion));
    }

    /**
     * The row of a version that was cold a moment ago.
     *
     * @throws io.taskmover.storage.error.ConflictException if a later change of the table took it
     */
    Row read(RowSlot slot, Version version) {
        return cache.admit(slot, version, fetch(slot, version, null));
    }

    /** @param asker the form that takes over from this one; null for somebody who sees this one */
    private Row fetch(RowSlot slot, Version version, @Nullable StoredRows asker) {
        Row row = null;
        RuntimeException failure = null;
        try {
            row = load(slot.id, version);
        } catch (RuntimeException e) {
            failure = e;
        }
        // whoever replaces a row or a form says so first: if nothing is said by now, what was read is of this version.
        // Asked before the memory is: a version that is replaced was put there before, unless it is lost
        boolean replaced = slot.newest() != version;
        Row meanwhile = cache.inMemory(version);
        if (meanwhile != null) {
            return meanwhile;
        }
        requireStillStored(asker);
        if (replaced) {
            throw lost(slot.id);
        }
        if (row == null) {
            throw Objects.requireNonNull(failure);
        }
        return row;
    }

    /** What was replaced and is not in memory is lost: what can be read now is not of it any more. */
    private ConflictException lost(Object id) {
        return new ConflictException(
                "Row '" + id + "' of table '" + schema.name()
                        + "' was changed by someone else where it is stored, and what it was before is not known any"
                        + " more; run the transaction again",
                schema.name(),
                id,
                null,
                null);
    }

    private Row load(Object id, Version version) {
        Former from = former;
        if (from == null) {
            return cache.read(schema, id);
        }
        RowSlot slot = from.rows.slot(id);
        Version same = slot == null ? null : slot.versionAt(version.sequence);
        if (slot == null || same == null || same.sequence != version.sequence) {
            // a transaction's own form of a table that others went on to change: it cannot be committed
            throw CommitCheck.tableChanged(schema.name());
        }
        Row row = same.inMemory();
        return from.conversion.apply(row != null ? row : from.stored.fetch(slot, same, this));
    }

    private void requireStillStored(@Nullable StoredRows asker) {
        StoredRows now = successor;
        if (now != null && now != asker) {
            throw CommitCheck.tableChanged(schema.name());
        }
    }

    /**
     * Keeps the row of a slot's newest version in memory, since a commit is about to replace it.
     *
     * @param known the row, if the caller knows it
     */
    void pin(RowSlot slot, @Nullable Row known) {
        Version newest = slot.newest();
        if (!newest.deleted()) {
            Row row = known != null ? known : newest.inMemory();
            cache.pin(slot, row != null ? row : fetch(slot, newest, null));
        }
    }

    /** Undoes {@link #pin}, if it was done. */
    void unpin(RowSlot slot) {
        cache.unpin(slot);
    }

    void installed(RowSlot slot) {
        cache.installed(slot);
    }

    void reclaimed(RowSlot slot) {
        cache.reclaimed(slot);
    }

    /**
     * Notes, before the log can know, that a commit replaces this form of the table, or drops it.
     *
     * @param latest what the commit puts in its place; null for nothing
     */
    void replacedBy(@Nullable StoredRows latest) {
        successor = this;
        StoredRows form = latest;
        Former from = form == null ? null : form.former;
        while (form != null && from != null) {
            from.stored.successor = form;
            if (from.stored == this) {
                return;
            }
            form = from.stored;
            from = form.former;
        }
    }

    /** Takes {@link #replacedBy} back: the commit did not come to be. */
    void notReplaced() {
        successor = null;
    }

    /** Notes which commit made this form; when it is stored, rows can be read in this form. */
    void committed(long sequence) {
        if (former != null) {
            cache.changed(this, sequence);
        }
    }

    /** Notes that the commit that made this form is stored: the former one is not needed any more. */
    void stored() {
        former = null;
    }
}
