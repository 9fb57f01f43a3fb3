package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.schema.Row;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a serializable transaction has read: rows by their keys, present or not, and conditions whose rows it asked for.
 * If nothing of it has changed when the transaction commits, it could as well have run as a whole at that moment, so that
 * the order of commits is an order in which transactions could have run one after the other (backward validation: Kung
 * and Robinson, On Optimistic Methods for Concurrency Control, 1981; of predicates and not only of rows, so that there
 * are no phantoms). Not thread-safe.
 */
final class ReadSet {
    private final Snapshot seen;
    private final Map<String, TableReads> tables = new HashMap<>();
    private boolean catalog;

    /** @param seen the snapshot that the transaction reads */
    ReadSet(Snapshot seen) {
        this.seen = seen;
    }

    private static final class TableReads {
        private final Table table;
        private final Set<Object> ids = new HashSet<>();
        private final Set<Condition> conditions = new HashSet<>();

        TableReads(Table table) {
            this.table = table;
        }
    }

    /** The row with a key was read or looked for. */
    void add(Table table, Object id) {
        if (isCommitted(table)) {
            reads(table).ids.add(id);
        } else {
            addForm(table.name());
        }
    }

    /** The rows that satisfy a condition were asked for. */
    void add(Table table, Condition bound) {
        if (isCommitted(table)) {
            reads(table).conditions.add(bound);
        } else {
            addForm(table.name());
        }
    }

    /** What was read may be any row of the table. */
    void addAll(Table table) {
        add(table, Condition.all());
    }

    /** It was looked at which tables there are. */
    void addCatalog() {
        catalog = true;
    }

    /** The names of the tables of which something was read, {@link PreparedBranches#CATALOG} for the list of them. */
    Set<String> tables() {
        Set<String> names = new HashSet<>(tables.keySet());
        if (catalog) {
            names.add(PreparedBranches.CATALOG);
        }
        return names;
    }

    private boolean isCommitted(Table table) {
        return table == seen.tables.get(table.name());
    }

    /** A form of a table was read that the transaction gave it, of rows that may be any of the committed one's. */
    private void addForm(String name) {
        Table committed = seen.tables.get(name);
        if (committed == null) {
            addCatalog();
        } else {
            reads(committed).conditions.add(Condition.all());
        }
    }

    private TableReads reads(Table table) {
        return tables.computeIfAbsent(table.name(), name -> new TableReads(table));
    }

    /**
     * Under the commit lock.
     *
     * @param altered the tables that the transaction gives another form: those are checked as wholes elsewhere
     * @throws ConflictException if something that was read was changed by a later commit
     */
    void requireUnchanged(Set<String> altered, Map<String, Table> latest, RecentCommits recent) {
        if (catalog && latest != seen.tables) {
            requireSameTables(seen.tables, latest);
        }
        for (TableReads reads : tables.values()) {
            if (!altered.contains(reads.table.name())) {
                requireUnchanged(reads, seen.sequence, latest, recent);
            }
        }
    }

    private static void requireSameTables(Map<String, Table> seen, Map<String, Table> latest) {
        Set<String> names = new HashSet<>(seen.keySet());
        names.addAll(latest.keySet());
        for (String name : names) {
            if (seen.get(name) != latest.get(name)) {
                throw CommitCheck.tableChanged(name);
            }
        }
    }

    private static void requireUnchanged(TableReads reads, long seen, Map<String, Table> latest, RecentCommits recent) {
        Table table = reads.table;
        if (latest.get(table.name()) != table) {
            throw CommitCheck.tableChanged(table.name());
        }
        if (table.rows().lastModified() <= seen) {
            return;
        }
        for (Object id : reads.ids) {
            RowSlot slot = table.slot(id);
            if (slot != null && slot.newest().sequence > seen) {
                throw changed(table, id);
            }
        }
        for (Condition condition : reads.conditions) {
            RowChange change = recent.find(seen, table.name(), touches(condition, table));
            if (change != null) {
                throw changed(table, change.id());
            }
        }
    }

    /** Whether a change may have put a row among those that satisfy a condition, or taken it away or changed it. */
    private static Predicate<RowChange> touches(Condition condition, Table table) {
        Predicate<Row> test = Evaluation.predicate(condition, table.schema().rowType());
        return change -> {
            try {
                return !change.beforeKnown() || satisfies(change.before(), test) || satisfies(change.after(), test);
            } catch (QueryException e) {
                return true; // whoever asks again will meet it
            }
        };
    }

    private static boolean satisfies(@Nullable Row row, Predicate<Row> test) {
        return row != null && test.test(row);
    }

    private static ConflictException changed(Table table, Object id) {
        return new ConflictException(
                "Row '" + id + "' of table '" + table.name()
                        + "', which the transaction read or which belongs to what it"
                        + " asked for, was changed by another transaction that committed first; run the transaction again",
                table.name(),
                id,
                null,
                null);
    }
}
