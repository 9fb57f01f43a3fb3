package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.history.VersionWriter.Seen;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A transaction that adds a version of each row that it changes, as a part of itself. */
final class VersionedTransaction extends ForwardingTransaction {
    private final VersionedTables kept;
    private final VersionWriter versions;
    private final boolean readOnly;
    /** The histories that this transaction knows to be there. */
    private final Map<String, HistoryTable> histories = new HashMap<>();
    /** Whether a change failed, perhaps before the transaction below was told of it. */
    private boolean failed;

    private boolean prepared;

    VersionedTransaction(BackendTransaction delegate, VersionedTables kept, VersionWriter versions, boolean readOnly) {
        super(delegate);
        this.kept = kept;
        this.versions = versions;
        this.readOnly = readOnly;
    }

    // writing

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return change(table, () -> {
            HistoryTable history = history(table);
            if (history == null || rows.isEmpty()) {
                return super.write(table, mode, rows);
            }
            Map<Object, Seen> before =
                    mode == WriteMode.INSERT ? Map.of() : versions.look(history, keys(history, rows));
            List<Row> stored = super.write(table, mode, rows);
            versions.saved(history, before, stored);
            return stored;
        });
    }

    /** The keys of rows as they are given, of those that have one: what is wrong with the others their table says. */
    private static Set<Object> keys(HistoryTable history, List<Row> rows) {
        TableSchema schema = history.rows();
        Map<Object, Boolean> keys = new LinkedHashMap<>();
        for (Row row : rows) {
            List<Object> parts = new ArrayList<>();
            for (String column : schema.primaryKey()) {
                int position = row.type().indexOf(column);
                Object part = position < 0 ? null : row.get(position);
                if (schema.column(column).type().javaType().isInstance(part)) {
                    parts.add(part);
                }
            }
            if (parts.size() == schema.primaryKey().size()) {
                keys.put(schema.coerceKey(parts.size() == 1 ? parts.get(0) : parts), true);
            }
        }
        return keys.keySet();
    }

    @Override
    public long update(String table, Condition where, Assignments changes) {
        return change(table, () -> {
            HistoryTable history = history(table);
            if (history == null) {
                return super.update(table, where, changes);
            }
            return eachOf(history, where, ids -> {
                Map<Object, Seen> before = versions.look(history, ids);
                long count = super.update(table, history.rowIn(ids).and(where), changes);
                if (isAll(table, ids, count)) {
                    versions.saved(
                            history,
                            before,
                            List.copyOf(versions.rows(history, ids).values()));
                }
                return count;
            });
        });
    }

    @Override
    public long delete(String table, Condition where) {
        return change(table, () -> {
            HistoryTable history = history(table);
            if (history == null) {
                return super.delete(table, where);
            }
            return eachOf(history, where, ids -> {
                Map<Object, Seen> before = versions.look(history, ids);
                long count = super.delete(table, history.rowIn(ids).and(where));
                if (isAll(table, ids, count)) {
                    versions.deleted(history, before);
                }
                return count;
            });
        });
    }

    /** A change of the rows with some keys, which counts them. */
    @FunctionalInterface
    private interface Change {
        long of(List<Object> ids);
    }

    /**
     * Changes the rows that satisfy a condition, so many at a time that their former states can be held in memory. Where
     * others' commits may show in between, each by itself: then it is known which of them were changed.
     */
    private long eachOf(HistoryTable history, Condition where, Change change) {
        List<Object> ids = new ArrayList<>();
        try (RowCursor rows = super.select(history.keysWhere(where))) {
            rows.forEachRemaining(row -> ids.add(history.keyOf(row)));
        }
        if (ids.isEmpty()) {
            return change.of(List.of()); // what is wrong with the change shows all the same
        }
        long count = 0;
        for (List<Object> some : VersionWriter.together(ids, versions.isReadCommitted() ? 1 : VersionWriter.TOGETHER)) {
            count += change.of(some);
        }
        return count;
    }

    /** Whether all of the rows were changed, or else none. */
    private static boolean isAll(String table, List<Object> ids, long count) {
        if (count == 0) {
            return false;
        }
        if (count != ids.size()) {
            throw new ConflictException(
                    "Others have changed rows of table '" + table + "' that were about to be changed; run it again",
                    table,
                    null,
                    null,
                    null);
        }
        return true;
    }

    @Override
    public boolean delete(String table, Object id) {
        return change(table, () -> {
            HistoryTable history = history(table);
            if (history == null) {
                return super.delete(table, id);
            }
            Map<Object, Seen> before = versions.look(history, List.of(id));
            boolean deleted = super.delete(table, id);
            if (deleted) {
                versions.deleted(history, before);
            }
            return deleted;
        });
    }

    /** Runs a change; if it fails anywhere only the way back is open. */
    private <R> R change(String table, Supplier<R> change) {
        requireUsable();
        boolean done = false;
        try {
            if (HistoryTable.isReserved(table)) {
                throw reserved(table);
            }
            R result = change.get();
            done = true;
            return result;
        } finally {
            failed = !done && !prepared;
        }
    }

    static UnsupportedException reserved(String table) {
        return new UnsupportedException(
                "Table '" + table + "' holds versions of rows, and is written with the rows only");
    }

    /** Where versions of a table's rows go; null if none are kept, or there is no such table. */
    private @Nullable HistoryTable history(String table) {
        HistoryTable known = histories.get(table);
        if (known != null || readOnly || !VersionedTables.isKept(table)) {
            return known;
        }
        Catalog catalog = super.catalog();
        Optional<TableSchema> schema = catalog.table(table);
        if (schema.isEmpty()) {
            return null;
        }
        HistoryTable history = kept.history(schema.get());
        Optional<TableSchema> there = catalog.table(history.name());
        if (there.isPresent()) {
            history.requireSameKey(there.get());
        } else {
            kept.requireCreatable(table);
            catalog.create(history.schema());
        }
        kept.goOn(history, delegate());
        histories.put(table, history);
        return history;
    }

    /** What the history of a table is like. */
    HistoryTable of(TableSchema table) {
        return kept.history(table);
    }

    private StorageException overtaken(DuplicateKeyException e) {
        for (HistoryTable history : histories.values()) {
            if (history.name().equals(e.table())) {
                return history.overtaken(e);
            }
        }
        return e;
    }

    // the rest of what a change that failed forbids

    private void requireUsable() {
        if (failed) {
            throw new IllegalStateException(
                    "A write in the transaction failed before; only rollback, or rollbackTo a savepoint, is possible");
        }
    }

    @Override
    public Catalog catalog() {
        requireUsable();
        return new VersionedCatalog(super.catalog(), histories::clear);
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        requireUsable();
        return super.find(table, id);
    }

    @Override
    public RowCursor select(Select select) {
        requireUsable();
        return super.select(select);
    }

    @Override
    public long count(Select select) {
        requireUsable();
        return super.count(select);
    }

    @Override
    public Explanation explain(Select select) {
        requireUsable();
        return super.explain(select);
    }

    @Override
    public RowCursor executeSql(String sql, List<? extends @Nullable Object> parameters) {
        requireUsable();
        return super.executeSql(sql, parameters);
    }

    @Override
    public Savepoint savepoint() {
        requireUsable();
        return super.savepoint();
    }

    @Override
    public void rollbackTo(Savepoint savepoint) {
        super.rollbackTo(savepoint);
        failed = false;
        histories.clear(); // one of them may have been made since
    }

    @Override
    public void release(Savepoint savepoint) {
        requireUsable();
        super.release(savepoint);
    }

    @Override
    public void prepare(PreparedTransaction transaction) {
        requireUsable();
        try {
            super.prepare(transaction);
        } catch (DuplicateKeyException e) {
            throw overtaken(e);
        }
        prepared = true;
    }

    @Override
    public void decide(PreparedTransaction transaction, List<String> stores) {
        requireUsable();
        super.decide(transaction, stores);
    }

    @Override
    public void commit() {
        requireUsable();
        try {
            super.commit();
        } catch (DuplicateKeyException e) {
            throw overtaken(e);
        }
    }
}
