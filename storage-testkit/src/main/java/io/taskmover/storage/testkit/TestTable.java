package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Restriction;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A table of a store under test, and short ways to fill and read it. Values are coerced to their columns' types. */
public record TestTable(StorageBackend store, TableSchema schema) {

    /** Creates the table in the store. */
    public static TestTable create(StorageBackend store, TableSchema schema) {
        store.createTable(schema);
        return new TestTable(store, schema);
    }

    public String name() {
        return schema.name();
    }

    /** The same table seen in another store. */
    public TestTable in(StorageBackend other) {
        return new TestTable(other, schema);
    }

    /** A whole row, one value for each column in order. */
    public Row row(@Nullable Object... values) {
        @Nullable Object[] coerced = new @Nullable Object[values.length];
        for (int i = 0; i < values.length; i++) {
            coerced[i] = coerce(schema.rowType().column(i), values[i]);
        }
        return Row.adopt(schema.rowType(), coerced);
    }

    /** A row of some columns: name, value, name, value. */
    public Row partial(@Nullable Object... namesAndValues) {
        List<Column> columns = new ArrayList<>();
        @Nullable Object[] values = new @Nullable Object[namesAndValues.length / 2];
        for (int i = 0; i < values.length; i++) {
            Column column = schema.column((String) Objects.requireNonNull(namesAndValues[2 * i]));
            columns.add(column);
            values[i] = coerce(column, namesAndValues[2 * i + 1]);
        }
        return Row.adopt(RowType.of(columns), values);
    }

    private static @Nullable Object coerce(Column column, @Nullable Object value) {
        return value == null ? null : column.type().coerce(value);
    }

    /** Inserts a whole row in a transaction of its own; returns it as stored. */
    public Row insert(@Nullable Object... values) {
        return write(WriteMode.INSERT, row(values)).get(0);
    }

    /** Writes rows in a transaction of its own. */
    public List<Row> write(WriteMode mode, Row... rows) {
        return store.write(name(), mode, List.of(rows));
    }

    /** Writes rows in a transaction. */
    public List<Row> write(BackendTransaction transaction, WriteMode mode, Row... rows) {
        return transaction.write(name(), mode, List.of(rows));
    }

    /** The row with this key, of the key's type or coerced to it. */
    public Optional<Row> find(Object id) {
        return store.find(name(), schema.coerceKey(id));
    }

    /** One value of the row with this key, which exists. */
    public @Nullable Object value(Object id, String column) {
        return find(id).orElseThrow().get(column);
    }

    /** The selection of all rows in id order. */
    public Select select() {
        return Select.from(name())
                .orderBy(schema.primaryKey().stream()
                        .map(column -> new Sort(Path.of(column), false))
                        .toList());
    }

    /** All rows in id order. */
    public List<Row> rows() {
        return rows(select());
    }

    /** The rows of a selection, read in a transaction of its own. */
    public List<Row> rows(Select select) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return rows(transaction, select);
        }
    }

    /** The rows of a selection as a transaction sees them. */
    public static List<Row> rows(BackendTransaction transaction, Select select) {
        List<Row> rows = new ArrayList<>();
        try (RowCursor cursor = transaction.select(select)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.add(row);
            }
        }
        return rows;
    }

    /** All keys in their order. */
    public List<Object> ids() {
        return ids(select());
    }

    /** All keys in their order as a transaction sees them. */
    public List<Object> ids(BackendTransaction transaction) {
        return rows(transaction, select()).stream().map(this::key).toList();
    }

    /** The keys of the rows that satisfy a restriction, in their order. */
    public List<Object> ids(Restriction<?> restriction) {
        return ids(select().where(restriction.condition()));
    }

    /** The keys of the rows of a selection without projection. */
    public List<Object> ids(Select select) {
        return rows(select).stream().map(this::key).toList();
    }

    private Object key(Row row) {
        return Objects.requireNonNull(schema.keyOf(row));
    }

    /** How many rows satisfy the selection's condition. */
    public long count(Select select) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.count(select);
        }
    }

    /** Begins a transaction that reads and writes. */
    public BackendTransaction begin() {
        return store.begin(TransactionOptions.DEFAULT);
    }

    /** Begins one with a level of isolation. */
    public BackendTransaction begin(Isolation level) {
        return store.begin(TransactionOptions.DEFAULT.withIsolation(level));
    }
}
