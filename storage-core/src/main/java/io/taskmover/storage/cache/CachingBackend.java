package io.taskmover.storage.cache;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.CacheSettings;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Keeps rows and results of queries in memory, over any backend.
 *
 * <p>Commits take out what they may have changed, by whomever the backend tells of: this store's own, and people who edit
 * JSON files. When a commit has returned, nobody is given what was before it. Transactions do not use the cache, neither to
 * read nor to keep what they read; what is rolled back was never in it. What other programs write into a database shows when
 * the time to live is over, and at a conflict over that row.
 */
public final class CachingBackend extends ForwardingBackend {
    private final CacheSettings settings;
    private final LongSupplier ticker;
    private final Map<String, CachedTable> tables = new ConcurrentHashMap<>();

    /** Guards what follows, and every change of {@link #tables}. */
    private final Object lock = new Object();
    /** How often everything was taken out. */
    private long emptied;
    /** What was counted of tables that are not kept any more. */
    private CacheStatistics formerRows = CacheStatistics.NONE;

    private CacheStatistics formerResults = CacheStatistics.NONE;

    private final StorageMetrics metrics;

    /** @param delegate a backend that is connected */
    public CachingBackend(StorageBackend delegate, CacheSettings settings) {
        this(delegate, settings, System::nanoTime);
    }

    /** @param ticker nanoseconds from any moment on, as of {@link System#nanoTime} */
    CachingBackend(StorageBackend delegate, CacheSettings settings, LongSupplier ticker) {
        super(delegate);
        this.settings = settings;
        this.ticker = ticker;
        this.metrics = delegate.metrics()
                .and(StorageMetrics.of(
                        Stream.concat(meters("rows", this::rowStatistics), meters("results", this::resultStatistics))
                                .toList()));
        delegate.onCommit(this::committed);
    }

    private void committed(CommitOrigin origin, List<RowChange> changes) {
        if (changes.isEmpty()) {
            empty(); // the catalog: rows may have other columns
            return;
        }
        if (changes.size() == 1) {
            changed(changes.get(0).table(), changes);
            return;
        }
        Map<String, List<RowChange>> byTable = new LinkedHashMap<>();
        for (RowChange change : changes) {
            byTable.computeIfAbsent(change.table(), name -> new ArrayList<>()).add(change);
        }
        byTable.forEach(this::changed);
    }

    private void changed(String table, List<RowChange> changes) {
        CachedTable cached = tables.get(table);
        if (cached != null) {
            cached.changed(changes);
        }
    }

    /** Takes everything out; loads that are under way are not kept. */
    public void empty() {
        synchronized (lock) {
            emptied++;
            formerRows = total(CachedTable::rowStatistics, formerRows);
            formerResults = total(CachedTable::resultStatistics, formerResults);
            tables.clear();
        }
    }

    /** What is kept of a table; null if it is not to be known, for the table is not there or just changes. */
    private @Nullable CachedTable table(String name) {
        CachedTable known = tables.get(name);
        return known != null ? known : newTable(name);
    }

    private @Nullable CachedTable newTable(String name) {
        long before;
        synchronized (lock) {
            before = emptied;
        }
        TableSchema schema;
        try {
            schema = schemaOf(name);
        } catch (SchemaException e) {
            return null; // the backend tells, in its own words
        }
        synchronized (lock) {
            return emptied == before
                    ? tables.computeIfAbsent(name, absent -> new CachedTable(schema, settings, ticker))
                    : null;
        }
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        return find(table, id, Function.identity());
    }

    @Override
    public <R> Optional<R> find(String table, Object id, Function<? super Row, ? extends R> mapper) {
        CachedTable cached = table(table);
        if (cached == null) {
            return delegate().find(table, id, mapper);
        }
        CachedRow row = cached.row(id);
        if (row == null) {
            row = cached.load(id, () -> delegate().find(table, id));
        }
        return row == null ? Optional.empty() : row.as(mapper);
    }

    @Override
    public <R> List<R> select(Select select, Function<? super Row, ? extends R> mapper) {
        CachedTable cached = table(select.table());
        return cached == null
                ? delegate().select(select, mapper)
                : cached.result(select, () -> delegate().select(select, Function.<Row>identity()))
                        .as(mapper);
    }

    /** Whether a selection is answered from the cache, and why. */
    public CacheExplanation explainCache(Select select) {
        CachedTable cached = table(select.table());
        return cached == null
                ? new CacheExplanation(false, "there is no table '" + select.table() + "'", null)
                : cached.explain(select);
    }

    // writes of their own

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return telling(() -> delegate().write(table, mode, rows));
    }

    @Override
    public boolean delete(String table, Object id) {
        return telling(() -> delegate().delete(table, id));
    }

    @Override
    public long delete(String table, Condition where) {
        return telling(() -> delegate().delete(table, where));
    }

    @Override
    public Object insert(String table, Map<String, ? extends @Nullable Object> values) {
        return telling(() -> delegate().insert(table, values));
    }

    @Override
    public boolean update(String table, Object id, Map<String, ? extends @Nullable Object> values) {
        return telling(() -> delegate().update(table, id, values));
    }

    private <R> R telling(Supplier<R> write) {
        try {
            return write.get();
        } catch (StorageException e) {
            failed(e);
            throw e;
        }
    }

    /** A conflict tells that somebody changed a row, perhaps unseen; of any other failure the outcome may be unknown. */
    private void failed(StorageException e) {
        if (e instanceof ConflictException conflict) {
            CachedTable cached = tables.get(conflict.table());
            Object id = conflict.id();
            if (cached != null && id != null) {
                cached.forget(id);
            }
        } else if (!e.retryable() && e instanceof ConnectionException) {
            empty();
        }
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        BackendTransaction transaction = delegate().begin(options);
        return options.readOnly() ? transaction : new Watched(transaction);
    }

    /** A transaction of which is noticed what commits do not tell. */
    private final class Watched extends ForwardingTransaction {
        /** Whether it may have changed more than the rows that its commit tells. */
        private boolean more;

        Watched(BackendTransaction delegate) {
            super(delegate);
        }

        @Override
        public Catalog catalog() {
            more = true;
            return super.catalog();
        }

        @Override
        public RowCursor executeSql(String sql, List<? extends @Nullable Object> parameters) {
            more = true;
            return super.executeSql(sql, parameters);
        }

        @Override
        public List<Row> write(String table, WriteMode mode, List<Row> rows) {
            return telling(() -> super.write(table, mode, rows));
        }

        @Override
        public void load(String table, List<Row> rows) {
            more = true;
            super.load(table, rows);
        }

        @Override
        public void commit() {
            try {
                super.commit();
            } catch (StorageException e) {
                if (isInDoubt()) {
                    empty();
                } else {
                    failed(e);
                }
                throw e;
            }
            if (more) {
                empty();
            }
        }
    }

    @Override
    public Replacement beginReplacement() {
        return new Emptying(super.beginReplacement());
    }

    /** A replacement after which nothing is left of what was read before, whatever listeners are told. */
    private final class Emptying implements Replacement {
        private final Replacement replacement;

        Emptying(Replacement replacement) {
            this.replacement = replacement;
        }

        @Override
        public void create(TableSchema schema, long lastGeneratedKey) {
            replacement.create(schema, lastGeneratedKey);
        }

        @Override
        public void load(String table, List<Row> rows) {
            replacement.load(table, rows);
        }

        @Override
        public void commit() {
            try {
                replacement.commit();
            } finally {
                empty(); // if it failed, perhaps it is done all the same
            }
        }

        @Override
        public void close() {
            replacement.close();
        }
    }

    @Override
    public void createTable(TableSchema schema) {
        super.createTable(schema);
        empty();
    }

    @Override
    public void refresh() {
        super.refresh();
        empty();
    }

    /** What was counted of rows that were found by their keys. */
    public CacheStatistics rowStatistics() {
        synchronized (lock) {
            return total(CachedTable::rowStatistics, formerRows);
        }
    }

    /** What was counted of results of queries. */
    public CacheStatistics resultStatistics() {
        synchronized (lock) {
            return total(CachedTable::resultStatistics, formerResults);
        }
    }

    private CacheStatistics total(Function<CachedTable, CacheStatistics> counted, CacheStatistics former) {
        CacheStatistics total = former.withoutContent();
        for (CachedTable table : tables.values()) {
            total = total.plus(counted.apply(table));
        }
        return total;
    }

    @Override
    public StorageMetrics metrics() {
        return metrics;
    }

    private static Stream<Meter> meters(String level, Supplier<CacheStatistics> counted) {
        return Stream.of(
                Meter.counter(Metric.CACHE_HITS, () -> counted.get().hits(), level),
                Meter.counter(Metric.CACHE_MISSES, () -> counted.get().misses(), level),
                Meter.counter(Metric.CACHE_EVICTIONS, () -> counted.get().evictions(), level),
                Meter.timer(
                        Metric.CACHE_LOADS,
                        () -> counted.get().loads(),
                        () -> counted.get().loadTime().toNanos(),
                        level),
                Meter.gauge(Metric.CACHE_ENTRIES, () -> counted.get().entries(), level));
    }
}
