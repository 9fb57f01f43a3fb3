package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Adds the versions of rows that a transaction changes, in that transaction: {@link #look} before the rows are changed, and
 * {@link #saved} or {@link #deleted} after it. A row whose state is not the one that its last version shows was changed past the
 * versions; that state becomes a version first.
 *
 * <p>The end of a row's versions is read after the row was changed: then no other transaction can be about to add to it,
 * where rows are locked, or it is one of those two that conflict.
 */
final class VersionWriter {
    /** How many rows are looked up by one condition. */
    static final int TOGETHER = 256;

    private final BackendTransaction transaction;
    private final Origin origin;
    private final Retention retention;
    private final VersionedTables kept;
    /** Whether others' commits may show between looking and changing. */
    private final boolean readCommitted;
    /** When the transaction made its first change; null before that. */
    private @Nullable Instant now;

    VersionWriter(
            BackendTransaction transaction,
            Origin origin,
            Retention retention,
            VersionedTables kept,
            boolean readCommitted) {
        this.transaction = transaction;
        this.origin = origin;
        this.retention = retention;
        this.kept = kept;
        this.readCommitted = readCommitted;
    }

    /**
     * A row as it was found before it was changed.
     *
     * @param row null if it was not there
     * @param number of its last version then, if others may have added one since
     */
    record Seen(@Nullable Row row, long number) {}

    boolean isReadCommitted() {
        return readCommitted;
    }

    /** What is found of the rows with these keys: there is an answer for each, also for one that is not there. */
    Map<Object, Seen> look(HistoryTable history, Collection<Object> ids) {
        Map<Object, Chain> chains = readCommitted ? chains(history, ids) : Map.of();
        Map<Object, Row> rows = rows(history, ids);
        Map<Object, Seen> seen = new HashMap<>(ids.size() * 2);
        for (Object id : ids) {
            Chain chain = chains.get(id);
            seen.put(id, new Seen(rows.get(id), chain == null ? 0 : chain.number()));
        }
        return seen;
    }

    /** The rows with these keys. */
    Map<Object, Row> rows(HistoryTable history, Collection<Object> ids) {
        String table = history.rows().name();
        Map<Object, Row> rows = new HashMap<>(ids.size() * 2);
        if (ids.size() == 1) {
            Object id = ids.iterator().next();
            transaction.find(table, id).ifPresent(row -> rows.put(id, row));
            return rows;
        }
        for (List<Object> some : together(ids)) {
            try (RowCursor cursor = transaction.select(Select.from(table).where(history.rowIn(some)))) {
                cursor.forEachRemaining(
                        row -> rows.put(Objects.requireNonNull(history.rows().keyOf(row)), row));
            }
        }
        return rows;
    }

    /** Adds a version for each row that was written, in the order of writing. */
    void saved(HistoryTable history, Map<Object, Seen> before, List<Row> rows) {
        Function<Row, Object> keyOf =
                row -> Objects.requireNonNull(history.rows().keyOf(row));
        Map<Object, Chain> chains =
                chains(history, rows.stream().map(keyOf).distinct().toList());
        Instant moment = now();
        List<Row> entries = new ArrayList<>(rows.size());
        chains.forEach((id, chain) ->
                addFound(entries, chain, before.getOrDefault(id, new Seen(null, chain.number()))));
        for (Row row : rows) {
            entries.add(chain(chains, keyOf.apply(row)).saved(row, moment, origin));
        }
        add(history, entries, chains);
    }

    /** Adds a version for each row that was removed. */
    void deleted(HistoryTable history, Map<Object, Seen> before) {
        Map<Object, Chain> chains = chains(history, before.keySet());
        Instant moment = now();
        List<Row> entries = new ArrayList<>(before.size());
        before.forEach((id, seen) -> {
            Chain chain = chain(chains, id);
            addFound(entries, chain, seen);
            entries.add(chain.deleted(moment, origin));
        });
        add(history, entries, chains);
    }

    /**
     * Adds versions of rows that were changed past them, as far as they were.
     *
     * @param noticed the changes of these rows that were noticed; of others it is not known that they were changed, and
     *     those without versions are as they always were
     */
    void caughtUp(HistoryTable history, Collection<Object> ids, Map<Object, RowChange> noticed) {
        Map<Object, Row> rows = rows(history, ids);
        Instant moment = now();
        List<Row> entries = new ArrayList<>();
        Map<Object, Chain> chains = chains(history, ids);
        chains.forEach((id, chain) -> {
            if (chain.number() > 0 || noticed.containsKey(id)) {
                addCaughtUp(entries, chain, rows.get(id), noticed.get(id), moment);
            }
        });
        if (!entries.isEmpty()) {
            add(history, entries, chains);
        }
    }

    private static void addCaughtUp(
            List<Row> entries, Chain chain, @Nullable Row row, @Nullable RowChange change, Instant moment) {
        Row before = change == null ? null : change.before();
        boolean first = chain.number() == 0;
        if (first && before != null) {
            entries.add(Objects.requireNonNull(chain.found(before, moment)));
        }
        boolean added = first && before == null && change != null && change.beforeKnown();
        Row entry = added && row != null ? chain.edited(row, moment) : chain.found(row, moment);
        if (entry != null) {
            entries.add(entry);
        }
    }

    private void addFound(List<Row> entries, Chain chain, Seen seen) {
        if (readCommitted && chain.number() != seen.number()) {
            return; // others changed the row since it was looked at, and said so
        }
        Row entry = chain.found(seen.row(), now());
        if (entry != null) {
            entries.add(entry);
        }
    }

    private static Chain chain(Map<Object, Chain> chains, Object id) {
        return Objects.requireNonNull(chains.get(id));
    }

    /** The ends of rows' versions. */
    private Map<Object, Chain> chains(HistoryTable history, Collection<Object> ids) {
        Map<Object, Chain> chains = new LinkedHashMap<>(ids.size() * 2);
        for (List<Object> some : together(ids)) {
            boolean known = some.size() == 1 || anyOf(history, some);
            for (Object id : some) {
                chains.put(id, new Chain(history, id, known ? last(history, id) : null));
            }
        }
        return chains;
    }

    /** Whether any of these rows has a version: rows that are imported have none, which takes one question. */
    private boolean anyOf(HistoryTable history, List<Object> ids) {
        try (RowCursor entries = transaction.select(
                history.numbers(false).where(history.ofRows(ids)).limit(1L))) {
            return entries.next() != null;
        }
    }

    private @Nullable Row last(HistoryTable history, Object id) {
        try (RowCursor entries = transaction.select(history.last(id, Condition.all()))) {
            return entries.next();
        }
    }

    private void add(HistoryTable history, List<Row> entries, Map<Object, Chain> chains) {
        kept.changed(history.rows().name(), chains.keySet());
        try {
            transaction.write(history.name(), WriteMode.INSERT, entries);
        } catch (DuplicateKeyException e) {
            throw history.overtaken(e);
        }
        if (retention.isByCountOnly()) {
            chains.forEach((id, chain) -> {
                long first = retention.firstByCount(chain.number());
                if (first > 1) {
                    transaction.delete(history.name(), history.ofRow(id).and(HistoryTable.below(first)));
                }
            });
        }
    }

    private Instant now() {
        Instant first = now;
        if (first == null) {
            first = kept.now();
            now = first;
        }
        return first;
    }

    /** Some of them after others, no more at a time than one condition should have. */
    static List<List<Object>> together(Collection<Object> ids) {
        return together(ids, TOGETHER);
    }

    static List<List<Object>> together(Collection<Object> ids, int most) {
        List<Object> all = List.copyOf(ids);
        List<List<Object>> parts = new ArrayList<>();
        for (int from = 0; from < all.size(); from += most) {
            parts.add(all.subList(from, Math.min(all.size(), from + most)));
        }
        return parts;
    }
}
