package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import java.util.List;

/** A migration that adds one column to a table. */
public final class AddColumnMigration extends Migration {

    /** @throws IllegalArgumentException if the version is none */
    public AddColumnMigration(String version, String table, Column column) {
        super(
                MigrationVersion.of(version),
                "add column " + table + "." + column.name(),
                List.of(),
                List.of(Change.addColumn(table, column)));
    }
}
