package io.taskmover.storage.migration;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;

/** {@link Change#dropTable}. */
final class TableDrop extends Change {
    private final String table;

    TableDrop(String table) {
        this.table = table;
    }

    @Override
    public String toString() {
        return "drop table " + table;
    }

    @Override
    public boolean isDestructive() {
        return true;
    }

    @Override
    String rowsOf() {
        return table;
    }

    @Override
    List<String> tables() {
        return List.of(table);
    }

    @Override
    Schemas apply(Schemas before) {
        before.require(table);
        return before.without(table);
    }

    @Override
    List<Step> steps(Site site) {
        TableSchema schema = site.before().require(table);
        TableSchema aside = site.aside(schema, column -> true, List.of());
        return List.of(
                Step.createTable(aside),
                new Step.Batches(
                        schema,
                        (transaction, rows) -> transaction.write(
                                aside.name(),
                                WriteMode.UPSERT,
                                rows.stream()
                                        .map(row -> Row.adopt(aside.rowType(), row.toArray()))
                                        .toList())),
                Step.dropTable(table));
    }

    @Override
    List<Step> stepsBack(Site site) {
        TableSchema schema = site.before().require(table);
        TableSchema aside = site.aside(schema, column -> true, List.of());
        return List.of(
                Step.createTable(schema),
                new Step.Batches(
                        aside,
                        (transaction, rows) -> transaction.write(
                                table,
                                WriteMode.INSERT,
                                rows.stream()
                                        .map(row -> RowChanges.anew(schema, row))
                                        .toList())),
                Step.dropTable(aside.name()));
    }

    @Override
    Map<String, Object> json() {
        return Map.of("dropTable", Map.of("table", table));
    }
}
