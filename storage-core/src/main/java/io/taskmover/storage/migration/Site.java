package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where a change takes place.
 *
 * @param version of its migration
 * @param number its own in the migration, from 1
 * @param before the tables as they are before it
 */
record Site(MigrationVersion version, int number, Schemas before) {
    /** How the names of tables begin that hold what was set aside. */
    static final String ASIDE = "_dropped_";

    /** The table that holds what the change took away, so that it can be given back. */
    String asideName() {
        return asidePrefix(version) + number;
    }

    /** How the names of all tables begin that a migration has set something aside in. */
    static String asidePrefix(MigrationVersion version) {
        return ASIDE + version.canonical() + "_";
    }

    /** A table to set rows of another one aside: its key and some of its columns, which may be null there. */
    TableSchema aside(TableSchema table, Predicate<Column> columns, List<Column> more) {
        TableSchema.Builder builder = TableSchema.builder(asideName());
        for (Column column : table.columns()) {
            if (table.primaryKey().contains(column.name()) || columns.test(column)) {
                builder.column(Column.of(column.name(), column.type()));
            }
        }
        more.forEach(builder::column);
        return builder.primaryKey(table.primaryKey().toArray(new String[0])).build();
    }
}
