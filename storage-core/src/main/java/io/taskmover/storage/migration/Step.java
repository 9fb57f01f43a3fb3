package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** What a change consists of: the least that is recorded as done. */
sealed interface Step {

    /**
     * A change of the catalog.
     *
     * @param isMade whether the catalog shows that it happened, where a crash leaves that open
     * @param makeAgain makes it where that crash was
     */
    record Definition(Consumer<Catalog> make, Predicate<Catalog> isMade, Consumer<Catalog> makeAgain) implements Step {
        Definition(Consumer<Catalog> make, Predicate<Catalog> isMade) {
            this(make, isMade, make);
        }
    }

    /**
     * Work on all rows of a table, batch by batch, in the order of their keys.
     *
     * @param source the table; only its name and its key count
     */
    record Batches(TableSchema source, Work work) implements Step {}

    /** One statement in the database's own SQL. */
    record Sql(String statement) implements Step {}

    /** What is done with one batch, as a part of a transaction. */
    @FunctionalInterface
    interface Work {
        void process(BackendTransaction transaction, List<Row> rows);
    }

    static Step createTable(TableSchema schema) {
        String name = schema.name();
        return new Definition(
                catalog -> catalog.create(schema),
                catalog -> catalog.table(name).isPresent() && catalog.owns(name),
                catalog -> {
                    if (catalog.table(name).isPresent()) {
                        catalog.drop(name); // the database has it, but nobody has noted that it is this library's
                    }
                    catalog.create(schema);
                });
    }

    static Step dropTable(String table) {
        return new Definition(
                catalog -> catalog.drop(table), catalog -> catalog.table(table).isEmpty());
    }

    static Step addColumn(String table, Column column) {
        return new Definition(
                catalog -> catalog.addColumn(table, column), catalog -> has(catalog, table, column.name()));
    }

    static Step dropColumn(String table, String column) {
        return new Definition(catalog -> catalog.dropColumn(table, column), catalog -> !has(catalog, table, column));
    }

    static Step renameColumn(String table, String from, String to) {
        return new Definition(
                catalog -> catalog.renameColumn(table, from, to),
                catalog -> has(catalog, table, to) && !has(catalog, table, from));
    }

    static Step setNotNull(String table, String column) {
        return new Definition(
                catalog -> catalog.setNotNull(table, column),
                catalog -> has(catalog, table, column)
                        && catalog.table(table).orElseThrow().column(column).notNull());
    }

    static Step createIndex(String table, Index index) {
        return new Definition(
                catalog -> catalog.createIndex(table, index), catalog -> hasIndex(catalog, table, index.name()));
    }

    static Step dropIndex(String table, String index) {
        return new Definition(catalog -> catalog.dropIndex(table, index), catalog -> !hasIndex(catalog, table, index));
    }

    private static boolean has(Catalog catalog, String table, String column) {
        return catalog.table(table)
                .filter(schema -> schema.rowType().indexOf(column) >= 0)
                .isPresent();
    }

    private static boolean hasIndex(Catalog catalog, String table, String name) {
        return catalog.table(table).stream()
                .flatMap(schema -> schema.indexes().stream())
                .anyMatch(index -> index.name().equals(name));
    }
}
