package io.taskmover.storage.engine;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.engine.AccessPath.Direction;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the index for a bound selection, by rule: the one with most leading columns pinned to values, then a range on
 * the next, then one that gives the order asked for; else a scan by primary key.
 */
final class Planner {
    /** More combinations of values than this are not looked up one by one. */
    private static final int MAX_RANGES = 10_000;

    private static final int PINNED = 100;
    private static final int UNIQUE = 50;
    private static final int CLOSED_RANGE = 40;
    private static final int OPEN_RANGE = 20;
    private static final int ORDERED = 10;
    private static final int PRIMARY = 1;

    private final Table table;
    private final Select select;
    private final ColumnRanges ranges;

    private @Nullable AccessPath best;
    private int bestScore = -1;

    private Planner(Table table, Select select) {
        this.table = table;
        this.select = select;
        this.ranges = new ColumnRanges(select.condition(), table.schema().rowType());
    }

    /** @param select bound to the table's schema */
    static AccessPath plan(Table table, Select select) {
        Planner planner = new Planner(table, select);
        planner.consider(table.schema().primaryKey(), table.rows().ordered(), null);
        for (OrderedIndex index : table.indexes()) {
            planner.consider(index.definition().columns(), index.tree(), index);
        }
        AccessPath path = planner.best;
        if (path == null) {
            throw new AssertionError("the primary key is always a way");
        }
        return path;
    }

    private void consider(List<String> columns, OrderedTree tree, @Nullable OrderedIndex index) {
        List<@Nullable Object[]> prefixes = new ArrayList<>();
        prefixes.add(new @Nullable Object[0]);
        int pinned = 0;
        int score = 0;
        ColumnRange bounded = null;
        while (pinned < columns.size()) {
            ColumnRange range = ranges.of(columns.get(pinned));
            if (range == null) {
                break;
            }
            if (range.isPoints() && (long) prefixes.size() * range.values().size() <= MAX_RANGES) {
                prefixes = extend(prefixes, range.values());
                score += PINNED;
                pinned++;
                continue;
            }
            if (range.isBounded()) {
                bounded = range;
                score += range.isClosed() ? CLOSED_RANGE : OPEN_RANGE;
            }
            break;
        }
        boolean narrowed = pinned > 0 || bounded != null;
        Direction direction = direction(columns, index);
        boolean ordered = direction != null;
        if (index != null && !narrowed && !(ordered && !select.sorts().isEmpty())) {
            return;
        }
        score += (pinned == columns.size() && (index == null || index.unique()) ? UNIQUE : 0)
                + (ordered ? ORDERED : 0)
                + (index == null ? PRIMARY : 0);
        if (score > bestScore) {
            bestScore = score;
            best = new AccessPath(
                    tree,
                    index,
                    keyRanges(prefixes, bounded),
                    narrowed,
                    direction == null ? Direction.ASCENDING : direction,
                    ordered,
                    pinned,
                    bounded != null,
                    pinned > 0 && isPinned(columns.get(0)));
        }
    }

    /** Whether the whole condition is that this column, being pinned, equals a value: the commonest of all queries. */
    private boolean isPinned(String column) {
        return select.condition() instanceof Condition.Comparison comparison
                && comparison.operator() == Condition.Operator.EQ
                && comparison.left() instanceof Path path
                && path.column().equals(column)
                && comparison.right() instanceof Expression.Literal;
    }

    private static List<@Nullable Object[]> extend(List<@Nullable Object[]> prefixes, List<@Nullable Object> values) {
        List<@Nullable Object[]> longer = new ArrayList<>(prefixes.size() * values.size());
        for (@Nullable Object[] prefix : prefixes) {
            for (Object value : values) {
                longer.add(ColumnRange.with(prefix, value));
            }
        }
        return longer;
    }

    private static List<KeyRange> keyRanges(List<@Nullable Object[]> prefixes, @Nullable ColumnRange bounded) {
        List<KeyRange> list = new ArrayList<>(prefixes.size());
        for (@Nullable Object[] prefix : prefixes) {
            list.add(bounded == null ? new KeyRange(Cut.before(prefix), Cut.after(prefix)) : bounded.under(prefix));
        }
        return list;
    }

    /** The way to walk an index so that rows come in the order asked for; null if there is none. */
    private @Nullable Direction direction(List<String> columns, @Nullable OrderedIndex index) {
        if (select.sorts().isEmpty()) {
            return Direction.ASCENDING;
        }
        List<String> key = table.schema().primaryKey();
        List<String> order = new ArrayList<>(columns);
        int ownColumns = columns.size();
        if (index != null) {
            order.addAll(key);
        }
        Boolean keyDescending = null;
        Boolean descending = null;
        int at = 0;
        for (Sort sort : select.sorts()) {
            if (sort.path().isNested()) {
                return null;
            }
            String column = sort.path().column();
            if (isFixed(column)) {
                continue;
            }
            while (at < order.size() && isFixed(order.get(at))) {
                at++;
            }
            if (at == order.size()) {
                // every row is told apart by now
                break;
            }
            if (!order.get(at).equals(column)) {
                return null;
            }
            if (at < ownColumns) {
                if (descending != null && descending != sort.descending()) {
                    return null;
                }
                descending = sort.descending();
            } else {
                if (keyDescending != null && keyDescending != sort.descending()) {
                    return null;
                }
                keyDescending = sort.descending();
            }
            at++;
        }
        return combine(descending, keyDescending);
    }

    private static @Nullable Direction combine(@Nullable Boolean descending, @Nullable Boolean keyDescending) {
        boolean keys = descending != null ? descending : keyDescending != null && keyDescending;
        boolean ids = keyDescending != null ? keyDescending : keys;
        if (keys == ids) {
            return keys ? Direction.DESCENDING : Direction.ASCENDING;
        }
        return keys ? Direction.DESCENDING_BY_KEY : null;
    }

    /** Whether every candidate has the same value in the column. */
    private boolean isFixed(String column) {
        ColumnRange range = ranges.of(column);
        return range != null && range.isPoints() && range.values().size() == 1;
    }

    private static String describe(Table table, AccessPath path) {
        OrderedIndex index = path.index();
        int pinned = path.pinned();
        boolean bounded = path.bounded();
        List<String> columns =
                index == null ? table.schema().primaryKey() : index.definition().columns();
        String source = index == null
                ? "the primary key " + columns
                : (index.unique() ? "unique index '" : "index '")
                        + index.definition().name() + "' " + columns;
        if (pinned == 0 && !bounded) {
            return index == null
                    ? "full scan of table '" + table.name() + "'"
                    : "all rows of table '" + table.name() + "' in the order of " + source;
        }
        StringBuilder text = new StringBuilder("search table '" + table.name() + "' by " + source);
        if (pinned > 0) {
            text.append(", values of ").append(columns.subList(0, pinned));
        }
        if (bounded) {
            text.append(", range of ").append(columns.get(pinned));
        }
        return text.toString();
    }

    /** What {@code explain} tells. */
    static Explanation explain(Table table, Select select) {
        AccessPath path = plan(table, select);
        String order;
        if (select.sorts().isEmpty()) {
            order = "no order asked for";
        } else if (path.ordered()) {
            order = "order by " + select.sorts() + ": as found, nothing to sort";
        } else if (select.limit() == null) {
            order = "order by " + select.sorts() + ": sort all rows found";
        } else {
            order = "order by " + select.sorts() + ": keep the first " + (select.offset() + select.limit())
                    + " while scanning";
        }
        OrderedIndex index = path.index();
        String name = index != null ? index.definition().name() : path.narrowed() ? Explanation.PRIMARY_KEY : null;
        return new Explanation(name, describe(table, path) + "\n" + order);
    }
}
