package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What one transaction changed so far, and how to undo it down to a savepoint. Not thread-safe. */
final class Workspace {
    /** The tables that were written or altered, as the transaction sees them; an altered one that is missing is dropped. */
    private final SmallMap<String, TransactionTable> own = new SmallMap<>();
    /** The tables that were altered, created or dropped, and what they were before. */
    private Map<String, Origin> altered = Map.of();

    private List<TableChange> steps = List.of();
    private List<Mark> savepoints = List.of();
    /** How to undo, newest last; kept only while there is a savepoint. */
    private List<Runnable> undo = List.of();

    /**
     * @param table what the alteration started from; null if there was no such table
     * @param sequence the snapshot whose rows it took
     */
    record Origin(@Nullable Table table, long sequence) {}

    private static final class Mark implements Savepoint {
        private final int undoSize;

        Mark(int undoSize) {
            this.undoSize = undoSize;
        }
    }

    boolean isEmpty() {
        return altered.isEmpty() && own.isEmpty();
    }

    Collection<TransactionTable> tables() {
        return own.values();
    }

    /** What is written to: tables and, if some are created, changed or dropped, {@link PreparedBranches#CATALOG}. */
    Set<String> tableNames() {
        Set<String> names = new TreeSet<>(altered.keySet());
        if (!names.isEmpty()) {
            names.add(PreparedBranches.CATALOG);
        }
        names.addAll(own.keys());
        return names;
    }

    /** The rows as the transaction leaves them. */
    List<RowChange> rows() {
        List<RowChange> rows = new ArrayList<>();
        for (TransactionTable table : own.values()) {
            String name = table.table().name();
            table.writes().forEach(write -> rows.add(new RowChange(name, write.id(), null, write.row())));
        }
        return rows;
    }

    Map<String, Origin> altered() {
        return altered;
    }

    List<TableChange> steps() {
        return steps;
    }

    /** The table with the transaction's writes; null if it has none, or dropped it. */
    @Nullable
    TransactionTable own(String name) {
        return own.get(name);
    }

    boolean dropped(String name) {
        return altered.containsKey(name) && own.get(name) == null;
    }

    /** The table that the transaction sees; null if there is none. */
    @Nullable
    Table table(String name, Snapshot snapshot) {
        TransactionTable mine = own(name);
        if (mine != null) {
            return mine.table();
        }
        return dropped(name) ? null : snapshot.tables.get(name);
    }

    /** All tables that the transaction sees, sorted by name. */
    Map<String, Table> tables(Snapshot snapshot) {
        Map<String, Table> all = new TreeMap<>(DataType.TEXT::compare);
        all.putAll(snapshot.tables);
        all.keySet().removeAll(altered.keySet());
        own.values().forEach(mine -> all.put(mine.table().name(), mine.table()));
        return all;
    }

    /** The table to write to. */
    TransactionTable writable(String name, Snapshot snapshot) {
        TransactionTable mine = own.get(name);
        if (mine != null) {
            return mine;
        }
        Table table = table(name, snapshot);
        if (table == null) {
            throw Table.missing(name, tables(snapshot).keySet());
        }
        mine = new TransactionTable(table);
        own.put(name, mine);
        return mine;
    }

    void put(TransactionTable table, Write write) {
        Write former = table.put(write);
        if (!savepoints.isEmpty()) {
            undo.add(() -> table.restore(write.id(), former));
        }
    }

    /** Gives a table another form; null drops it. */
    void alter(String name, @Nullable TransactionTable form, @Nullable TableSchema schema, Snapshot snapshot) {
        TransactionTable formerForm = own.get(name);
        if (steps.isEmpty()) {
            altered = new HashMap<>();
            steps = new ArrayList<>();
        }
        boolean first = !altered.containsKey(name);
        if (first) {
            altered.put(name, new Origin(snapshot.tables.get(name), snapshot.sequence));
        }
        set(name, form);
        steps.add(new TableChange(name, schema));
        if (!savepoints.isEmpty()) {
            undo.add(() -> {
                steps.remove(steps.size() - 1);
                set(name, formerForm);
                if (first) {
                    altered.remove(name);
                }
            });
        }
    }

    private void set(String name, @Nullable TransactionTable form) {
        if (form == null) {
            own.remove(name);
        } else {
            own.put(name, form);
        }
    }

    Savepoint savepoint() {
        if (savepoints.isEmpty()) {
            savepoints = new ArrayList<>();
            undo = new ArrayList<>();
        }
        Mark mark = new Mark(undo.size());
        savepoints.add(mark);
        return mark;
    }

    void rollbackTo(Savepoint savepoint) {
        int index = indexOf(savepoint);
        int size = savepoints.get(index).undoSize;
        for (int i = undo.size() - 1; i >= size; i--) {
            undo.remove(i).run();
        }
        savepoints.subList(index + 1, savepoints.size()).clear();
    }

    void release(Savepoint savepoint) {
        savepoints.subList(indexOf(savepoint), savepoints.size()).clear();
        if (savepoints.isEmpty()) {
            undo.clear();
        }
    }

    private int indexOf(Savepoint savepoint) {
        for (int i = 0; i < savepoints.size(); i++) {
            if (savepoints.get(i) == savepoint) {
                return i;
            }
        }
        throw new IllegalArgumentException("This savepoint is another transaction's, was released or rolled back over");
    }
}
