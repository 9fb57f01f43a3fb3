package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** What is known in common of the histories in a store. Thread-safe. */
final class VersionedTables {
    private final VersionClock clock;
    private final boolean createdAnywhere;
    /** By table, as it was when it was last used. */
    private final Map<String, HistoryTable> known = new ConcurrentHashMap<>();
    /** The histories whose last change the clock has seen. */
    private final Set<String> goneOn = ConcurrentHashMap.newKeySet();

    /** @param createdAnywhere whether a table can be made in the middle of a transaction */
    VersionedTables(VersionClock clock, boolean createdAnywhere) {
        this.clock = clock;
        this.createdAnywhere = createdAnywhere;
    }

    /** Whether versions of a table's rows are kept: not of versions, and not of what transactions over several stores note. */
    static boolean isKept(String table) {
        return !HistoryTable.isReserved(table) && !table.equals(Decisions.TABLE);
    }

    HistoryTable history(TableSchema table) {
        HistoryTable history = known.get(table.name());
        if (history == null || !(history.rows() == table || history.rows().equals(table))) {
            history = HistoryTable.of(table);
            known.put(table.name(), history);
        }
        return history;
    }

    /** @throws UnsupportedException if a history cannot be made in a transaction */
    void requireCreatable(String table) {
        if (!createdAnywhere) {
            throw new UnsupportedException("There is no table yet for the versions of table '" + table
                    + "', and this database makes none in the middle of a transaction: open the table's repository, or save"
                    + " one of its rows outside of a transaction, first");
        }
    }

    /** Lets no change from now on be older than the latest one in a history. */
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
        goneOn.add(history.name());
    }
}
