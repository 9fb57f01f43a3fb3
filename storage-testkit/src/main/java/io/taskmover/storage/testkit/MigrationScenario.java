package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.CreateTableMigration;
import io.taskmover.storage.migration.DataMigration;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Migrations of every kind over a table of so many rows, and what there is before the first and after the last of them: for tests
 * that cut them off somewhere.
 */
public record MigrationScenario(int rows, int batchRows, Duration lease) {
    private static final int EVERY_FIFTH = 5;

    private static final TableSchema USERS = TableSchema.builder("users")
            .column("id", INTEGER)
            .column(Column.of("name", TEXT).withNotNull())
            .column("age", INTEGER)
            .column("v", INTEGER)
            .primaryKey("id")
            .version("v")
            .index("age")
            .build();

    private static final TableSchema PETS = TableSchema.builder("pets")
            .column("id", INTEGER)
            .column("name", TEXT)
            .primaryKey("id")
            .build();

    /** The migrations of the scenario; the first one makes the table. */
    public MigrationManager manager(StorageBackend store) {
        return new MigrationManager(store)
                .register(new CreateTableMigration("001", USERS))
                .register(Migration.of(
                        "002",
                        "mail addresses, names that are unique",
                        Change.addColumn(
                                "users", Column.of("mail", TEXT).withNotNull().withDefault("none")),
                        Change.createIndex("users", Index.of("users", true, "name"))))
                .register(new DataMigration("003", "users", MigrationScenario::olderOrGone))
                .register(Migration.of(
                        "004",
                        "ages as texts, no mail addresses",
                        Change.dropIndex("users", "ix_users_age"),
                        Change.changeType("users", Column.of("age", TEXT)),
                        Change.dropColumn("users", "mail")))
                .register(Migration.of(
                        "005",
                        "titles",
                        Change.createTable(PETS),
                        Change.renameColumn("users", "name", "title"),
                        Change.dropTable("pets")))
                .allowDestructive(true)
                .batchRows(batchRows)
                .lease(lease, Duration.ofSeconds(20));
    }

    private static @Nullable Row olderOrGone(Row row) {
        long id = (Long) Objects.requireNonNull(row.get("id"));
        return id % EVERY_FIFTH == 0 ? null : row.with("age", id + 1);
    }

    /** Makes the table and fills it, in a store that has nothing of it. */
    public void prepare(StorageBackend store) {
        MigrationManager first = new MigrationManager(store).register(new CreateTableMigration("001", USERS));
        first.apply();
        List<Row> batch = new ArrayList<>();
        for (long id = 1; id <= rows; id++) {
            batch.add(Row.of(USERS.rowType(), id, "name " + id, id, 0L));
            if (batch.size() == batchRows || id == rows) {
                store.write("users", WriteMode.INSERT, batch);
                batch.clear();
            }
        }
    }

    /** @throws AssertionError unless the store holds what {@link #prepare} left */
    public void requirePrepared(StorageBackend store) {
        List<Map<String, Object>> found = values(store);
        assertThat(found).hasSize(rows);
        for (int i = 0; i < rows; i++) {
            assertThat(found.get(i)).isEqualTo(Map.of("id", i + 1L, "name", "name " + (i + 1), "age", i + 1L));
        }
        assertThat(asideTables(store)).isEmpty();
        assertThat(manager(store).drift()).isEmpty();
    }

    /** @throws AssertionError unless the store holds what all of the migrations make of that */
    public void requireApplied(StorageBackend store) {
        List<Map<String, Object>> found = values(store);
        int at = 0;
        for (long id = 1; id <= rows; id++) {
            if (id % EVERY_FIFTH != 0) {
                assertThat(found.get(at)).isEqualTo(Map.of("id", id, "title", "name " + id, "age", "" + (id + 1)));
                at++;
            }
        }
        assertThat(found).hasSize(at);
        assertThat(asideTables(store)).containsExactly("_dropped_3_1", "_dropped_4_2", "_dropped_4_3", "_dropped_5_3");
        assertThat(manager(store).drift()).isEmpty();
    }

    private static List<Map<String, Object>> values(StorageBackend store) {
        List<Map<String, Object>> values = new ArrayList<>();
        for (Row row : new TestTable(store, store.schemaOf("users")).rows()) {
            Map<String, Object> map = new HashMap<>(row.toMap());
            map.remove("v");
            values.add(map);
        }
        return values;
    }

    private static List<String> asideTables(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.catalog().tables().stream()
                    .filter(table -> table.startsWith("_dropped_"))
                    .toList();
        }
    }
}
