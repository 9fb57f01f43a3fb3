package io.taskmover.storage.migration;

import java.util.List;

/** A migration that changes or deletes the rows of one table: {@link Change#transformRows}. */
public final class DataMigration extends Migration {

    /** @throws IllegalArgumentException if the version is none */
    public DataMigration(String version, String table, RowTransformation forth) {
        super(
                MigrationVersion.of(version),
                "transform rows of " + table,
                List.of(),
                List.of(Change.transformRows(table, forth)));
    }
}
