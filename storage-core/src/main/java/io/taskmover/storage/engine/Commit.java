package io.taskmover.storage.engine;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Installs checked writes as one commit. Used under the commit lock. */
final class Commit {
    private final CommitPipeline pipeline;
    private final CommitOrigin origin;
    /** Whether what each write is based on is what it replaces. */
    private final boolean basesAreLatest;

    private Collection<TransactionTable> tables = List.of();
    private List<TableChange> changes = List.of();
    private List<StoredRows> formerForms = List.of();
    private List<StoredRows> newForms = List.of();
    private @Nullable BranchStep step;
    private boolean taken;
    /** Whether there are changes by which only the log learns that a key has been in use. */
    private boolean raisesKeys;
    /** The catalog after this commit, if it changes. */
    private @Nullable Map<String, Table> catalog;

    /** @param basesAreLatest whether what each write is based on was checked to be what it replaces */
    Commit(CommitPipeline pipeline, CommitOrigin origin, boolean basesAreLatest) {
        this.pipeline = pipeline;
        this.origin = origin;
        this.basesAreLatest = basesAreLatest;
    }

    /** Writes of tables, whose changed form is in the catalog already. */
    Commit writes(Collection<TransactionTable> of) {
        tables = of;
        return this;
    }

    /**
     * Rows that are to be so whatever they are now, of tables that are in the catalog. A person may have changed rows in
     * their files, beyond reading even, and added columns, since it was checked that they may be.
     */
    Commit rows(List<RowChange> rows) {
        Map<String, TransactionTable> byTable = new LinkedHashMap<>();
        for (RowChange change : rows) {
            TransactionTable own = byTable.computeIfAbsent(
                    change.table(), name -> new TransactionTable(pipeline.table(name), rows.size()));
            Row latest = readable(own.table(), change.id());
            if (latest != null || change.after() != null || own.table().isLost(change.id())) {
                Row after = change.after() == null ? null : own.table().shaper().complete(change.after());
                own.put(new Write(change.id(), latest, after, Write.Premise.NOTHING));
            }
        }
        tables = byTable.values();
        return this;
    }

    private static @Nullable Row readable(Table table, Object id) {
        try {
            return table.latest(id);
        } catch (CorruptionException | ConflictException e) {
            table.lose(List.of(id)); // what is to come does not depend on it
            return null;
        }
    }

    /** What the commit is to a transaction over several stores; it is made then even if it changes nothing. */
    Commit step(BranchStep of) {
        step = of;
        return this;
    }

    /** Steps that change tables, for the log. */
    Commit changes(List<TableChange> steps) {
        changes = steps;
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
        if (step == null && changes.isEmpty() && !writes()) {
            return null;
        }
        List<RowChange> rows = pipeline.wantsChanges() ? new ArrayList<>() : List.of();
        long sequence = take(rows);
        if (raisesKeys) {
            rows.removeIf(Commit::isKeyOnly); // that was for the log
        }
        boolean installed = false;
        try {
            for (TransactionTable own : tables) {
                own.table().installAll(own.writes(), sequence, pipeline.reclaimer());
            }
            CommitPipeline.Pending pending = pipeline.installed(
                    sequence,
                    origin,
                    catalog == null ? pipeline.tables() : Map.copyOf(catalog),
                    rows,
                    step != null && rows.isEmpty());
            newForms.forEach(form -> form.committed(sequence));
            installed = true;
            return pending;
        } finally {
            if (!installed) {
                pipeline.poison(new IllegalStateException("commit " + sequence + " was left half installed"));
            }
        }
    }

    /** Whether the log has it, so that it may be there when the store is opened again, whatever happens now. */
    boolean taken() {
        return taken;
    }

    private boolean writes() {
        for (TransactionTable table : tables) {
            if (!table.writes().isEmpty()) {
                return true;
            }
        }
        return false;
    }

    /** All that can fail before the log has the commit, and is undone then. */
    private long take(List<RowChange> rows) {
        boolean taken = false;
        try {
            for (TransactionTable own : tables) {
                if (own.table().rows().stored() != null) {
                    own.writes().forEach(write -> own.table().pin(write.id(), basesAreLatest ? write.base() : null));
                }
            }
            if (pipeline.wantsChanges()) {
                addRowChanges(rows);
            }
            if (catalog != null) {
                formerForms = new ArrayList<>();
                newForms = new ArrayList<>();
                replaceForms(catalog);
            }
            long sequence = pipeline.take(origin, changes, rows, step);
            this.taken = true;
            taken = true;
            return sequence;
        } finally {
            if (!taken) {
                for (TransactionTable own : tables) {
                    own.writes().forEach(write -> own.table().unpin(write.id()));
                }
                formerForms.forEach(StoredRows::notReplaced);
            }
        }
    }

    private void addRowChanges(List<RowChange> rows) {
        for (TransactionTable own : tables) {
            for (Write write : own.writes()) {
                if (own.table().isLost(write.id())) {
                    rows.add(new RowChange(own.table().name(), write.id(), null, write.row(), false));
                    continue;
                }
                // what the commit replaces: under READ_COMMITTED that may be younger than what the transaction saw
                var before = own.table().latest(write.id());
                RowChange change = new RowChange(own.table().name(), write.id(), before, write.row());
                if (!isKeyOnly(change)) {
                    rows.add(change);
                } else if (own.table().schema().generatedKey()) {
                    rows.add(change);
                    raisesKeys = true;
                }
            }
        }
    }

    private static boolean isKeyOnly(RowChange change) {
        return change.before() == null && change.after() == null && change.beforeKnown();
    }

    private void replaceForms(Map<String, Table> after) {
        for (Table former : pipeline.tables().values()) {
            Table latest = after.get(former.name());
            StoredRows stored = former.rows().stored();
            if (stored != null && (latest == null || latest.rows() != former.rows())) {
                StoredRows form = latest == null ? null : latest.rows().stored();
                stored.replacedBy(form);
                formerForms.add(stored);
                if (form != null) {
                    newForms.add(form);
                }
            }
        }
    }
}
