package io.taskmover.storage.migration;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** {@link Change#dropColumn}. */
final class ColumnDrop extends Change {
    private final String table;
    private final String column;

    ColumnDrop(String table, String column) {
        this.table = table;
        this.column = column;
    }

    @Override
    public String toString() {
        return "drop column " + table + "." + column;
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
        ColumnUse.requireNone(before.require(table), column, "cannot be dropped");
        return before.changed(table, builder -> builder.removeColumn(column));
    }

    @Override
    List<Step> steps(Site site) {
        TableSchema schema = site.before().require(table);
        TableSchema aside = aside(site);
        return List.of(
                Step.createTable(aside),
                new Step.Batches(
                        schema,
                        (transaction, rows) -> transaction.write(
                                aside.name(),
                                WriteMode.UPSERT,
                                rows.stream()
                                        .map(row -> RowChanges.part(row, aside))
                                        .toList())),
                Step.dropColumn(table, column));
    }

    @Override
    List<Step> stepsBack(Site site) {
        Column former = site.before().require(table).column(column);
        TableSchema aside = aside(site);
        List<Step> steps = new ArrayList<>();
        steps.add(Step.addColumn(table, RowChanges.nullable(former, column)));
        steps.add(new Step.Batches(aside, (transaction, rows) -> {
            List<Row> changes = new ArrayList<>();
            for (Row kept : rows) {
                RowChanges.current(transaction, table, aside, kept)
                        .ifPresent(row -> changes.add(RowChanges.update(
                                transaction.catalog().table(table).orElseThrow(), row, column, kept.get(column))));
            }
            transaction.write(table, WriteMode.UPDATE, changes);
        }));
        if (former.notNull()) {
            steps.add(Step.setNotNull(table, column));
        }
        steps.add(Step.dropTable(aside.name()));
        return steps;
    }

    private TableSchema aside(Site site) {
        return site.aside(site.before().require(table), kept -> kept.name().equals(column), List.of());
    }

    @Override
    Map<String, Object> json() {
        return Map.of("dropColumn", Map.of("table", table, "column", column));
    }
}
