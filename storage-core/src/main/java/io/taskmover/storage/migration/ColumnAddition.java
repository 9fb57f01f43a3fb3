package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.SchemaJson;
import java.util.List;
import java.util.Map;

/** {@link Change#addColumn}. */
final class ColumnAddition extends Change {
    private final String table;
    private final Column column;

    ColumnAddition(String table, Column column) {
        this.table = table;
        this.column = column;
    }

    @Override
    public String toString() {
        return "add column " + table + "." + column.name() + " " + column.type();
    }

    @Override
    boolean isDestructiveBack() {
        return true;
    }

    @Override
    List<String> tables() {
        return List.of(table);
    }

    @Override
    Schemas apply(Schemas before) {
        return before.changed(table, builder -> builder.column(column));
    }

    @Override
    List<Step> steps(Site site) {
        return List.of(Step.addColumn(table, column));
    }

    @Override
    List<Step> stepsBack(Site site) {
        return List.of(Step.dropColumn(table, column.name()));
    }

    @Override
    Map<String, Object> json() {
        return Map.of("addColumn", Map.of("table", table, "column", SchemaJson.canonical(column)));
    }
}
