package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What a file backend is to an engine, over maps: a log whose commits wait until {@link #store} brings them to where rows
 * are read back from. Says how often it was read, and fails or waits where a test wants that.
 */
final class MapStore implements CommitLog, RowReader {
    private final Map<String, Map<Object, Row>> tables = new ConcurrentHashMap<>();
    private final ArrayDeque<CommitRecord> waiting = new ArrayDeque<>();
    private final AtomicLong reads = new AtomicLong();

    /** Runs before a row is looked up; what it throws is the read's failure. */
    volatile Consumer<Object> beforeRead = id -> {};
    /** Runs after a row was looked up, before it is returned. */
    volatile Consumer<Object> afterRead = id -> {};

    /** Runs when a commit comes, under the engine's lock. */
    volatile Runnable beforeAppend = () -> {};
    /** Whether the log takes no commit. */
    volatile boolean refuse;
    /** Commits are durable, and so visible, when this is open. */
    volatile CountDownLatch durable = new CountDownLatch(0);

    Engine open(long memoryBytes) {
        return new Engine(this, this, memoryBytes, Clock.systemUTC(), Duration.ofMinutes(5), false);
    }

    /** An engine that begins with what is stored, no row of it in memory. */
    Engine reopen(long memoryBytes, long sequence, TableSchema... schemas) {
        Engine engine = open(memoryBytes);
        for (TableSchema schema : schemas) {
            List<Row> stubs = new ArrayList<>();
            for (Row row : table(schema.name()).values()) {
                stubs.add(stub(schema, row));
            }
            stubs.sort((a, b) -> schema.compareKeys(key(schema, a), key(schema, b)));
            engine.restoreTable(schema, 0, stubs, sequence, List.of(), sequence);
        }
        return engine;
    }

    static Row stub(TableSchema schema, Row row) {
        @Nullable Object[] values = row.toArray();
        for (int i = 0; i < values.length; i++) {
            String column = schema.rowType().column(i).name();
            boolean known = schema.primaryKey().contains(column)
                    || schema.indexes().stream()
                            .anyMatch(index -> index.columns().contains(column));
            if (!known) {
                values[i] = null;
            }
        }
        return Row.adopt(schema.rowType(), values);
    }

    private static Object key(TableSchema schema, Row row) {
        return Objects.requireNonNull(schema.keyOf(row));
    }

    /** Stores a row that no commit wrote: for what is there before the engine is. */
    void put(TableSchema schema, Row row) {
        table(schema.name()).put(key(schema, row), row);
    }

    private Map<Object, Row> table(String name) {
        return tables.computeIfAbsent(name, unused -> new ConcurrentHashMap<>());
    }

    @Override
    public Ticket append(CommitRecord record) {
        beforeAppend.run();
        return add(record);
    }

    private synchronized Ticket add(CommitRecord record) {
        if (refuse) {
            throw new StorageException("the disk is full");
        }
        waiting.add(record);
        return () -> Latches.await(durable);
    }

    /** Brings all commits that wait to the maps, one after the other, and tells the engine of the last. */
    void store(Engine engine) {
        long last = apply(Long.MAX_VALUE);
        if (last > 0) {
            engine.stored(last);
        }
    }

    /** Brings commits to the maps and does not tell. Returns the last one; 0 for none. */
    synchronized long apply(long most) {
        long last = 0;
        for (long left = most; left > 0 && !waiting.isEmpty(); left--) {
            CommitRecord record = waiting.remove();
            record.tables().forEach(this::apply);
            record.rows().forEach(this::apply);
            last = record.sequence();
        }
        return last;
    }

    private void apply(CommitRecord.TableChange change) {
        TableSchema schema = change.schema();
        if (schema == null) {
            tables.remove(change.table());
        } else {
            table(change.table()).replaceAll((id, row) -> shape(schema.rowType(), row));
        }
    }

    private void apply(RowChange change) {
        Row after = change.after();
        if (after == null) {
            table(change.table()).remove(change.id());
        } else {
            table(change.table()).put(change.id(), after);
        }
    }

    /** How many rows were read. */
    long reads() {
        return reads.get();
    }

    @Override
    public Row read(TableSchema schema, Object id) {
        reads.incrementAndGet();
        beforeRead.accept(id);
        Row row = table(schema.name()).get(id);
        afterRead.accept(id);
        if (row == null) {
            throw new CorruptionException("Row '" + id + "' of table '" + schema.name() + "' is gone", "map", null);
        }
        return shape(schema.rowType(), row);
    }

    private static Row shape(RowType type, Row row) {
        if (row.type().equals(type)) {
            return Row.adopt(type, row.toArray());
        }
        @Nullable Object[] values = new @Nullable Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            Column column = type.column(i);
            int at = row.type().indexOf(column.name());
            boolean same = at >= 0 && row.type().column(at).type() == column.type();
            values[i] = same ? row.get(at) : column.defaultValue();
        }
        return Row.adopt(type, values);
    }

    @Override
    public void close() {}
}
