package io.taskmover.storage.engine;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Tests a condition on what an entry of an access path knows of its row, the key and the indexed columns. */
final class EntryTest {
    private final RowType type;
    private final int[] idPositions;
    private final int[] keyPositions;
    private final AccessPath path;
    private final TableSchema schema;
    private final Predicate<Row> condition;

    private EntryTest(TableSchema schema, AccessPath path, Predicate<Row> condition) {
        this.schema = schema;
        this.type = schema.rowType();
        this.path = path;
        this.condition = condition;
        this.idPositions = positions(schema.primaryKey());
        OrderedIndex index = path.index();
        this.keyPositions =
                index == null ? new int[0] : positions(index.definition().columns());
    }

    private int[] positions(List<String> columns) {
        return columns.stream().mapToInt(type::indexOf).toArray();
    }

    /** A test of a bound condition; null if it asks for other columns, or computes something, which may fail. */
    static @Nullable EntryTest of(TableSchema schema, AccessPath path, Condition condition) {
        Set<String> known = new HashSet<>(schema.primaryKey());
        OrderedIndex index = path.index();
        if (index != null) {
            known.addAll(index.definition().columns());
        }
        return isAbout(condition, known)
                ? new EntryTest(schema, path, Evaluation.predicate(condition, schema.rowType()))
                : null;
    }

    private static boolean isAbout(Condition condition, Set<String> known) {
        if (condition instanceof Condition.And and) {
            return and.conditions().stream().allMatch(part -> isAbout(part, known));
        } else if (condition instanceof Condition.Or or) {
            return or.conditions().stream().allMatch(part -> isAbout(part, known));
        } else if (condition instanceof Condition.Not not) {
            return isAbout(not.condition(), known);
        } else if (condition instanceof Condition.Comparison comparison) {
            return isKnown(comparison.left(), known) && isKnown(comparison.right(), known);
        } else if (condition instanceof Condition.Between between) {
            return isKnown(between.operand(), known) && isKnown(between.low(), known) && isKnown(between.high(), known);
        } else if (condition instanceof Condition.In in) {
            return isKnown(in.operand(), known) && in.values().stream().allMatch(value -> isKnown(value, known));
        } else if (condition instanceof Condition.Like like) {
            return isKnown(like.operand(), known) && isKnown(like.pattern(), known);
        }
        return condition instanceof Condition.IsNull isNull && isKnown(isNull.operand(), known);
    }

    private static boolean isKnown(Expression expression, Set<String> known) {
        return expression instanceof Expression.Literal
                || (expression instanceof Path column && !column.isNested() && known.contains(column.column()));
    }

    /** Whether a row with this key satisfies the condition. */
    boolean test(@Nullable Object key, RowSlot slot) {
        @Nullable Object[] values = new @Nullable Object[type.size()];
        if (keyPositions.length > 0) {
            @Nullable Object[] parts = path.tree().order().parts(key);
            for (int i = 0; i < keyPositions.length; i++) {
                values[keyPositions[i]] = parts[i];
            }
        }
        List<Object> id = schema.keyParts(slot.id);
        for (int i = 0; i < idPositions.length; i++) {
            values[idPositions[i]] = id.get(i);
        }
        return condition.test(Row.adopt(type, values));
    }
}
