package io.taskmover.storage.migration;

import io.taskmover.storage.schema.TableSchema;
import java.util.List;

/** A migration that creates one table. */
public final class CreateTableMigration extends Migration {

    /** @throws IllegalArgumentException if the version is none */
    public CreateTableMigration(String version, TableSchema schema) {
        super(
                MigrationVersion.of(version),
                "create table " + schema.name(),
                List.of(),
                List.of(Change.createTable(schema)));
    }
}
