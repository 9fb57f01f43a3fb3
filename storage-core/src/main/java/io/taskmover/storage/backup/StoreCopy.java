package io.taskmover.storage.backup;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Copies tables, schema and rows, from one store into another of any kind.
 *
 * <p>The source is read in one transaction, so that the copy is one moment of it even while others write. Rows stream:
 * each batch is one transaction of the target, and no more than a batch is held in memory. A table that the target has
 * already must be empty and have the same schema. If the copy fails, the tables that it created are dropped and those
 * that it filled are emptied again; a process that is killed in the middle leaves whole batches.
 *
 * <pre>{@code
 * StoreCopy copy = StoreCopy.between(source, target);
 * copy.run();
 * boolean proven = copy.verify().stream().allMatch(TableComparison::same);
 * }</pre>
 *
 * <p>Not thread-safe.
 */
public final class StoreCopy {
    /** How many rows one transaction of the target writes. */
    public static final int BATCH_ROWS = 1_000;

    // how long a copy takes depends on the amount of data, and the store's timeout is for single operations
    private static final TransactionOptions READING = TransactionOptions.READ_ONLY.withTimeout(Duration.ofDays(1));

    private final StorageBackend source;
    private final StorageBackend target;
    private List<String> tables = List.of();
    private CopyListener listener = CopyListener.NONE;
    private final Map<String, TableHash> copied = new LinkedHashMap<>();

    private StoreCopy(StorageBackend source, StorageBackend target) {
        this.source = source;
        this.target = target;
    }

    /** A copy of every table. */
    public static StoreCopy between(StorageBackend source, StorageBackend target) {
        return new StoreCopy(source, target);
    }

    /** Only these tables; none means all. */
    public StoreCopy tables(List<String> names) {
        tables = List.copyOf(names);
        return this;
    }

    public StoreCopy listener(CopyListener observer) {
        listener = observer;
        return this;
    }

    /**
     * Copies. All tables are checked before the first row is written.
     *
     * @return what was read from the source, table by table
     * @throws SchemaException if a table is missing in the source, or is in the target with rows or another schema
     */
    public List<TableHash> run() {
        copied.clear();
        Deque<Runnable> undo = new ArrayDeque<>();
        try (BackendTransaction reading = source.begin(READING)) {
            List<TableSchema> schemas = schemas(reading.catalog());
            requireRoom(schemas);
            for (TableSchema schema : schemas) {
                create(schema, undo);
                copied.put(schema.name(), copyRows(reading, schema));
            }
            return List.copyOf(copied.values());
        } catch (RuntimeException | Error e) {
            undo.forEach(step -> {
                try {
                    step.run();
                } catch (RuntimeException failure) {
                    e.addSuppressed(failure);
                }
            });
            throw e;
        }
    }

    /**
     * Reads the copied tables again, from the target, and compares them with what {@link #run} read from the source.
     *
     * @throws IllegalStateException before {@link #run}
     */
    public List<TableComparison> verify() {
        if (copied.isEmpty() && !tables.isEmpty()) {
            throw new IllegalStateException("Nothing has been copied yet");
        }
        List<TableComparison> comparisons = new ArrayList<>();
        try (BackendTransaction reading = target.begin(READING)) {
            copied.forEach((table, expected) -> {
                listener.comparing(table, expected.rows());
                TableHash actual = ContentHash.of(reading, table, rows -> listener.done(table, rows));
                comparisons.add(new TableComparison(expected, actual));
            });
        }
        return comparisons;
    }

    private List<TableSchema> schemas(Catalog catalog) {
        List<TableSchema> schemas = new ArrayList<>();
        for (String table : tables.isEmpty() ? catalog.tables() : tables) {
            schemas.add(catalog.table(table)
                    .orElseThrow(() -> new SchemaException(
                            "There is no table '" + table + "' in the source; its tables are " + catalog.tables())));
        }
        return schemas;
    }

    private void requireRoom(List<TableSchema> schemas) {
        try (BackendTransaction looking = target.begin(TransactionOptions.READ_ONLY)) {
            for (TableSchema schema : schemas) {
                Optional<TableSchema> present = looking.catalog().table(schema.name());
                if (present.isEmpty()) {
                    continue;
                }
                long rows = looking.count(Select.from(schema.name()));
                if (rows > 0) {
                    throw new SchemaException("Table '" + schema.name() + "' of the target has " + rows
                            + " rows already; copy into a store without it");
                }
                if (!present.get().equals(schema)) {
                    throw new SchemaException("Table '" + schema.name()
                            + "' of the target has other columns than the source's; copy into a store without it");
                }
            }
        }
    }

    private void create(TableSchema schema, Deque<Runnable> undo) {
        try (BackendTransaction creating = target.begin(TransactionOptions.DEFAULT)) {
            if (creating.catalog().table(schema.name()).isPresent()) {
                undo.push(() -> inTarget(tx -> tx.delete(schema.name(), Condition.all())));
                return;
            }
            creating.catalog().create(schema);
            creating.commit();
        }
        undo.push(() -> inTarget(tx -> tx.catalog().drop(schema.name())));
    }

    private void inTarget(Consumer<BackendTransaction> work) {
        try (BackendTransaction transaction = target.begin(TransactionOptions.DEFAULT)) {
            work.accept(transaction);
            transaction.commit();
        }
    }

    private TableHash copyRows(BackendTransaction reading, TableSchema schema) {
        String table = schema.name();
        listener.copying(table, reading.count(Select.from(table)));
        ContentHash hash = ContentHash.begin(schema);
        RowType written = withoutVersion(schema);
        List<Row> batch = new ArrayList<>(BATCH_ROWS);
        long rows = 0;
        try (RowCursor cursor = reading.select(ContentHash.inIdOrder(schema))) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                hash.add(row);
                batch.add(written == schema.rowType() ? row : project(row, written));
                rows++;
                if (batch.size() == BATCH_ROWS) {
                    target.write(table, WriteMode.INSERT, batch);
                    batch = new ArrayList<>(BATCH_ROWS);
                    listener.done(table, rows);
                }
            }
        }
        if (!batch.isEmpty()) {
            target.write(table, WriteMode.INSERT, batch);
        }
        listener.done(table, rows);
        return hash.finish(table);
    }

    /** An insert sets the version itself, from 1 on: a row's version counts the writes of one store. */
    private static RowType withoutVersion(TableSchema schema) {
        return schema.versionColumn()
                .map(version -> RowType.of(schema.columns().stream()
                        .filter(column -> !column.name().equals(version))
                        .toList()))
                .orElse(schema.rowType());
    }

    private static Row project(Row row, RowType type) {
        Object[] values = new Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(type.column(i).name());
        }
        return Row.adopt(type, values);
    }
}
