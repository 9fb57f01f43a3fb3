package io.taskmover.storage.backend;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.List;

/** A {@link Replacement} that is one transaction, for stores in which a change of the catalog is part of it. */
final class TransactionReplacement implements Replacement {
    /** How long it takes depends on the amount of data, and the store's timeout is for single operations. */
    private static final Duration TIMEOUT = Duration.ofDays(1);

    private final BackendTransaction transaction;

    private TransactionReplacement(BackendTransaction transaction) {
        this.transaction = transaction;
    }

    static TransactionReplacement begin(StorageBackend backend) {
        BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT.withTimeout(TIMEOUT));
        boolean begun = false;
        try {
            Catalog catalog = transaction.catalog();
            for (String table : catalog.tables()) {
                if (catalog.owns(table) && !table.equals(Decisions.TABLE)) {
                    catalog.drop(table);
                }
            }
            begun = true;
            return new TransactionReplacement(transaction);
        } finally {
            if (!begun) {
                transaction.close();
            }
        }
    }

    @Override
    public void create(TableSchema schema, long lastGeneratedKey) {
        Catalog catalog = transaction.catalog();
        if (catalog.table(schema.name()).isPresent() && !catalog.owns(schema.name())) {
            throw new SchemaException("Table '" + schema.name() + "' is there, and this library has not made it, so it"
                    + " is not replaced; rename it, or use another store");
        }
        catalog.create(schema);
        if (lastGeneratedKey > 0) {
            catalog.raiseGeneratedKey(schema.name(), lastGeneratedKey);
        }
    }

    @Override
    public void load(String table, List<Row> rows) {
        transaction.load(table, rows);
    }

    @Override
    public void commit() {
        transaction.commit();
    }

    @Override
    public void close() {
        transaction.close();
    }
}
