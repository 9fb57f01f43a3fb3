package io.taskmover.storage.backend;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * A place where data lives. {@link #connect} once, use from any number of threads, {@link #close}; used before or after
 * that it throws {@link IllegalStateException}.
 *
 * <p>Everything is a transaction. The methods from {@link #find} on are conveniences that run one operation in a
 * transaction of its own; a backend overrides one of them only where it knows a faster way to the same result.
 */
public interface StorageBackend extends AutoCloseable {
    /** How often a write that is a transaction of its own is tried while others are quicker. */
    int MAX_ATTEMPTS = 100;

    /**
     * Finds the backend for the configuration's scheme and connects it.
     *
     * @throws ConfigException if no backend knows the scheme, or an option is unknown
     */
    static StorageBackend open(StorageConfig config) {
        StorageBackend backend = of(config);
        backend.connect(config);
        return backend;
    }

    /**
     * The backend for the configuration's scheme, not connected.
     *
     * @throws ConfigException if no backend knows the scheme, or an option is unknown
     */
    static StorageBackend of(StorageConfig config) {
        List<String> schemes = new ArrayList<>();
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            if (provider.schemes().contains(config.scheme())) {
                config.requireKnownOptions(provider.options());
                return provider.create();
            }
            schemes.addAll(provider.schemes());
        }
        Collections.sort(schemes);
        throw new ConfigException("No backend for '" + config.scheme() + ":'; the schemes here are " + schemes
                + ". Relational ones need taskmover-storage-sql on the class path");
    }

    /**
     * Opens the store that {@code config} names; recovers it first if it was not closed properly.
     *
     * @throws io.taskmover.storage.error.StorageException if it cannot be opened; nothing is held then
     */
    void connect(StorageConfig config);

    /** What this backend can do: before {@link #connect} with most configurations, from then on with its own. */
    Capabilities capabilities();

    /**
     * @throws io.taskmover.storage.error.UnsupportedException if the isolation asked for cannot be had
     * @throws io.taskmover.storage.error.StorageTimeoutException if it had to wait longer than its timeout
     */
    BackendTransaction begin(TransactionOptions options);

    /**
     * The transactions over several stores that are prepared here and not decided. Opening a store for writing decides on
     * those that a crash left, so that they are found by who opens it for reading only; and those under way.
     */
    default List<PreparedTransaction> inDoubt() {
        return List.of();
    }

    /**
     * Whether a transaction may be under way here, of whatever process, that can still be committed and with that
     * {@link BackendTransaction#decide} on another one; true also where that cannot be known. Once it is false, what is
     * read next of {@link Decisions} is final.
     *
     * @param clientGone whether the process that began the other one is known to have ended or closed its stores: then only
     *     a server may still be at it
     */
    default boolean isDeciding(String globalId, boolean clientGone) {
        return false;
    }

    /**
     * Lets transactions that begin from now on see all that anybody has committed until now. For a store that is open for
     * reading only and shows the state of one moment; all others see it anyway, and there is nothing to do.
     *
     * @throws io.taskmover.storage.error.StorageException if it cannot be read; the former state is shown then
     */
    default void refresh() {}

    /**
     * Returns when all that anybody can see of the store now is on the disk: what was committed with less than that asked of
     * the store, and what a process committed that was killed before it was told so. There is nothing to do where no one
     * ever sees anything else.
     *
     * @throws io.taskmover.storage.error.StorageException if that is not possible
     */
    default void sync() {}

    /**
     * The store without the layers over it that hide some of what it holds, such as the tables with versions of rows: for who
     * is to have all of it. Closed with this one.
     */
    default StorageBackend whole() {
        return this;
    }

    /** Lets {@code listener} know of every later commit that changed something, by whomever. */
    void onCommit(CommitListener listener);

    /** Checks the whole store against itself: checksums, indexes, constraints. Changes nothing. */
    Verification verify();

    /**
     * Begins to put another content in the place of all that the store holds.
     *
     * @throws UnsupportedException unless {@link Capabilities.Feature#BACKUPS}, or if the store is open for reading only
     * @throws io.taskmover.storage.error.LockedException if somebody else uses the store in a way that does not allow it
     */
    default Replacement beginReplacement() {
        if (!capabilities().has(Capabilities.Feature.BACKUPS)) {
            throw new UnsupportedException("This store cannot replace all that it holds in one step");
        }
        return TransactionReplacement.begin(this);
    }

    /**
     * What this store measures of itself since it was connected; what it does not measure is not there. Can be read after it
     * was closed, too.
     */
    default StorageMetrics metrics() {
        return StorageMetrics.NONE;
    }

    /**
     * Repairs the store that {@code config} names, of a backend that is not connected and is not connected after it: a
     * store that is damaged may be one that cannot be opened. Takes the store for itself meanwhile.
     *
     * <p>What is damaged is taken out of the store record by record, and never a table or the whole store. Whatever is to
     * be changed or removed is copied first, durably, to where the result says. What is known of a damaged record from
     * elsewhere is written again. What cannot be repaired without losing more stays as it is and is among the problems of the
     * result's {@link Repair#verification}. Cut off anywhere, a repair can be done again; done again after it
     * ended it finds nothing more to do.
     *
     * @throws io.taskmover.storage.error.UnsupportedException if this backend can only {@link #verify}, or a later
     *     version wrote the store
     * @throws io.taskmover.storage.error.LockedException if somebody else has the store open
     * @throws io.taskmover.storage.error.StorageIoException if there is no store, or the disk fails
     * @throws IllegalStateException if this backend is connected
     */
    default Repair repair(StorageConfig config) {
        throw new UnsupportedException(
                "A " + config.scheme() + ": store can be verified, but there is nothing in it that"
                        + " this library could repair; bring back a copy of it if it is damaged");
    }

    /** Waits for running operations, makes everything durable and lets the store go. Closing twice does nothing. */
    @Override
    void close();

    // one operation in a transaction of its own

    /** The row with this primary key. */
    default Optional<Row> find(String table, Object id) {
        try (BackendTransaction transaction = begin(TransactionOptions.READ_ONLY)) {
            return transaction.find(table, id);
        }
    }

    /** What {@code mapper} makes of the row with this primary key; a layer may keep what a {@link RowMapper} made. */
    default <R> Optional<R> find(String table, Object id, Function<? super Row, ? extends R> mapper) {
        return find(table, id).map(mapper);
    }

    /**
     * What {@code mapper} makes of the rows of a selection, in its order; all of one snapshot, and in memory at once. The
     * mapper has no effect elsewhere: if a connection is lost on the way it is given the rows again.
     */
    default <R> List<R> select(Select select, Function<? super Row, ? extends R> mapper) {
        List<R> found = new ArrayList<>();
        try (BackendTransaction transaction = begin(TransactionOptions.READ_ONLY);
                RowCursor rows = transaction.select(select)) {
            rows.forEachRemaining(row -> found.add(mapper.apply(row)));
        }
        return found;
    }

    /** {@link BackendTransaction#write} and commit; what it meets of others' commits meanwhile is not a conflict. */
    default List<Row> write(String table, WriteMode mode, List<Row> rows) {
        try (BackendTransaction transaction = begin(TransactionOptions.DEFAULT)) {
            List<Row> stored = transaction.write(table, mode, rows);
            transaction.commit();
            return stored;
        }
    }

    /** {@link BackendTransaction#delete(String, Object)} and commit. */
    default boolean delete(String table, Object id) {
        try (BackendTransaction transaction = begin(TransactionOptions.DEFAULT)) {
            boolean deleted = transaction.delete(table, id);
            transaction.commit();
            return deleted;
        }
    }

    /** Creates a table; with {@code schema.name()} taken already, {@link SchemaException}. */
    default void createTable(TableSchema schema) {
        try (BackendTransaction transaction = begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(schema);
            transaction.commit();
        }
    }

    /** Inserts a row of these values, each coerced to its column's type; returns its key. */
    default Object insert(String table, Map<String, ? extends @Nullable Object> values) {
        TableSchema schema = schemaOf(table);
        Row stored = write(table, WriteMode.INSERT, List.of(partialRow(schema, values)))
                .get(0);
        return Objects.requireNonNull(schema.keyOf(stored));
    }

    /** The rows that match all filters: null matches null, a collection any of its elements; in id order unless sorted. */
    default List<Map<String, @Nullable Object>> select(
            String table, Map<String, ? extends @Nullable Object> filters, List<Sort> orderBy, @Nullable Long limit) {
        TableSchema schema = schemaOf(table);
        List<Sort> order = orderBy.isEmpty()
                ? schema.primaryKey().stream()
                        .map(column -> new Sort(Path.of(column), false))
                        .toList()
                : orderBy;
        Select select =
                Select.from(table).where(matching(filters)).orderBy(order).limit(limit);
        return select(select, Row::toMap);
    }

    /** Sets some columns of the row with this key; returns whether there is one. */
    default boolean update(String table, Object id, Map<String, ? extends @Nullable Object> values) {
        TableSchema schema = schemaOf(table);
        Object key = schema.coerceKey(id);
        return autoCommit(
                        transaction -> transaction.update(table, Condition.byKey(schema, key), Assignments.of(values)))
                > 0;
    }

    /** {@link BackendTransaction#delete(String, Condition)} and commit. */
    default long delete(String table, Condition where) {
        return autoCommit(transaction -> transaction.delete(table, where));
    }

    /**
     * Runs a conditional write as a transaction of its own. It saw no more than the store did, so that what others
     * commit meanwhile is no conflict for its caller: it is run again on what they left.
     */
    private long autoCommit(ToLongFunction<BackendTransaction> work) {
        for (int attempt = 1; ; attempt++) {
            try (BackendTransaction transaction = begin(TransactionOptions.DEFAULT)) {
                long changed = work.applyAsLong(transaction);
                transaction.commit();
                return changed;
            } catch (ConflictException e) {
                if (attempt == MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** The schema of a table, {@link SchemaException} if there is none. */
    default TableSchema schemaOf(String table) {
        try (BackendTransaction transaction = begin(TransactionOptions.READ_ONLY)) {
            return transaction
                    .catalog()
                    .table(table)
                    .orElseThrow(() -> new SchemaException("There is no table '" + table + "'; the tables are "
                            + transaction.catalog().tables()));
        }
    }

    private static Condition matching(Map<String, ? extends @Nullable Object> filters) {
        Condition condition = Condition.all();
        for (Map.Entry<String, ? extends @Nullable Object> filter : filters.entrySet()) {
            Path path = Path.parse(filter.getKey());
            Object value = filter.getValue();
            condition = condition.and(
                    value instanceof Collection<?> values ? Condition.in(path, values) : Condition.eq(path, value));
        }
        return condition;
    }

    private static Row partialRow(TableSchema schema, Map<String, ? extends @Nullable Object> values) {
        // only the named columns, so that the others get their defaults
        values.keySet().forEach(schema::column);
        return RowType.of(schema.columns().stream()
                        .filter(column -> values.containsKey(column.name()))
                        .toList())
                .row(values);
    }
}
