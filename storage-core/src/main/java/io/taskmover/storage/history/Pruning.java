package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.schema.Row;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the versions of one table that nothing keeps any more, row by row in one walk over all of them. */
final class Pruning {
    private final HistoryTable history;
    private final Retention retention;
    /** What was current at this time or later is kept; null if age keeps nothing. */
    private final @Nullable Instant since;
    /** The first versions to keep, of those rows of which some go. */
    private final Map<Object, Long> floors = new LinkedHashMap<>();

    private @Nullable Object id;
    private long first;
    private long last;
    /** The last version that was there at {@link #since}; 0 if there was none. */
    private long current;

    private Pruning(HistoryTable history, Retention retention, Instant now) {
        this.history = history;
        this.retention = retention;
        this.since = retention.age() == null ? null : now.minus(retention.age());
    }

    /** By key, the first version to keep of each row that has versions which go. */
    static Map<Object, Long> floors(
            BackendTransaction reading, HistoryTable history, Retention retention, Instant now) {
        Pruning pruning = new Pruning(history, retention, now);
        try (RowCursor entries = reading.select(history.numbers(true).orderBy(history.byRow()))) {
            entries.forEachRemaining(pruning::next);
        }
        pruning.end();
        return pruning.floors;
    }

    private void next(Row entry) {
        Object key = history.keyOf(entry);
        long number = history.numberOf(entry);
        if (!key.equals(id)) {
            end();
            id = key;
            first = number;
            current = 0;
        }
        last = number;
        if (since != null && !history.timeOf(entry).isAfter(since)) {
            current = number;
        }
    }

    private void end() {
        if (id == null) {
            return;
        }
        long byAge = since == null ? last : Math.max(first, current);
        long floor = Math.min(byAge, retention.firstByCount(last));
        if (floor > first) {
            floors.put(id, floor);
        }
    }
}
