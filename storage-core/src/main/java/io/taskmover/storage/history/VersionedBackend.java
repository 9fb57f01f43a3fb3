package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A layer that keeps versions of rows: each write of a row, and each removal, adds a version of it in the same transaction, in a
 * table beside the row's. Those tables are not among the catalog's; {@link RowHistory} reads them.
 *
 * <p>A statement in SQL is not seen. What it, or anything else that goes past this layer, did to a row becomes a version of its
 * own when the row is changed here the next time ({@link ChangeKind#EXTERNAL}); what people do to JSON files does so at once.
 *
 * <p>Two transactions that write the same row conflict or wait as they do without this layer, but for READ_COMMITTED in
 * memory and in files: there the later is told of a conflict, since both would add the same version.
 */
public final class VersionedBackend extends ForwardingBackend {
    private final Retention retention;
    private final VersionClock clock;
    private final VersionedTables kept;
    private final @Nullable EditRecorder edits;

    private VersionedBackend(StorageBackend store, StorageConfig config) {
        super(store);
        this.retention = Retention.of(config);
        this.clock = new VersionClock(config.clock());
        Capabilities below = store.capabilities();
        boolean takesEdits = !config.readOnly() && EditRecorder.isNeeded(store);
        // who takes over edits of files has them for itself, and what does not last is this process's
        this.kept = new VersionedTables(
                clock, below.has(Feature.TRANSACTIONAL_DDL), takesEdits || !below.has(Feature.DURABLE));
        this.edits = takesEdits
                ? EditRecorder.start(store, kept, transaction -> writer(transaction, TransactionOptions.DEFAULT))
                : null;
    }

    /**
     * The store with this layer over it, if versions are wanted: if its configuration says so, or says nothing and versions
     * of rows are in the store already.
     *
     * @param store connected
     * @return {@code store} itself if they are not
     */
    public static StorageBackend over(StorageBackend store, StorageConfig config) {
        return config.versioningEnabled().orElseGet(() -> hasVersions(store))
                ? new VersionedBackend(store, config)
                : store;
    }

    private static boolean hasVersions(StorageBackend store) {
        try (BackendTransaction reading = store.begin(TransactionOptions.READ_ONLY)) {
            return reading.catalog().tables().stream().anyMatch(HistoryTable::isReserved);
        }
    }

    @Override
    public Capabilities capabilities() {
        Capabilities below = super.capabilities();
        Set<Feature> features = EnumSet.of(Feature.VERSIONING);
        features.addAll(below.features());
        return new Capabilities(below.isolation(), features);
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        BackendTransaction transaction = super.begin(options);
        return new VersionedTransaction(transaction, kept, writer(transaction, options), options.readOnly());
    }

    private VersionWriter writer(BackendTransaction transaction, TransactionOptions options) {
        return new VersionWriter(
                transaction, Origin.of(options), retention, kept, options.isolation() == Isolation.READ_COMMITTED);
    }

    /** With the tables that hold the versions. */
    @Override
    public StorageBackend whole() {
        return delegate();
    }

    /** Listeners hear of rows; that versions of them were added goes without saying. */
    @Override
    public void onCommit(CommitListener listener) {
        super.onCommit((origin, changes) -> {
            List<RowChange> heard = changes.stream()
                    .filter(change -> !HistoryTable.isReserved(change.table()))
                    .toList();
            if (changes.isEmpty() || !heard.isEmpty()) {
                listener.committed(origin, heard);
            }
        });
    }

    /**
     * A row as it was at a moment, in the columns that its table has or had when it was last used here: {@link RowHistory#find}
     * by itself, and mostly by one statement; by one look-up if nobody else writes to the store and the row has not changed
     * since, as far as that is noted.
     */
    public Optional<Row> find(String table, Object id, Instant moment) {
        HistoryTable history = kept.latest(table);
        if (history != null) {
            Optional<Row> now = kept.isSameSince(moment, table, id) ? super.find(table, id) : Optional.empty();
            if (now.isPresent() && kept.isSameSince(moment, table, id)) {
                return now;
            }
            List<RowVersion> last = super.select(history.last(id, HistoryTable.notAfter(moment)), history::version);
            if (!last.isEmpty()) {
                return Optional.ofNullable(last.get(0).row());
            }
        }
        try (BackendTransaction reading = begin(TransactionOptions.READ_ONLY)) {
            RowHistory past = new RowHistory(reading, table);
            kept.goOn(kept.history(past.schema()), reading); // from now on changes are noted
            return past.find(id, moment);
        }
    }

    /**
     * Makes the table that versions of a table's rows go to, if it is not there; in a transaction of its own. It is made anyway
     * when it is needed, but by databases that cannot do that in the middle of a transaction.
     */
    public void keep(String table) {
        if (!VersionedTables.isKept(table)) {
            return;
        }
        try (BackendTransaction reading = super.begin(TransactionOptions.READ_ONLY)) {
            Optional<TableSchema> schema = reading.catalog().table(table);
            if (schema.isEmpty()
                    || reading.catalog()
                            .table(kept.history(schema.get()).name())
                            .isPresent()) {
                return;
            }
        }
        OwnTransaction.run(() -> super.begin(TransactionOptions.DEFAULT), transaction -> {
            Optional<TableSchema> schema = transaction.catalog().table(table);
            if (schema.isPresent()
                    && transaction.catalog().table(HistoryTable.nameFor(table)).isEmpty()) {
                transaction.catalog().create(kept.history(schema.get()).schema());
            }
            return true;
        });
    }

    /**
     * Removes the versions that nothing keeps any more, by the options {@code versions} and {@code versionsFor}, table by
     * table and each row's in one transaction.
     *
     * @return how many there were
     */
    public long prune() {
        if (retention.keepsAll()) {
            return 0;
        }
        long removed = 0;
        List<String> tables;
        try (BackendTransaction reading = begin(TransactionOptions.READ_ONLY)) {
            tables = reading.catalog().tables();
        }
        for (String table : tables) {
            removed += prune(table);
        }
        return removed;
    }

    private long prune(String table) {
        HistoryTable history;
        Map<Object, Long> floors;
        try (BackendTransaction reading = super.begin(TransactionOptions.READ_ONLY)) {
            Optional<TableSchema> schema = reading.catalog().table(table);
            if (schema.isEmpty()
                    || reading.catalog().table(HistoryTable.nameFor(table)).isEmpty()) {
                return 0;
            }
            history = kept.history(schema.get());
            floors = Pruning.floors(reading, history, retention, clock.now());
        }
        long removed = 0;
        for (List<Object> some : VersionWriter.together(floors.keySet())) {
            removed += OwnTransaction.run(() -> super.begin(TransactionOptions.DEFAULT), transaction -> {
                long count = 0;
                for (Object id : some) {
                    long floor = Objects.requireNonNull(floors.get(id));
                    count +=
                            transaction.delete(history.name(), history.ofRow(id).and(HistoryTable.below(floor)));
                }
                return count;
            });
        }
        return removed;
    }

    @Override
    public void close() {
        if (edits != null) {
            edits.close();
        }
        super.close();
    }

    // one operation in a transaction of its own

    private <R> R committed(String table, Function<BackendTransaction, R> work) {
        if (!kept.createsAnywhere() && kept.latest(table) == null) {
            keep(table);
        }
        return OwnTransaction.run(() -> begin(TransactionOptions.DEFAULT), work);
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return committed(table, transaction -> transaction.write(table, mode, rows));
    }

    @Override
    public boolean delete(String table, Object id) {
        return committed(table, transaction -> transaction.delete(table, id));
    }

    @Override
    public long delete(String table, Condition where) {
        return committed(table, transaction -> transaction.delete(table, where));
    }

    @Override
    public boolean update(String table, Object id, Map<String, ? extends @Nullable Object> values) {
        TableSchema schema = schemaOf(table);
        Condition row = Condition.byKey(schema, schema.coerceKey(id));
        return committed(table, transaction -> transaction.update(table, row, Assignments.of(values))) > 0;
    }

    @Override
    public Object insert(String table, Map<String, ? extends @Nullable Object> values) {
        TableSchema schema = schemaOf(table);
        // only the named columns, so that the others get their defaults
        RowType named = RowType.of(values.keySet().stream().map(schema::column).toList());
        Row stored = write(table, WriteMode.INSERT, List.of(named.row(values))).get(0);
        return Objects.requireNonNull(schema.keyOf(stored));
    }

    @Override
    public void createTable(TableSchema schema) {
        committed(schema.name(), transaction -> {
            transaction.catalog().create(schema);
            return true;
        });
    }
}
