package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Installs checked writes as one commit. Used under the commit lock. */
final class Commit {
    private final CommitPipeline pipeline;
    private final List<TransactionTable> tables = new ArrayList<>();
    private final List<TableChange> changes = new ArrayList<>();
    /** The catalog after this commit, if it changes. */
    private @Nullable Map<String, Table> catalog;

    Commit(CommitPipeline pipeline) {
        this.pipeline = pipeline;
    }

    /** Writes of a table, whose changed form is in the catalog already. */
    Commit add(TransactionTable table) {
        tables.add(table);
        return this;
    }

    /** Steps that change tables, for the log. */
    Commit addChanges(List<TableChange> steps) {
        changes.addAll(steps);
        return this;
    }

    /** The table that is to have this name; null for none. */
    Commit replace(String name, @Nullable Table table) {
        if (catalog == null) {
            catalog = new HashMap<>(pipeline.tables());
        }
        if (table == null) {
            catalog.remove(name);
        } else {
            catalog.put(name, table);
        }
        return this;
    }

    /** Commits. Returns null if there is nothing to complete. */
    CommitPipeline.@Nullable Pending run() {
        List<RowChange> rows = pipeline.wantsChanges() ? rowChanges() : List.of();
        boolean empty = changes.isEmpty()
                && tables.stream().allMatch(table -> table.writes().isEmpty());
        if (empty) {
            return null;
        }
        long sequence = pipeline.take(changes, rows);
        boolean installed = false;
        try {
            for (TransactionTable own : tables) {
                for (Write write : own.writes()) {
                    own.table().install(write.id(), write.row(), sequence, pipeline.reclaimer());
                }
            }
            CommitPipeline.Pending pending =
                    pipeline.installed(sequence, catalog == null ? pipeline.tables() : Map.copyOf(catalog), rows);
            installed = true;
            return pending;
        } finally {
            if (!installed) {
                pipeline.poison(new IllegalStateException("commit " + sequence + " was left half installed"));
            }
        }
    }

    private List<RowChange> rowChanges() {
        List<RowChange> rows = new ArrayList<>();
        for (TransactionTable own : tables) {
            for (Write write : own.writes()) {
                // what the commit replaces: under READ_COMMITTED that may be younger than what the transaction saw
                var before = own.table().latest(write.id());
                if (before != null || write.row() != null) {
                    rows.add(new RowChange(own.table().name(), write.id(), before, write.row()));
                }
            }
        }
        return rows;
    }
}
