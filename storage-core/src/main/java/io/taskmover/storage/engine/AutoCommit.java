package io.taskmover.storage.engine;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes that are their own transaction: they look at the latest commit under the commit lock, so that there is nobody
 * to conflict with, and need no snapshot.
 */
final class AutoCommit {
    private final CommitPipeline pipeline;
    /** How long to wait for whom, beginning now. */
    private final Supplier<Deadline> patience;

    AutoCommit(CommitPipeline pipeline, Supplier<Deadline> patience) {
        this.pipeline = pipeline;
        this.patience = patience;
    }

    List<Row> write(String tableName, WriteMode mode, List<Row> rows) {
        readAhead(tableName, rows);
        if (rows.size() == 1) {
            return List.of(writeOne(tableName, mode, rows.get(0)));
        }
        List<Row> stored = new ArrayList<>(rows.size());
        CommitPipeline.Pending pending;
        pipeline.lock();
        try {
            await(tableName);
            TransactionTable table = new TransactionTable(pipeline.table(tableName), rows.size());
            for (Row row : rows) {
                stored.add(write(table, mode, row));
            }
            pending = new Commit(pipeline, CommitOrigin.APPLICATION, true)
                    .writes(List.of(table))
                    .run();
        } finally {
            pipeline.unlock();
        }
        pipeline.complete(pending);
        return stored;
    }

    /** Waits for a branch that holds the table. Under the lock. */
    private void await(String table) {
        if (!pipeline.branches().isEmpty()) {
            pipeline.branches().awaitFree(table, patience);
        }
        pipeline.requireWritable();
    }

    /** Reads what is to be replaced, if it is not in memory, while nobody waits for the commit lock. */
    private void readAhead(String tableName, List<Row> rows) {
        Table table = pipeline.visibleTable(tableName);
        if (table != null && table.rows().stored() != null) {
            for (Row row : rows) {
                Object id = table.shaper().givenKey(row);
                if (id != null) {
                    table.warm(id);
                }
            }
        }
    }

    private static Row write(TransactionTable own, WriteMode mode, Row given) {
        RowShaper shaper = own.table().shaper();
        Object id = shaper.keyFor(given, mode);
        Write former = own.write(id);
        Row base = former == null ? own.table().latest(id) : former.base();
        Row row = shaper.shape(given, mode, id, former == null ? base : former.row());
        own.requireUnique(id, row, Long.MAX_VALUE);
        own.put(new Write(id, base, row, Write.Premise.NOTHING));
        return row;
    }

    private Row writeOne(String tableName, WriteMode mode, Row given) {
        Row row;
        CommitPipeline.Pending pending;
        pipeline.lock();
        try {
            await(tableName);
            Table table = pipeline.table(tableName);
            RowShaper shaper = table.shaper();
            Object id = shaper.keyFor(given, mode);
            Row current = table.latest(id);
            row = shaper.shape(given, mode, id, current);
            UniqueKeys.requireLatest(table, id, row, null);
            pending = commit(table, id, current, row, CommitOrigin.APPLICATION);
        } finally {
            pipeline.unlock();
        }
        pipeline.complete(pending);
        return row;
    }

    boolean delete(String tableName, Object id) {
        Table visible = pipeline.visibleTable(tableName);
        if (visible != null && visible.rows().stored() != null) {
            visible.warm(id);
        }
        CommitPipeline.Pending pending;
        pipeline.lock();
        try {
            await(tableName);
            Table table = pipeline.table(tableName);
            Row current = table.latest(id);
            if (current == null) {
                table.requireKeyType(id);
                return false;
            }
            pending = commit(table, id, current, null, CommitOrigin.APPLICATION);
        } finally {
            pipeline.unlock();
        }
        pipeline.complete(pending);
        return true;
    }

    /**
     * Takes over what someone else made of a row where it is stored: the latest row need not be readable any more.
     *
     * @param row valid; null if the row is gone
     * @return whether that was a change
     */
    boolean overwrite(String tableName, Object id, @Nullable Row row) {
        CommitPipeline.Pending pending;
        pipeline.lock();
        try {
            pipeline.requireWritable();
            Table table = pipeline.table(tableName);
            if (row != null && !row.type().equals(table.schema().rowType())) {
                throw CommitCheck.tableChanged(tableName);
            }
            RowSlot slot = table.slot(id);
            Version newest = slot == null ? null : slot.newest();
            boolean there = newest != null && !newest.deleted();
            if (!there && row == null) {
                return false;
            }
            table.lose(List.of(id));
            Row before = newest == null ? null : newest.inMemory();
            if (before != null && row != null && before.equals(table.shaper().adopt(row))) {
                return false;
            }
            Row after = row == null ? null : table.shaper().external(row, before, there);
            if (after != null) {
                table.shaper().noteKey(id);
                UniqueKeys.requireLatest(table, id, after, null);
                pipeline.branches().requireUnique(table, id, after);
            }
            pending = commit(table, id, before, after, CommitOrigin.EXTERNAL);
        } finally {
            pipeline.unlock();
        }
        pipeline.complete(pending);
        return true;
    }

    private CommitPipeline.@Nullable Pending commit(
            Table table, Object id, @Nullable Row before, @Nullable Row after, CommitOrigin origin) {
        List<RowChange> changes = List.of();
        if (pipeline.wantsChanges()) {
            RowSlot slot = before == null && origin == CommitOrigin.EXTERNAL ? table.slot(id) : null;
            boolean known = slot == null || slot.newest().deleted();
            changes = List.of(new RowChange(table.name(), id, before, after, known));
        }
        long sequence = take(table, id, before, changes, origin);
        boolean installed = false;
        try {
            table.install(id, after, sequence, pipeline.reclaimer());
            CommitPipeline.Pending pending = pipeline.installed(sequence, origin, pipeline.tables(), changes, false);
            installed = true;
            return pending;
        } finally {
            if (!installed) {
                pipeline.poison(new IllegalStateException("commit " + sequence + " was left half installed"));
            }
        }
    }

    private long take(Table table, Object id, @Nullable Row before, List<RowChange> changes, CommitOrigin origin) {
        boolean taken = false;
        try {
            table.pin(id, before);
            long sequence = pipeline.take(origin, List.of(), changes, null);
            taken = true;
            return sequence;
        } finally {
            if (!taken) {
                table.unpin(id);
            }
        }
    }
}
