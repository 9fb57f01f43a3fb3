package io.taskmover.storage.examples;

import io.taskmover.storage.Storage;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.CreateTableMigration;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A table and its rows brought from version to version, and back. */
public final class Migrating {
    private Migrating() {}

    public static void main(String[] args) throws Exception {
        String url = args.length == 0 ? "file:" + Files.createTempDirectory("store") : args[0];
        try (Storage storage = Storage.open(url)) {
            TableSchema users = TableSchema.builder("users")
                    .column("id", DataType.TEXT)
                    .column("mail", DataType.TEXT)
                    .primaryKey("id")
                    .build();
            new MigrationManager(storage.backend())
                    .register(new CreateTableMigration("001", users))
                    .apply();
            storage.backend().insert("users", Map.of("id", "u1", "mail", "Ann@Example.org"));

            // README:migrations
            MigrationManager migrations = new MigrationManager(storage.backend())
                    .register(new CreateTableMigration("001", users))
                    .register(Migration.of(
                            "002",
                            "mail addresses in small letters, each once",
                            Change.renameColumn("users", "mail", "email"),
                            Change.transformRows("users", row -> row.with("email", lower(row.get("email")))),
                            Change.createIndex("users", Index.of("users", true, "email"))))
                    .register(
                            Migration.of("003", "phones", Change.addColumn("users", Column.of("phone", DataType.TEXT))))
                    .allowDestructive(
                            true); // or backupWith(…): the transformation makes other values of those that are there
            System.out.print(migrations.plan()); // what would run, of how many rows, with some before and after
            migrations.apply(); // in one process, however many try; after a kill it goes on from there
            migrations.rollbackTo("001"); // the addresses are as they were
            // end
            System.out.println(storage.backend().select("users", Map.of(), List.of(), null));
        }
    }

    private static Object lower(Object mail) {
        return mail.toString().toLowerCase(Locale.ROOT);
    }
}
