package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;

/** Finds where the tables of a store are not what the migrations that are applied have made of them. */
final class Drift {
    private final List<String> differences = new ArrayList<>();

    private Drift() {}

    /**
     * @param live the tables as they are
     * @return one sentence for each difference; columns may be in any order
     */
    static List<String> of(MigrationGraph graph, NavigableMap<MigrationVersion, HistoryEntry> history, Schemas live) {
        Drift drift = new Drift();
        Schemas expected = expected(graph, history);
        for (TableSchema table : expected.all()) {
            TableSchema found = live.table(table.name()).orElse(null);
            if (found == null) {
                drift.differences.add("Table '" + table.name() + "' is missing");
            } else {
                drift.compare(table, found);
            }
        }
        return drift.differences;
    }

    private static Schemas expected(MigrationGraph graph, NavigableMap<MigrationVersion, HistoryEntry> history) {
        Schemas expected = Schemas.NONE;
        for (Migration migration : graph.inOrder()) {
            HistoryEntry entry = history.get(migration.version());
            if (entry != null && entry.isApplied()) {
                for (TableSchema before : entry.before().all()) {
                    // a table that no migration made is what it was when the first one found it
                    expected = expected.table(before.name()).isPresent() ? expected : expected.with(before);
                }
                for (Change change : migration.changes()) {
                    expected = Course.applied(migration, change, expected);
                }
            }
        }
        return expected;
    }

    private void compare(TableSchema expected, TableSchema found) {
        String table = "Table '" + expected.name() + "' ";
        for (Column column : expected.columns()) {
            if (found.rowType().indexOf(column.name()) < 0) {
                differences.add(table + "lacks the column '" + column.name() + "'");
            } else if (!column.equals(found.column(column.name()))) {
                differences.add(table + "has the column '" + column.name() + "' as " + text(found.column(column.name()))
                        + ", not as " + text(column));
            }
        }
        for (Column column : found.columns()) {
            if (expected.rowType().indexOf(column.name()) < 0) {
                differences.add(table + "has a column '" + column.name() + "' that no migration added");
            }
        }
        if (!expected.primaryKey().equals(found.primaryKey())) {
            differences.add(table + "has the key " + found.primaryKey() + ", not " + expected.primaryKey());
        }
        for (Index index : expected.indexes()) {
            if (!found.indexes().contains(index)) {
                differences.add(table + "lacks the index " + text(index));
            }
        }
        for (Index index : found.indexes()) {
            if (!expected.indexes().contains(index)) {
                differences.add(table + "has an index " + text(index) + " that no migration created");
            }
        }
    }

    private static String text(Column column) {
        return column.type()
                + (column.notNull() ? " not null" : "")
                + (column.defaultValue() == null ? "" : " default " + column.defaultValue())
                + (column.checks().isEmpty() ? "" : " " + column.checks());
    }

    private static String text(Index index) {
        return "'" + index.name() + "' on " + index.columns() + (index.unique() ? ", unique" : "");
    }
}
