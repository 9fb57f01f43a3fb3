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
    private final Set<Object> except;
    private final Deadline deadline;
    private int untilCheck = ROWS_PER_CHECK;

    /**
     * @param condition null for none
     * @param except the ids of rows to leave out
     */
    TableScan(
            RowStore rows,
            AccessPath path,
            long sequence,
            @Nullable Predicate<Row> condition,
            Set<Object> except,
            Deadline deadline) {
        this.rows = rows;
        this.walk = new EntryWalk(path);
        this.index = path.index();
        this.sequence = sequence;
        this.condition = condition;
        this.except = except;
        this.deadline = deadline;
    }

    @Override
    public @Nullable Row next() {
        while (walk.advance()) {
            if (--untilCheck == 0) {
                deadline.check();
                untilCheck = ROWS_PER_CHECK;
            }
            RowSlot slot = walk.slot();
            Row row = rows.rowAt(slot, sequence);
            if (row != null
                    // an entry may speak of a version that is not the one seen
                    && (index == null || index.hasKey(row, walk.key()))
                    && (condition == null || condition.test(row))
                    && (except.isEmpty() || !except.contains(slot.id))) {
                return row;
            }
        }
        return null;
    }
}
