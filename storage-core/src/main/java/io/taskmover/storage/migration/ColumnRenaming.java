package io.taskmover.storage.migration;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;

/** {@link Change#renameColumn}. */
final class ColumnRenaming extends Change {
    private final String table;
    private final String from;
    private final String to;

    ColumnRenaming(String table, String from, String to) {
        this.table = table;
        this.from = from;
        this.to = to;
    }

    @Override
    public String toString() {
        return "rename column " + table + "." + from + " to " + to;
    }

    @Override
    List<String> tables() {
        return List.of(table);
    }

    @Override
    Schemas apply(Schemas before) {
        TableSchema schema = before.require(table);
        schema.column(from);
        if (schema.rowType().indexOf(to) >= 0) {
            throw new SchemaException("Table '" + table + "' has a column '" + to + "' already");
        }
        return before.changed(table, builder -> builder.renameColumn(from, to));
    }

    @Override
    List<Step> steps(Site site) {
        return List.of(Step.renameColumn(table, from, to));
    }

    @Override
    List<Step> stepsBack(Site site) {
        return List.of(Step.renameColumn(table, to, from));
    }

    @Override
    Map<String, Object> json() {
        return Map.of("renameColumn", Map.of("table", table, "from", from, "to", to));
    }
}
