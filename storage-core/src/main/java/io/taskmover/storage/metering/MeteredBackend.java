package io.taskmover.storage.metering;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.metering.SlowLog.Plan;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Counts what a store does for its callers, times it where that is asked for, and tells the log of what was slow, over any
 * backend. It stands over the versions of rows, whose own reads and writes are no one's operations, and under the cache: what
 * is answered from there is counted there, and not slowed down by a clock.
 *
 * <p>Operations of {@link #whole} are not counted: backups, and whoever copies a store.
 */
public final class MeteredBackend extends ForwardingBackend {
    /** How long a plan may be waited for. */
    private static final TransactionOptions EXPLAINING =
            TransactionOptions.READ_ONLY.withTimeout(Duration.ofSeconds(1));

    private static final Explanation NO_CONNECTION =
            new Explanation(null, "not asked for, since all connections were in use");

    private final Metering metering;
    private final Counters counters;
    private final boolean timed;
    private final StorageMetrics below;
    private final StorageMetrics metrics;

    /** @param delegate a backend that is connected */
    public MeteredBackend(StorageBackend delegate, StorageConfig config) {
        this(delegate, config, System::nanoTime);
    }

    /** @param ticker nanoseconds from any moment on, as of {@link System#nanoTime} */
    MeteredBackend(StorageBackend delegate, StorageConfig config, LongSupplier ticker) {
        super(delegate);
        this.metering = new Metering(
                ticker,
                config.latencies(),
                config.slowQuery().map(slow -> new SlowLog(slow, ticker)).orElse(null));
        this.counters = metering.counters();
        this.timed = metering.timed();
        this.below = delegate.metrics();
        this.metrics = metering.metrics().and(below);
    }

    @Override
    public StorageMetrics metrics() {
        return metrics;
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        long start = metering.start();
        BackendTransaction transaction;
        try {
            transaction = super.begin(options);
        } catch (RuntimeException | Error e) {
            metering.failed(Operation.BEGIN, start, e, () -> "begin a transaction");
            throw e;
        }
        counters.succeeded(Operation.BEGIN);
        if (timed) {
            metering.took(Operation.BEGIN, start, -1, () -> "begin a transaction", Plan.NONE);
        }
        return new MeteredTransaction(transaction, options.readOnly(), metering);
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        return find(table, id, Function.identity());
    }

    @Override
    public <R> Optional<R> find(String table, Object id, Function<? super Row, ? extends R> mapper) {
        long start = metering.start();
        Optional<R> found;
        try {
            found = super.find(table, id, mapper);
        } catch (RuntimeException | Error e) {
            metering.failed(Operation.FIND, start, e, () -> Operation.FIND.on(table));
            throw e;
        }
        counters.found(found.isPresent());
        if (timed) {
            metering.took(Operation.FIND, start, found.isPresent() ? 1 : 0, () -> Operation.FIND.on(table), Plan.NONE);
        }
        return found;
    }

    @Override
    public <R> List<R> select(Select select, Function<? super Row, ? extends R> mapper) {
        long start = metering.start();
        List<R> rows;
        try {
            rows = super.select(select, mapper);
        } catch (RuntimeException | Error e) {
            metering.failed(Operation.SELECT, start, e, () -> Operation.SELECT.on(select));
            throw e;
        }
        selected(rows.size());
        if (timed) {
            metering.took(
                    Operation.SELECT, start, rows.size(), () -> Operation.SELECT.on(select), () -> explain(select));
        }
        return rows;
    }

    @Override
    public List<Map<String, @Nullable Object>> select(
            String table, Map<String, ? extends @Nullable Object> filters, List<Sort> orderBy, @Nullable Long limit) {
        long start = metering.start();
        List<Map<String, @Nullable Object>> rows;
        try {
            rows = super.select(table, filters, orderBy, limit);
        } catch (RuntimeException | Error e) {
            metering.failed(Operation.SELECT, start, e, () -> filtered(table, filters));
            throw e;
        }
        selected(rows.size());
        if (timed) {
            metering.took(Operation.SELECT, start, rows.size(), () -> filtered(table, filters), Plan.NONE);
        }
        return rows;
    }

    private static String filtered(String table, Map<String, ? extends @Nullable Object> filters) {
        return Operation.SELECT.label() + " from " + table + " by " + filters.keySet();
    }

    private void selected(long rows) {
        counters.succeeded(Operation.SELECT);
        counters.selected(rows);
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        long start = metering.start();
        List<Row> stored;
        try {
            stored = super.write(table, mode, rows);
        } catch (RuntimeException | Error e) {
            metering.failed(
                    Operation.of(mode), start, e, () -> Operation.of(mode).on(table));
            throw e;
        }
        written(Operation.of(mode), start, table, stored.size());
        return stored;
    }

    private void written(Operation operation, long start, String table, long rows) {
        counters.succeeded(operation);
        counters.written(rows);
        if (timed) {
            metering.took(operation, start, rows, () -> operation.on(table), Plan.NONE);
        }
    }

    @Override
    public Object insert(String table, Map<String, ? extends @Nullable Object> values) {
        long start = metering.start();
        Object key;
        try {
            key = super.insert(table, values);
        } catch (RuntimeException | Error e) {
            metering.failed(Operation.INSERT, start, e, () -> Operation.INSERT.on(table));
            throw e;
        }
        written(Operation.INSERT, start, table, 1);
        return key;
    }

    @Override
    public boolean update(String table, Object id, Map<String, ? extends @Nullable Object> values) {
        long start = metering.start();
        boolean updated;
        try {
            updated = super.update(table, id, values);
        } catch (RuntimeException | Error e) {
            metering.failed(Operation.UPDATE, start, e, () -> Operation.UPDATE.on(table));
            throw e;
        }
        written(Operation.UPDATE, start, table, updated ? 1 : 0);
        return updated;
    }

    @Override
    public boolean delete(String table, Object id) {
        long start = metering.start();
        boolean deleted;
        try {
            deleted = super.delete(table, id);
        } catch (RuntimeException | Error e) {
            metering.failed(Operation.DELETE, start, e, () -> Operation.DELETE.on(table));
            throw e;
        }
        counters.succeeded(Operation.DELETE);
        counters.deleted(deleted ? 1 : 0);
        if (timed) {
            metering.took(Operation.DELETE, start, deleted ? 1 : 0, () -> Operation.DELETE.on(table), Plan.NONE);
        }
        return deleted;
    }

    @Override
    public long delete(String table, Condition where) {
        long start = metering.start();
        long deleted;
        try {
            deleted = super.delete(table, where);
        } catch (RuntimeException | Error e) {
            metering.failed(
                    Operation.DELETE,
                    start,
                    e,
                    () -> Operation.DELETE.on(Select.from(table).where(where)));
            throw e;
        }
        counters.succeeded(Operation.DELETE);
        counters.deleted(deleted);
        if (timed) {
            Select rows = Select.from(table).where(where);
            metering.took(Operation.DELETE, start, deleted, () -> Operation.DELETE.on(rows), () -> explain(rows));
        }
        return deleted;
    }

    /** In a transaction of its own, which is not counted; if that could have to wait for a connection, not at all. */
    private Explanation explain(Select select) {
        if (below.has(Metric.POOL_MAX)
                && (below.value(Metric.POOL_WAITING) > 0
                        || below.value(Metric.POOL_ACTIVE) >= below.value(Metric.POOL_MAX))) {
            return NO_CONNECTION;
        }
        try (BackendTransaction reading = delegate().begin(EXPLAINING)) {
            return reading.explain(select);
        }
    }
}
