package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Tables as they were at a moment, within what a transaction sees. Rows have the columns that their tables have now. Every write
 * is refused; closing this closes the transaction.
 *
 * <p>What a query costs is what it costs now, and beyond that a look-up for each row that has changed since the moment, which are
 * held in memory.
 *
 * @see RowHistory#find on what is not kept any more
 */
public final class AsOfTransaction extends ForwardingTransaction {
    private final Instant moment;
    private final Map<String, List<String>> former;
    private final Map<String, RowHistory> histories = new HashMap<>();

    /** @param transaction to read in; one that sees a single moment of the store, or the answers are of several */
    public AsOfTransaction(BackendTransaction transaction, Instant moment) {
        this(transaction, moment, Map.of());
    }

    /** @param former other names that the columns of tables have had, as {@link RowHistory} takes them */
    public AsOfTransaction(BackendTransaction transaction, Instant moment, Map<String, List<String>> former) {
        super(transaction);
        this.moment = moment;
        this.former = former;
    }

    private RowHistory history(String table) {
        return histories.computeIfAbsent(table, name -> new RowHistory(delegate(), name, former));
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        return history(table).find(id, moment);
    }

    @Override
    public RowCursor select(Select select) {
        RowHistory history = history(select.table());
        TableSchema schema = history.schema();
        Select bound = select.bind(schema);
        Map<Object, @Nullable Row> changed = history.changedSince(moment);
        if (changed.isEmpty()) {
            return super.select(bound);
        }
        List<Row> then = matching(bound, schema, changed);
        Comparator<Row> order = bound.sorts().isEmpty() ? null : Evaluation.comparator(bound.sorts(), schema.rowType());
        if (order != null) {
            then.sort(order);
        }
        Select now = new Select(
                bound.table(),
                bound.condition(),
                bound.sorts(),
                enough(bound, changed.size()),
                0,
                List.of(),
                List.of());
        RowCursor unchanged = new UnchangedRows(super.select(now), schema, changed);
        return new MergedRows(
                unchanged, then, order, bound, Evaluation.projection(bound.projection(), schema.rowType()));
    }

    /** How many rows to ask for if some of them may not count. */
    private static @Nullable Long enough(Select select, int some) {
        Long limit = select.limit();
        if (limit == null) {
            return null;
        }
        long most = limit + select.offset() + some;
        return most < 0 ? null : (Long) most;
    }

    private static List<Row> matching(Select bound, TableSchema schema, Map<Object, @Nullable Row> changed) {
        Predicate<Row> condition = Evaluation.predicate(bound.condition(), schema.rowType());
        List<Row> rows = new ArrayList<>();
        for (Row row : changed.values()) {
            if (row != null && condition.test(row)) {
                rows.add(row);
            }
        }
        return rows;
    }

    @Override
    public long count(Select select) {
        RowHistory history = history(select.table());
        TableSchema schema = history.schema();
        Select bound = select.bind(schema);
        Map<Object, @Nullable Row> changed = history.changedSince(moment);
        long count = super.count(bound) + matching(bound, schema, changed).size();
        Predicate<Row> condition = Evaluation.predicate(bound.condition(), schema.rowType());
        for (Object id : changed.keySet()) {
            if (super.find(bound.table(), id).filter(condition).isPresent()) {
                count--;
            }
        }
        return count;
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        throw refused();
    }

    @Override
    public long update(String table, Condition where, Assignments changes) {
        throw refused();
    }

    @Override
    public long delete(String table, Condition where) {
        throw refused();
    }

    @Override
    public boolean delete(String table, Object id) {
        throw refused();
    }

    @Override
    public RowCursor executeSql(String sql, List<? extends @Nullable Object> parameters) {
        throw new UnsupportedException("A statement in SQL sees the tables as they are, not as they were at " + moment);
    }

    private UnsupportedException refused() {
        return new UnsupportedException("The past is not changed: these are the tables as they were at " + moment);
    }

    /** The rows of a cursor but for those that have changed. */
    private record UnchangedRows(RowCursor rows, TableSchema schema, Map<Object, @Nullable Row> changed)
            implements RowCursor {
        @Override
        public @Nullable Row next() {
            Row row = rows.next();
            while (row != null && changed.containsKey(Objects.requireNonNull(schema.keyOf(row)))) {
                row = rows.next();
            }
            return row;
        }

        @Override
        public void close() {
            rows.close();
        }
    }
}
