package io.taskmover.storage.engine;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a conjunction says about one column in a form that an index can use: some values, or a range. */
final class ColumnRange {
    private final DataType type;
    /** The values that the column may have, sorted, none twice; null alone for "is null". */
    private @Nullable List<@Nullable Object> values;

    private @Nullable Object low;
    private boolean lowIncluded;
    private @Nullable Object high;
    private boolean highIncluded;

    ColumnRange(DataType type) {
        this.type = type;
    }

    /** Whether the column can have only certain values. */
    boolean isPoints() {
        return values != null;
    }

    List<@Nullable Object> values() {
        return values == null ? List.of() : values;
    }

    boolean isBounded() {
        return low != null || high != null;
    }

    boolean isClosed() {
        return low != null && high != null;
    }

    void narrowToNull() {
        if (values == null) {
            List<@Nullable Object> nullOnly = new ArrayList<>();
            nullOnly.add(null);
            values = nullOnly;
        }
    }

    /** The column has one of these values, none null. If two conditions say so, the shorter list counts. */
    void narrowTo(List<Object> candidates) {
        if (candidates.size() == 1) {
            if (values == null || values.size() > 1) {
                values = List.of(candidates.get(0));
            }
            return;
        }
        List<@Nullable Object> sorted = new ArrayList<>();
        List<Object> ordered = new ArrayList<>(candidates);
        ordered.sort(type::compare);
        Object last = null;
        for (Object value : ordered) {
            if (last == null || type.compare(last, value) != 0) {
                sorted.add(value);
            }
            last = value;
        }
        if (values == null || sorted.size() < values.size()) {
            values = sorted;
        }
    }

    void narrow(Condition.Operator operator, Object value) {
        switch (operator) {
            case EQ -> narrowTo(List.of(value));
            case GT -> raiseLow(value, false);
            case GE -> raiseLow(value, true);
            case LT -> lowerHigh(value, false);
            case LE -> lowerHigh(value, true);
            case NE -> {
                // leaves nearly everything: no help
            }
        }
    }

    private void raiseLow(Object value, boolean included) {
        int order = low == null ? 1 : type.compare(value, low);
        if (order > 0 || (order == 0 && !included)) {
            low = value;
            lowIncluded = included;
        }
    }

    private void lowerHigh(Object value, boolean included) {
        int order = high == null ? -1 : type.compare(value, high);
        if (order < 0 || (order == 0 && !included)) {
            high = value;
            highIncluded = included;
        }
    }

    /** The entries whose key starts with {@code prefix} and goes on within this range. */
    KeyRange under(@Nullable Object[] prefix) {
        Cut from = low == null
                ? Cut.before(prefix)
                : lowIncluded ? Cut.before(with(prefix, low)) : Cut.after(with(prefix, low));
        Cut to;
        if (high == null) {
            // nulls come after all values, and no comparison holds for them
            to = Cut.before(with(prefix, null));
        } else {
            to = highIncluded ? Cut.after(with(prefix, high)) : Cut.before(with(prefix, high));
        }
        return new KeyRange(from, to);
    }

    static @Nullable Object[] with(@Nullable Object[] prefix, @Nullable Object value) {
        @Nullable Object[] longer = java.util.Arrays.copyOf(prefix, prefix.length + 1);
        longer[prefix.length] = value;
        return longer;
    }
}
