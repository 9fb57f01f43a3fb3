package io.taskmover.storage.cache;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.config.CacheSettings;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of a table: rows by key and results of queries. A commit takes out what it may have made another; a load that
 * was under way meanwhile is not kept.
 */
final class CachedTable {
    private static final int STRIPES = 64;
    /** Rows that a result weighs more than it has: a query that finds nothing takes room too. */
    private static final int WEIGHT_OF_RESULT = 10;
    /** Of how many queries it is known what took their result out. */
    private static final int EXPLAINED = 1_000;
    /** A commit of more changes than that takes out all results: to look at each takes longer than to read again. */
    private static final int MOST_CHANGES_LOOKED_AT = 1_000;

    private final TableSchema schema;
    private final boolean keepsResults;
    private final LongSupplier ticker;
    private final AdaptiveCache<Object, CachedRow> rows;
    private final Loads<Object, CachedRow> rowLoads = new Loads<>(STRIPES);
    private final AdaptiveCache<Select, CachedResult> results;
    private final Loads<Select, CachedResult> resultLoads = new Loads<>(1);
    /** The selections that have a result, or had one that went for want of room or time. */
    private final Set<Select> selections = ConcurrentHashMap.newKeySet();

    private final LruCache<Select, String> takenOut = new LruCache<>(EXPLAINED, CacheLevel.FOREVER);

    CachedTable(TableSchema schema, CacheSettings settings, LongSupplier ticker) {
        this.schema = schema;
        this.ticker = ticker;
        this.keepsResults = settings.resultRows() > 0;
        this.rows = new AdaptiveCache<>(settings.rows(), (key, row) -> 1, settings.ttl(), ticker);
        this.results = new AdaptiveCache<>(
                Math.max(1, settings.resultRows()),
                (select, result) -> (long) result.size() + WEIGHT_OF_RESULT,
                settings.resultTtl(),
                ticker);
        results.onEviction((select, result) -> {
            selections.remove(select);
            takenOut.set(select, "it went for want of room");
        });
    }

    /** A row that is kept; null if none is. */
    @Nullable
    CachedRow row(Object id) {
        return rows.get(id);
    }

    /** A row that is not kept, as {@code loader} finds it, once for all who ask; null if there is none. */
    @Nullable
    CachedRow load(Object id, Supplier<Optional<Row>> loader) {
        return rowLoads.get(
                id, () -> rows.peek(id), () -> loader.get().map(CachedRow::new).orElse(null), found -> {
                    // an id may be given in another form than the row has it in: a commit would not take that out
                    if (id.equals(schema.keyOf(found.row()))) {
                        rows.set(id, found);
                    }
                });
    }

    /**
     * The result of a selection, as it is kept or as {@code loader} finds it, once for all who ask.
     *
     * @throws io.taskmover.storage.error.QueryException if the selection does not fit the table
     */
    CachedResult result(Select unbound, Supplier<List<Row>> loader) {
        // as a key it is to hold nothing that others can change, and the same for what means the same
        Select select = unbound.bind(schema);
        CachedResult kept = keepsResults ? results.get(select) : null;
        if (kept != null) {
            return kept;
        }
        CachedResult loaded = resultLoads.get(
                select,
                () -> keepsResults ? results.peek(select) : null,
                () -> new CachedResult(loader.get(), select, schema.rowType(), ticker.getAsLong()),
                found -> {
                    if (keepsResults) {
                        selections.add(select);
                        takenOut.delete(select);
                        results.set(select, found);
                    }
                });
        return Objects.requireNonNull(loaded);
    }

    /** Takes out what changes of the table's rows may have made another. */
    void changed(List<RowChange> changes) {
        for (RowChange change : changes) {
            rowLoads.change(change.id(), () -> rows.delete(change.id()));
        }
        resultLoads.changeAll(() -> selections.removeIf(select -> isTakenOut(select, changes)));
    }

    private boolean isTakenOut(Select select, List<RowChange> changes) {
        String reason = reason(select, changes);
        if (reason == null) {
            return false;
        }
        results.delete(select);
        takenOut.set(select, reason);
        return true;
    }

    private @Nullable String reason(Select select, List<RowChange> changes) {
        if (changes.size() > MOST_CHANGES_LOOKED_AT) {
            return "a commit changed " + changes.size() + " rows of the table";
        }
        CachedResult result = results.peek(select);
        if (result == null) {
            return "its time was over";
        }
        for (RowChange change : changes) {
            if (result.isAffectedBy(change)) {
                return "a commit changed the row '" + change.id() + "', which the query finds or found";
            }
        }
        return null;
    }

    /** Takes out one row: somebody may have changed it unseen. */
    void forget(Object id) {
        rowLoads.change(id, () -> rows.delete(id));
    }

    CacheExplanation explain(Select unbound) {
        Select select = unbound.bind(schema);
        if (!keepsResults) {
            return new CacheExplanation(false, "the cache keeps no results: resultRows is 0", null);
        }
        CachedResult kept = results.peek(select);
        if (kept != null) {
            return new CacheExplanation(
                    true,
                    "its result of " + kept.size() + " rows is there, and no commit has changed a row of it since",
                    Duration.ofNanos(ticker.getAsLong() - kept.since()));
        }
        String reason = takenOut.get(select);
        return new CacheExplanation(
                false,
                reason != null
                        ? "its result was there, but " + reason
                        : selections.contains(select)
                                ? "its result was there, but its time was over"
                                : "it was not asked before, or long ago",
                null);
    }

    CacheStatistics rowStatistics() {
        return of(rows.statistics(), rowLoads);
    }

    CacheStatistics resultStatistics() {
        return of(results.statistics(), resultLoads);
    }

    private static CacheStatistics of(CacheStatistics level, Loads<?, ?> loads) {
        return new CacheStatistics(
                level.hits(), level.misses(), level.evictions(), loads.count(), loads.time(), level.entries(), 0);
    }
}
