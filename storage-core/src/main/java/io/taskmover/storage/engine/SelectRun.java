package io.taskmover.storage.engine;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Runs one bound selection over what a transaction sees. */
final class SelectRun {
    /** Up to this many rows asked for, only they are kept while sorting; above, everything is sorted. */
    private static final long MAX_KEPT = 100_000;

    private final Table table;
    private final @Nullable TransactionTable own;
    private final Select select;
    private final long sequence;
    private final Deadline deadline;
    private final RowType type;
    private final @Nullable Predicate<Row> condition;

    SelectRun(Table table, @Nullable TransactionTable own, Select select, long sequence, Deadline deadline) {
        this.table = table;
        this.own = own == null || own.writes().isEmpty() ? null : own;
        this.select = select;
        this.sequence = sequence;
        this.deadline = deadline;
        this.type = table.schema().rowType();
        this.condition = isAll(select.condition()) ? null : Evaluation.predicate(select.condition(), type);
    }

    private static boolean isAll(Condition condition) {
        return condition instanceof Condition.And and && and.conditions().isEmpty();
    }

    /** The rows, sorted, cut and projected. */
    RowSource rows() {
        AccessPath path = Planner.plan(table, select);
        RowSource rows;
        if (select.sorts().isEmpty()) {
            rows = unordered(path);
        } else {
            Comparator<Row> order = Evaluation.comparator(select.sorts(), type);
            rows = path.ordered() ? alreadyOrdered(path, order) : sorted(unordered(path), order);
        }
        if (select.offset() > 0 || select.limit() != null) {
            rows = RowSource.window(rows, select.offset(), select.limit());
        }
        return select.projection().isEmpty() ? rows : projected(rows);
    }

    private RowSource alreadyOrdered(AccessPath path, Comparator<Row> order) {
        if (own == null) {
            return scan(path, Set.of());
        }
        List<Row> mine = ownRows();
        mine.sort(order);
        RowSource committed = scan(path, ownIds());
        return mine.isEmpty() ? committed : RowSource.merged(committed, RowSource.of(mine), order);
    }

    private RowSource unordered(AccessPath path) {
        return own == null
                ? scan(path, Set.of())
                : RowSource.concatenated(scan(path, ownIds()), RowSource.of(ownRows()));
    }

    private RowSource sorted(RowSource rows, Comparator<Row> order) {
        Long limit = select.limit();
        return limit != null && limit <= MAX_KEPT && select.offset() <= MAX_KEPT - limit
                ? RowSource.first((int) (select.offset() + limit), rows, order)
                : RowSource.sorted(rows, order);
    }

    private RowSource projected(RowSource rows) {
        Function<Row, Row> projection = Evaluation.projection(select.projection(), type);
        return () -> {
            Row row = rows.next();
            return row == null ? null : projection.apply(row);
        };
    }

    private RowSource scan(AccessPath path, Set<Object> except) {
        Predicate<Row> rest = path.exact() ? null : condition;
        EntryTest entryTest = rest == null || table.rows().stored() == null
                ? null
                : EntryTest.of(table.schema(), path, select.condition());
        return new TableScan(table.rows(), path, sequence, rest, entryTest, except, deadline);
    }

    /** The ids of the transaction's writes as they are now: a cursor does not see later ones. */
    private Set<Object> ownIds() {
        Set<Object> ids = new HashSet<>();
        if (own != null) {
            own.writes().forEach(write -> ids.add(write.id()));
        }
        return ids;
    }

    private List<Row> ownRows() {
        List<Row> rows = new ArrayList<>();
        if (own != null) {
            for (Row row : own.ownRows()) {
                if (condition == null || condition.test(row)) {
                    rows.add(row);
                }
            }
        }
        return rows;
    }

    long count() {
        if (condition == null && own == null) {
            long known = table.rows().countAt(sequence);
            if (known >= 0) {
                return known;
            }
        }
        RowSource rows = unordered(Planner.plan(table, select));
        long count = 0;
        while (rows.skip()) {
            count++;
        }
        return count;
    }

    /** All rows in a list, for a statement that changes them. */
    List<Row> toList() {
        List<Row> list = new ArrayList<>();
        RowSource rows = unordered(Planner.plan(table, select));
        for (Row row = rows.next(); row != null; row = rows.next()) {
            list.add(row);
        }
        return list;
    }
}
