package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.migration.CreateTableMigration;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.List;
import java.util.Objects;

/** The table that the contracts of migrations change, and the stores that it is in. */
interface MigrationFixture extends Contract {

    /** A versioned table with an index. */
    TableSchema USERS = TableSchema.builder("users")
            .column("id", TEXT)
            .column(Column.of("name", TEXT).withNotNull())
            .column("age", INTEGER)
            .column("v", INTEGER)
            .primaryKey("id")
            .version("v")
            .index("age")
            .build();

    default MigrationManager manager(StorageBackend store, Migration... migrations) {
        MigrationManager manager = new MigrationManager(store)
                .allowDestructive(true)
                .lease(Duration.ofMillis(200), Duration.ofSeconds(20));
        manager.register(new CreateTableMigration("001", USERS));
        for (Migration migration : migrations) {
            manager.register(migration);
        }
        return manager;
    }

    default TestTable users(StorageBackend store) {
        return new TestTable(store, store.schemaOf("users"));
    }

    /** A store with the table, and the rows a, b and so on in it, whose ages are 1, 2 and so on. */
    default OwnStore filled(int rows) {
        OwnStore own = subject().ownStore();
        manager(own.backend()).apply();
        TestTable users = users(own.backend());
        for (int i = 0; i < rows; i++) {
            users.insert(id(i), "name " + id(i), i + 1, 0);
        }
        return own;
    }

    default String id(int i) {
        return i < 26 ? Character.toString('a' + i) : "z" + (100_000 + i);
    }

    default List<String> asideTables(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.catalog().tables().stream()
                    .filter(table -> table.startsWith("_dropped_"))
                    .toList();
        }
    }

    default List<Row> withoutVersion(List<Row> rows) {
        return rows.stream()
                .map(row -> row.type().indexOf("v") < 0 ? row : row.with("v", 0L))
                .toList();
    }

    default Row older(Row row, int years) {
        return row.with("age", (Long) Objects.requireNonNull(row.get("age")) + years);
    }
}
