package io.taskmover.storage.backend;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/**
 * How transactions over several stores were decided: a table in the store that decides, with a row for each that is
 * committed. The row is committed together with what the transaction changes in that store, and that is the decision;
 * whatever has no row is rolled back. A row is not needed any more when all of the stores have committed.
 */
public final class Decisions {
    /** The name of the table. */
    public static final String TABLE = "storage_decisions";

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
     * Asks the decider how a transaction was decided; it is opened for that, for reading only, and may be open elsewhere.
     *
     * @throws StorageException if it cannot be asked
     */
    public static boolean isCommitted(PreparedTransaction transaction) {
        if (transaction.decider().isEmpty()) {
            return false; // nobody could have remembered anything else
        }
        StorageConfig config = StorageConfig.builder(transaction.decider())
                .option("mode", "ro")
                .build();
        try (StorageBackend decider = StorageBackend.open(config);
                BackendTransaction reading = decider.begin(TransactionOptions.READ_ONLY)) {
            if (reading.catalog().table(TABLE).isEmpty()) {
                // it was made before anything was prepared
                throw new StorageException("there is no table " + TABLE + ", so this is not the store that decided.");
            }
            boolean committed = reading.find(TABLE, transaction.globalId()).isPresent();
            if (committed) {
                decider.sync(); // what is done because of it must not outlive it
            }
            return committed;
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
}
