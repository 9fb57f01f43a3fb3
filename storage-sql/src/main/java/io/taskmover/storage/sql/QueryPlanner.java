package io.taskmover.storage.sql;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.RowType;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import org.jooq.Field;
import org.jooq.SelectLimitStep;
import org.jooq.SortField;
import org.jooq.impl.DSL;
import org.jspecify.annotations.Nullable;

/** Makes the {@link QueryPlan} of each shape of selection, count, update and delete once per table. */
final class QueryPlanner {
    private QueryPlanner() {}

    /** What of a selection decides its statement; the values of its literals, limit and offset do not. */
    private record SelectShape(
            Condition condition, List<Sort> sorts, boolean paged, List<Path> projection, int keysBeyond) {}

    private record CountShape(Condition condition) {}

    private record DeleteShape(Condition condition) {}

    private record UpdateShape(Condition condition, Set<Integer> positions) {}

    /** The plan for a bound selection. */
    static QueryPlan select(StoredTable table, QueryShape shape, Select select) {
        return selectBeyond(table, shape, select, 0);
    }

    /**
     * The plan for those rows of a bound selection that come after a place in its order. Its slots' numbers continue after
     * the condition's literals with the place's values.
     *
     * @param keys how many keys of the order the place has, none of them null and all in one direction
     */
    static QueryPlan selectBeyond(StoredTable table, QueryShape shape, Select select, int keys) {
        int literals = shape.values().size();
        return table.shaped(
                new SelectShape(
                        shape.condition(),
                        select.sorts(),
                        select.limit() != null || select.offset() > 0,
                        select.projection(),
                        keys),
                key -> planSelect(table, key, literals));
    }

    /** The plan to count what satisfies a condition; if it is not complete, the rows are to be selected. */
    static QueryPlan count(StoredTable table, QueryShape shape) {
        return table.shaped(new CountShape(shape.condition()), key -> {
            Pushed pushed = push(table, key.condition);
            var query = table.dialect()
                    .sql()
                    .selectCount()
                    .from(TableStatements.table(table))
                    .where(pushed.condition);
            return plan(pushed, query, new int[0], null, true);
        });
    }

    /** The plan to remove what satisfies a condition; if it is not complete, the rows are to be selected. */
    static QueryPlan delete(StoredTable table, QueryShape shape) {
        return table.shaped(new DeleteShape(shape.condition()), key -> {
            Pushed pushed = push(table, key.condition);
            var query = table.dialect()
                    .sql()
                    .deleteFrom(TableStatements.table(table))
                    .where(pushed.condition);
            return plan(pushed, query, new int[0], null, true);
        });
    }

    /**
     * The plan to set the columns at some positions where a condition holds, and to raise versions; if it is not
     * complete, the rows are to be selected. Its slots' numbers continue after the condition's literals with the new
     * values, in the order of their positions.
     */
    static QueryPlan update(StoredTable table, QueryShape shape, SortedSet<Integer> positions) {
        int literals = shape.values().size();
        return table.shaped(new UpdateShape(shape.condition(), positions), key -> {
            Pushed pushed = push(table, key.condition);
            Map<Field<?>, Object> changes = new LinkedHashMap<>();
            for (PhysicalColumn column : table.written()) {
                if (positions.contains(column.position())) {
                    int number = literals + positions.headSet(column.position()).size();
                    changes.put(
                            TableStatements.field(table, column),
                            pushed.renderer.parameter(
                                    number,
                                    (statement, index, value) ->
                                            ColumnCodec.bindOrNull(column.codec(), statement, index, value)));
                }
            }
            if (table.versionPosition() >= 0) {
                Field<Object> version = TableStatements.field(table, table.value(table.versionPosition()));
                changes.put(version, DSL.field("{0} + 1", Object.class, version));
            }
            var query = table.dialect()
                    .sql()
                    .update(TableStatements.table(table))
                    .set(changes)
                    .where(pushed.condition);
            return plan(pushed, query, new int[0], null, true);
        });
    }

    /** A condition as far as the database decides it, and the places among its conjuncts of what is left. */
    private static final class Pushed {
        private final ConditionRenderer renderer;
        private final org.jooq.Condition condition;
        private final int[] residual;

        Pushed(ConditionRenderer renderer, org.jooq.Condition condition, int[] residual) {
            this.renderer = renderer;
            this.condition = condition;
            this.residual = residual;
        }
    }

    private static Pushed push(StoredTable table, Condition condition) {
        ConditionRenderer renderer = new ConditionRenderer(table);
        List<Condition> conjuncts = QueryPlan.conjuncts(condition);
        List<Integer> residual = new ArrayList<>();
        org.jooq.Condition where = DSL.noCondition();
        for (int i = 0; i < conjuncts.size(); i++) {
            org.jooq.Condition rendered = renderer.render(conjuncts.get(i));
            if (rendered == null) {
                residual.add(i);
            } else {
                where = where.and(rendered);
            }
        }
        return new Pushed(
                renderer, where, residual.stream().mapToInt(Integer::intValue).toArray());
    }

    private static QueryPlan planSelect(StoredTable table, SelectShape shape, int literals) {
        Pushed pushed = push(table, shape.condition);
        org.jooq.Condition where = shape.keysBeyond == 0
                ? pushed.condition
                : pushed.condition.and(pushed.renderer.beyond(shape.sorts.subList(0, shape.keysBeyond), literals));
        List<SortField<?>> order = order(table, shape.sorts);
        boolean complete = pushed.residual.length == 0 && order != null;
        boolean plain = complete && shape.projection.stream().noneMatch(Path::isNested);
        int[] columns = complete && !shape.projection.isEmpty()
                ? projected(table, shape.projection)
                : table.positions().stream().mapToInt(Integer::intValue).toArray();
        RowType direct = shape.projection.isEmpty()
                ? table.rowType()
                : plain && columns.length == shape.projection.size()
                        ? Evaluation.projectionType(shape.projection, table.rowType())
                        : null;
        List<Field<Object>> fields = new ArrayList<>();
        for (int position : columns) {
            fields.add(TableStatements.field(table, table.value(position)));
        }
        SelectLimitStep<?> query = table.dialect()
                .sql()
                .select(fields)
                .from(TableStatements.table(table))
                .where(where)
                .orderBy(order == null ? List.of() : order);
        if (shape.paged && complete) {
            return plan(
                    pushed,
                    query.limit(number(pushed, Slot.LIMIT)).offset(number(pushed, Slot.OFFSET)),
                    columns,
                    direct,
                    true);
        }
        return plan(pushed, query, columns, direct, order != null);
    }

    private static Field<Long> number(Pushed pushed, int slot) {
        return pushed.renderer.parameter(
                slot, (statement, index, value) -> statement.setObject(index, value), Long.class);
    }

    private static QueryPlan plan(
            Pushed pushed, org.jooq.Query query, int[] columns, @Nullable RowType direct, boolean sorted) {
        return new QueryPlan(query.getSQL(), pushed.renderer.slots(query), columns, direct, pushed.residual, sorted);
    }

    /** The distinct columns that a projection needs, in the order that it names them. */
    private static int[] projected(StoredTable table, List<Path> projection) {
        Set<Integer> positions = new LinkedHashSet<>();
        for (Path path : projection) {
            positions.add(table.position(path.column()));
        }
        return positions.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Null if the database has not that order. */
    private static @Nullable List<SortField<?>> order(StoredTable table, List<Sort> sorts) {
        List<SortField<?>> order = new ArrayList<>();
        for (Sort sort : sorts) {
            int position = table.position(sort.path().column());
            PhysicalColumn compared = table.compared(position);
            if (compared == null) {
                return null;
            }
            if (sort.path().isNested()) {
                JsonPlace place = JsonPlace.of(table, sort.path());
                if (place == null) {
                    return null;
                }
                List<SortField<?>> keys = place.sort(sort.descending());
                if (keys == null) {
                    return null;
                }
                order.addAll(keys);
            } else {
                Field<Object> field = TableStatements.field(table, compared);
                Column column = table.rowType().column(position);
                boolean collated = !table.own() && column.type() == DataType.TEXT;
                order.add(table.dialect()
                        .sort(
                                collated ? table.dialect().binary(field) : field,
                                sort.descending(),
                                !table.own() || !column.notNull()));
            }
        }
        return order;
    }
}
