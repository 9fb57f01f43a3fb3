package io.taskmover.storage.engine;

import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Checks the tables of one snapshot against themselves: rows against rules, indexes against rows. */
final class Verifier {
    private static final int MAX_PROBLEMS = 1_000;

    private final EngineSnapshot snapshot;
    private final Predicate<StorageException> reported;
    private final List<String> problems = new ArrayList<>();
    private final Set<RowSlot> unreadable = new HashSet<>();
    private long rows;

    /** @param reported whether a row that cannot be read for this reason is a problem */
    Verifier(EngineSnapshot snapshot, Predicate<StorageException> reported) {
        this.snapshot = snapshot;
        this.reported = reported;
    }

    Verification run() {
        List<String> names = snapshot.tables();
        for (String name : names) {
            Table table = snapshot.require(name);
            long counted = checkRows(table);
            rows += counted;
            for (OrderedIndex index : table.indexes()) {
                checkIndex(table, index, counted);
            }
        }
        return new Verification(names.size(), rows, problems);
    }

    private long checkRows(Table table) {
        long count = 0;
        Object former = null;
        OrderedTree.Cursor entries = table.rows().ordered().ascending(Cut.START, Cut.END);
        while (entries.advance()) {
            RowSlot slot = entries.slot();
            Row row;
            try {
                row = table.rows().rowAt(slot, snapshot.sequence());
            } catch (CorruptionException | ConflictException e) {
                if (reported.test(e)) {
                    add(String.valueOf(e.getMessage()));
                }
                unreadable.add(slot);
                count++;
                continue;
            }
            if (row == null) {
                continue;
            }
            count++;
            if (!slot.id.equals(table.schema().keyOf(row))) {
                problem(table, slot.id, "is stored under another key than its own");
            }
            if (table.slot(slot.id) != slot) {
                problem(table, slot.id, "is not found by its key");
            }
            if (former != null && table.schema().compareKeys(former, slot.id) >= 0) {
                problem(table, slot.id, "is out of order");
            }
            former = slot.id;
            try {
                table.schema().validate(row);
            } catch (ConstraintException e) {
                problem(table, slot.id, "breaks the table's rules: " + e.violations());
            }
            for (OrderedIndex index : table.indexes()) {
                if (!index.tree().contains(index.keyOf(row), slot)) {
                    problem(
                            table,
                            slot.id,
                            "is missing in the index '" + index.definition().name() + "'");
                }
            }
        }
        return count;
    }

    private void checkIndex(Table table, OrderedIndex index, long expected) {
        long count = 0;
        boolean settled = table.rows().isSettled();
        @Nullable Object @Nullable [] former = null;
        OrderedTree.Cursor entries = index.tree().ascending(Cut.START, Cut.END);
        while (entries.advance()) {
            RowSlot slot = entries.slot();
            if (unreadable.contains(slot)) {
                count++;
                continue;
            }
            Version version = slot.versionAt(snapshot.sequence());
            if (version == null || !table.isEntryOf(index, entries.key(), slot, version, settled)) {
                continue;
            }
            count++;
            @Nullable Object[] key = index.tree().order().parts(entries.key());
            boolean constrained = index.unique() && !Arrays.asList(key).contains(null);
            if (constrained && former != null && index.tree().order().comparePrefix(entries.key(), former) == 0) {
                problem(
                        table,
                        slot.id,
                        "has a key that is not unique in the index '"
                                + index.definition().name() + "'");
            }
            former = key;
        }
        if (count != expected) {
            add("Index '" + index.definition().name() + "' of table '" + table.name() + "' has " + count + " rows, not "
                    + expected);
        }
    }

    private void problem(Table table, Object id, String what) {
        add("Row '" + id + "' of table '" + table.name() + "' " + what);
    }

    private void add(String problem) {
        if (problems.size() < MAX_PROBLEMS) {
            problems.add(problem);
        }
    }
}
