package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The rows after a place in an order, as a condition: how {@link Select#after} is bound. */
final class Keyset {
    private Keyset() {}

    /**
     * The rows that come after a place in an order: those beyond it by the first key, or equal in the first and beyond
     * by the second, and so on.
     */
    static Condition beyond(TableSchema schema, List<Sort> order, List<? extends @Nullable Object> place) {
        List<Condition> alternatives = new ArrayList<>();
        Condition equal = Condition.all();
        for (int i = 0; i < place.size(); i++) {
            Sort sort = order.get(i);
            Condition further = further(schema, sort, place.get(i));
            if (further != null) {
                alternatives.add(equal.and(further));
            }
            equal = equal.and(Condition.eq(sort.path(), place.get(i)));
        }
        Condition beyond = new Condition.Or(alternatives);
        Condition bound = bound(schema, order.get(0), place.get(0));
        return bound == null ? beyond : bound.and(beyond);
    }

    /**
     * What all rows have in common that do not come before {@code value} in the order of the first key. The alternatives
     * imply it, but databases do not see that, and would read the index from the beginning of the order. Null if it could
     * not be looked up: nulls come after all values in an ascending order.
     */
    private static @Nullable Condition bound(TableSchema schema, Sort sort, @Nullable Object value) {
        boolean nullsFollow =
                !sort.descending() && !schema.column(sort.path().column()).notNull();
        return value == null || nullsFollow
                ? null
                : Condition.compare(sort.path(), sort.descending() ? Operator.LE : Operator.GE, value);
    }

    /** The values that come after {@code value} in the order of one key; null if none do. */
    private static @Nullable Condition further(TableSchema schema, Sort sort, @Nullable Object value) {
        boolean nullable = !schema.column(sort.path().column()).notNull();
        if (value == null) {
            // nulls are last when ascending, first when descending
            return sort.descending() ? new Condition.IsNull(sort.path()).not() : null;
        }
        Condition strictly = Condition.compare(sort.path(), sort.descending() ? Operator.LT : Operator.GT, value);
        return nullable && !sort.descending() ? strictly.or(new Condition.IsNull(sort.path())) : strictly;
    }
}
