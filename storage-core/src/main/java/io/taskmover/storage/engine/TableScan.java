package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Row;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The committed rows on an access path that a snapshot sees and that satisfy a condition. */
final class TableScan implements RowSource {
    private static final int ROWS_PER_CHECK = 1024;

    private final RowStore rows;
    private final EntryWalk walk;
    private final @Nullable OrderedIndex index;
    private final long sequence;
    private final @Nullable Predicate<Row> condition;
    private final @Nullable EntryTest entryTest;
    private final Set<Object> except;
    private final Deadline deadline;
    /** Whether the entry of a row that is not in memory is certainly of the version seen. */
    private final boolean settled;

    private int untilCheck = ROWS_PER_CHECK;
    private @Nullable Row found;

    /**
     * @param condition null for none
     * @param entryTest the same condition on entries alone, to spare reading rows; null if that is not possible
     * @param except the ids of rows to leave out
     */
    TableScan(
            RowStore rows,
            AccessPath path,
            long sequence,
            @Nullable Predicate<Row> condition,
            @Nullable EntryTest entryTest,
            Set<Object> except,
            Deadline deadline) {
        this.rows = rows;
        this.walk = new EntryWalk(path);
        this.index = path.index();
        this.sequence = sequence;
        this.condition = condition;
        this.entryTest = entryTest;
        this.except = except;
        this.deadline = deadline;
        this.settled = rows.isSettled();
    }

    @Override
    public @Nullable Row next() {
        return advance(true) ? found : null;
    }

    @Override
    public boolean skip() {
        return advance(false);
    }

    private boolean advance(boolean wanted) {
        while (walk.advance()) {
            if (--untilCheck == 0) {
                deadline.check();
                untilCheck = ROWS_PER_CHECK;
            }
            RowSlot slot = walk.slot();
            Version version = slot.versionAt(sequence);
            if (version == null) {
                continue;
            }
            Row row = version.use();
            if (row == null) {
                if (version.deleted() || !mayMatch(slot)) {
                    continue;
                }
                if (!wanted && isCertain()) {
                    return true;
                }
                row = rows.rowOf(slot, version);
            }
            if (row != null
                    // an entry may speak of a version that is not the one seen
                    && (index == null || index.hasKey(row, walk.key()))
                    && (condition == null || condition.test(row))
                    && (except.isEmpty() || !except.contains(slot.id))) {
                found = row;
                return true;
            }
        }
        return false;
    }

    /** Whether reading a row may show that it belongs to the result. */
    private boolean mayMatch(RowSlot slot) {
        return (except.isEmpty() || !except.contains(slot.id))
                && (entryTest == null || entryTest.test(walk.key(), slot));
    }

    /** Whether it is certain that a row that is not in memory, and {@link #mayMatch}, does. */
    private boolean isCertain() {
        return (index == null || settled) && (condition == null || entryTest != null);
    }
}
