package io.taskmover.storage.memory;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A table of accounts in a memory store: id, owner (unique), branch (indexed), balance (indexed). */
final class Accounts {
    static final TableSchema SCHEMA = TableSchema.builder("accounts")
            .column("id", DataType.INTEGER)
            .column("owner", DataType.TEXT)
            .column("branch", DataType.TEXT)
            .column(Column.of("balance", DataType.INTEGER).withNotNull().withDefault(0L))
            .primaryKey("id")
            .unique("owner")
            .index("branch", "balance")
            .index("balance")
            .build();

    private Accounts() {}

    static StorageBackend open() {
        StorageBackend store = StorageBackend.open(StorageConfig.of("memory:"));
        store.createTable(SCHEMA);
        return store;
    }

    static Row row(long id, @Nullable String owner, @Nullable String branch, long balance) {
        return Row.of(SCHEMA.rowType(), id, owner, branch, balance);
    }

    static void insert(StorageBackend store, Row... rows) {
        store.write("accounts", WriteMode.INSERT, List.of(rows));
    }

    static void setBalance(BackendTransaction transaction, long id, long balance) {
        Row row = transaction.find("accounts", id).orElseThrow();
        transaction.write("accounts", WriteMode.UPDATE, List.of(row.with("balance", balance)));
    }

    static long balance(BackendTransaction transaction, long id) {
        return (Long) transaction.find("accounts", id).orElseThrow().get("balance");
    }

    static List<Object> ids(BackendTransaction transaction, Select select) {
        List<Object> ids = new ArrayList<>();
        try (RowCursor rows = transaction.select(select)) {
            for (Row row = rows.next(); row != null; row = rows.next()) {
                ids.add(row.get("id"));
            }
        }
        return ids;
    }
}
