package io.taskmover.storage.backend;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * How transactions over several stores were decided: a table in the store that decides, with a row for each that is
 * committed. The row is committed together with what the transaction changes in that store, and that is the decision;
 * whatever has no row is rolled back. A row is not needed any more when all of the stores have committed.
 */
public final class Decisions {
    /** The name of the table. */
    public static final String TABLE = "storage_decisions";

    /** How long to wait before a decider is asked again; it may be in another process, which tells nobody. */
    private static final long PAUSE_NANOS = 10_000_000;

    private static final TableSchema SCHEMA = TableSchema.builder(TABLE)
            .column("id", DataType.TEXT)
            .column(Column.of("prepared_at", DataType.TIMESTAMP).withNotNull())
            .column(Column.of("stores", DataType.JSON).withNotNull())
            .primaryKey("id")
            .build();

    private Decisions() {}

    /** Makes the table in a store that is about to decide for the first time; it is on the disk then. */
    public static void createTable(StorageBackend decider) {
        create(decider);
        decider.sync();
    }

    private static void create(StorageBackend decider) {
        for (int attempt = 1; ; attempt++) {
            try (BackendTransaction transaction = decider.begin(TransactionOptions.READ_ONLY)) {
                if (transaction.catalog().table(TABLE).isPresent()) {
                    return;
                }
            }
            try {
                decider.createTable(SCHEMA);
                return;
            } catch (StorageException e) {
                // somebody else may have been quicker
                if (attempt == StorageBackend.MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    /** What {@link BackendTransaction#decide} writes. */
    static void commit(BackendTransaction decider, PreparedTransaction transaction, List<String> stores) {
        Row row = Row.of(SCHEMA.rowType(), transaction.globalId(), transaction.preparedAt(), stores);
        decider.write(TABLE, WriteMode.INSERT, List.of(row));
    }

    /** Removes decisions that are not needed any more, in a transaction of its own. */
    public static void forget(StorageBackend decider, Collection<String> globalIds) {
        decider.delete(TABLE, Condition.in(Path.of("id"), globalIds));
    }

    /** The rows of the table, in the order of their ids; none if there is no table. */
    public static List<Row> all(StorageBackend store) {
        List<Row> rows = new ArrayList<>();
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            if (transaction.catalog().table(TABLE).isPresent()) {
                try (RowCursor cursor = transaction.select(Select.from(TABLE))) {
                    cursor.forEachRemaining(rows::add);
                }
            }
        }
        return rows;
    }

    /**
     * Asks the decider how a transaction was decided that is not under way any more: the store that has it prepared is open
     * in one process at most, which is this one. The decider is opened for that, for reading only, and may be open
     * elsewhere.
     *
     * @throws StorageException if it cannot be asked
     */
    public static boolean isCommitted(PreparedTransaction transaction) {
        if (transaction.decider().isEmpty()) {
            return false; // nobody could have remembered anything else
        }
        return ask(transaction, true, StorageConfig.DEFAULT_TIMEOUT)
                .orElseThrow(() -> new StorageTimeoutException("Transaction " + transaction.globalId()
                        + " over several stores is in doubt: the server of the store that decides, "
                        + transaction.decider() + ", is still at it. Open this store again when that has ended"));
    }

    /**
     * The same of one that another process, or another thread, may be about to commit.
     *
     * @param patience how long to wait for that
     * @return whether it is committed; empty if that is not decided yet
     * @throws StorageException if the decider cannot be asked
     */
    public static Optional<Boolean> outcome(PreparedTransaction transaction, Duration patience) {
        return ask(transaction, false, patience);
    }

    private static Optional<Boolean> ask(PreparedTransaction transaction, boolean clientGone, Duration patience) {
        StorageConfig config = StorageConfig.builder(transaction.decider())
                .option("mode", "ro")
                .build();
        try (StorageBackend decider = StorageBackend.open(config)) {
            long start = System.nanoTime();
            while (decider.isDeciding(transaction.globalId(), clientGone)) {
                if (System.nanoTime() - start > patience.toNanos()) {
                    return Optional.empty();
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
            if (!clientGone) {
                decider.refresh(); // what was opened before the answer may be older than it
            }
            boolean committed = isKept(transaction, decider);
            if (committed) {
                decider.sync(); // what is done because of it must not outlive it
            }
            return Optional.of(committed);
        } catch (StorageException e) {
            throw new StorageException(
                    "Transaction " + transaction.globalId() + " over several stores, prepared at "
                            + transaction.preparedAt() + ", is in doubt, and the store that decides, "
                            + transaction.decider() + ", cannot be asked: " + e.getMessage()
                            + " Bring it back and open this one again; or decide by hand, with 'storage transactions URL"
                            + " --commit " + transaction.globalId() + "' or '--rollback'",
                    e);
        }
    }

    private static boolean isKept(PreparedTransaction transaction, StorageBackend decider) {
        try (BackendTransaction reading = decider.begin(TransactionOptions.READ_ONLY)) {
            if (reading.catalog().table(TABLE).isEmpty()) {
                // it was made before anything was prepared
                throw new StorageException("there is no table " + TABLE + ", so this is not the store that decided.");
            }
            return reading.find(TABLE, transaction.globalId()).isPresent();
        }
    }
}
