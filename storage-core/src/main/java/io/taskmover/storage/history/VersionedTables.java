package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known in common of the histories in a store. Thread-safe. */
final class VersionedTables {
    /** What the names of the tables begin with that migrations have for themselves. */
    private static final List<String> NOTES_OF_MIGRATIONS = List.of("_migration", "_dropped_");

    private final VersionClock clock;
    private final boolean createsAnywhere;
    /** What has changed lately; null if others may write to the store. */
    private final @Nullable RecentChanges changes;
    /** By table, as it was when it was last used. */
    private final Map<String, HistoryTable> known = new ConcurrentHashMap<>();
    /** The histories whose last change the clock has seen. */
    private final Set<String> goneOn = ConcurrentHashMap.newKeySet();

    /**
     * @param createsAnywhere whether a table can be made in the middle of a transaction
     * @param alone whether nobody else writes to the store
     */
    VersionedTables(VersionClock clock, boolean createsAnywhere, boolean alone) {
        this.clock = clock;
        this.createsAnywhere = createsAnywhere;
        this.changes = alone ? new RecentChanges(RecentChanges.MOST, clock::now) : null;
    }

    /** The time for a change. */
    Instant now() {
        return clock.now();
    }

    /** Notes that rows are changed, before anybody can see it and after the time of the change was taken. */
    void changed(String table, Collection<Object> ids) {
        if (changes != null) {
            changes.changed(table, ids);
        }
    }

    /** Whether a row that was read before this is asked was the same at a moment; false if that is not known. */
    boolean isSameSince(Instant moment, String table, Object id) {
        return changes != null && changes.isSameSince(moment, table, id);
    }

    /** Whether versions of a table's rows are kept: not of what this library notes for itself. */
    static boolean isKept(String table) {
        return !HistoryTable.isReserved(table)
                && !table.equals(Decisions.TABLE)
                && NOTES_OF_MIGRATIONS.stream().noneMatch(table::startsWith);
    }

    HistoryTable history(TableSchema table) {
        HistoryTable history = known.get(table.name());
        if (history == null || !(history.rows() == table || history.rows().equals(table))) {
            history = HistoryTable.of(table);
            known.put(table.name(), history);
        }
        return history;
    }

    /** The history of a table that was used before, in columns that the table had then; null if none was. */
    @Nullable
    HistoryTable latest(String table) {
        return known.get(table);
    }

    /** Whether a history can be made in the middle of a transaction. */
    boolean createsAnywhere() {
        return createsAnywhere;
    }

    /** @throws UnsupportedException if a history cannot be made in a transaction */
    void requireCreatable(String table) {
        if (!createsAnywhere) {
            throw new UnsupportedException("There is no table yet for the versions of table '" + table
                    + "', and this database makes none in the middle of a transaction: open the table's repository, or save"
                    + " one of its rows outside of a transaction, first");
        }
    }

    /** Lets no change from now on be older than the latest one in a history; to be called before a table is changed. */
    void goOn(HistoryTable history, BackendTransaction transaction) {
        if (goneOn.contains(history.name())) {
            return;
        }
        try (RowCursor latest = transaction.select(history.latest())) {
            Row row = latest.next();
            if (row != null) {
                clock.notBefore((Instant) Objects.requireNonNull(row.get(0)));
            }
        }
        if (changes != null) {
            changes.begin(history.rows().name());
        }
        goneOn.add(history.name());
    }
}
