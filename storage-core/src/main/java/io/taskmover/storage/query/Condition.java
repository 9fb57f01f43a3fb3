package io.taskmover.storage.query;

import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a row must satisfy, in three-valued logic as in SQL: a comparison with null is unknown, and only rows for which
 * the whole is true are selected. Immutable.
 */
public sealed interface Condition {

    /** The condition that every row satisfies: an {@link And} of nothing. */
    static Condition all() {
        return And.OF_NOTHING;
    }

    /** {@code left operator right}. */
    record Comparison(Operator operator, Expression left, Expression right) implements Condition {}

    /** {@code low <= operand and operand <= high}. */
    record Between(Expression operand, Expression low, Expression high) implements Condition {}

    /** {@code operand} equals one of {@code values}; of none is false, even for null. */
    record In(Expression operand, List<Expression> values) implements Condition {
        public In {
            values = List.copyOf(values);
        }
    }

    /**
     * The whole text matches a pattern in which {@code %} stands for any code points, {@code _} for one, and every
     * other code point, the backslash too, for itself. Case-sensitive.
     */
    record Like(Expression operand, Expression pattern) implements Condition {}

    /** The operand is null; never unknown itself. For a path into JSON: missing, or JSON null. */
    record IsNull(Expression operand) implements Condition {}

    /** True when all are, false when one is false, unknown else. */
    record And(List<Condition> conditions) implements Condition {
        private static final And OF_NOTHING = new And(List.of());

        public And {
            conditions = List.copyOf(conditions);
        }
    }

    /** False when all are, true when one is true, unknown else. */
    record Or(List<Condition> conditions) implements Condition {
        public Or {
            conditions = List.copyOf(conditions);
        }
    }

    /** True for false, false for true, unknown for unknown. */
    record Not(Condition condition) implements Condition {}

    /** How two values compare. */
    enum Operator {
        EQ("="),
        NE("<>"),
        LT("<"),
        LE("<="),
        GT(">"),
        GE(">=");

        private final String symbol;

        Operator(String symbol) {
            this.symbol = symbol;
        }

        public String symbol() {
            return symbol;
        }

        /** The operator that holds between right and left where this one holds between left and right. */
        public Operator swapped() {
            return switch (this) {
                case LT -> GT;
                case LE -> GE;
                case GT -> LT;
                case GE -> LE;
                case EQ, NE -> this;
            };
        }

        /** Whether it holds for two values whose comparison gave {@code order}. */
        public boolean holds(int order) {
            return switch (this) {
                case EQ -> order == 0;
                case NE -> order != 0;
                case LT -> order < 0;
                case LE -> order <= 0;
                case GT -> order > 0;
                case GE -> order >= 0;
            };
        }
    }

    /** {@code path operator value}. */
    static Condition compare(Path path, Operator operator, @Nullable Object value) {
        return new Comparison(operator, path, new Expression.Literal(value));
    }

    /** {@code path = value}, or {@code path is null} for null. */
    static Condition eq(Path path, @Nullable Object value) {
        return value == null ? new IsNull(path) : compare(path, Operator.EQ, value);
    }

    /** That a row has this primary key, a value or {@code CompositeKey} of the key columns' types. */
    static Condition byKey(TableSchema schema, Object key) {
        List<String> columns = schema.primaryKey();
        List<Object> parts = schema.keyParts(key);
        Condition condition = all();
        for (int i = 0; i < columns.size(); i++) {
            condition = condition.and(eq(Path.of(columns.get(i)), parts.get(i)));
        }
        return condition;
    }

    /** {@code path in (values…)}. */
    static Condition in(Path path, Iterable<?> values) {
        List<Expression> literals = new ArrayList<>();
        for (Object value : values) {
            literals.add(new Expression.Literal(value));
        }
        return new In(path, literals);
    }

    /** Both; nested conjunctions are flattened. */
    default Condition and(Condition other) {
        List<Condition> all = new ArrayList<>();
        flattenAnd(this, all);
        flattenAnd(other, all);
        return all.size() == 1 ? all.get(0) : new And(all);
    }

    /** Either; nested disjunctions are flattened. */
    default Condition or(Condition other) {
        List<Condition> all = new ArrayList<>(this instanceof Or or ? or.conditions() : List.of(this));
        all.addAll(other instanceof Or or ? or.conditions() : List.of(other));
        return new Or(all);
    }

    default Condition not() {
        return new Not(this);
    }

    private static void flattenAnd(Condition condition, List<Condition> into) {
        if (condition instanceof And and) {
            into.addAll(and.conditions());
        } else {
            into.add(condition);
        }
    }
}
