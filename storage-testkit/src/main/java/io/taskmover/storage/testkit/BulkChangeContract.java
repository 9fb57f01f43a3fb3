package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Restriction;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import java.util.Collections;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Update and delete of all rows that satisfy a condition. */
interface BulkChangeContract extends Contract {

    /** A table {@code (id, a, b, code)} with {@code a >= 0} and a unique {@code code}; four rows, {@code a} = 0, 1, 2, null. */
    private TestTable numbers() {
        TestTable numbers = table(t -> t.column("id", INTEGER)
                .column(Column.of("a", INTEGER).withCheck(new Check.Range(0L, null)))
                .column("b", INTEGER)
                .column("code", TEXT)
                .primaryKey("id")
                .unique("code"));
        numbers.insert(1, 0, 10, "x");
        numbers.insert(2, 1, 20, "y");
        numbers.insert(3, 2, 30, "z");
        numbers.insert(4, null, 40, null);
        return numbers;
    }

    private static long update(TestTable table, Restriction<?> where, Assignments changes) {
        try (BackendTransaction transaction = table.begin()) {
            long updated = transaction.update(table.name(), where.condition(), changes);
            transaction.commit();
            return updated;
        }
    }

    private static long delete(TestTable table, Condition where) {
        try (BackendTransaction transaction = table.begin()) {
            long deleted = transaction.delete(table.name(), where);
            transaction.commit();
            return deleted;
        }
    }

    private static Expression.Arithmetic combine(String left, Expression.Arithmetic.Operator operator, String right) {
        return new Expression.Arithmetic(operator, Path.of(left), Path.of(right));
    }

    @Test
    default void aConditionalUpdateChangesTheMatchingRowsAndCountsThem() {
        TestTable numbers = numbers();
        assertThat(update(numbers, field("a").atLeast(1L), Assignments.of(Map.of("b", 0L))))
                .isEqualTo(2);
        assertThat(numbers.rows())
                .containsExactly(
                        numbers.row(1, 0, 10, "x"),
                        numbers.row(2, 1, 0, "y"),
                        numbers.row(3, 2, 0, "z"),
                        numbers.row(4, null, 40, null));
    }

    @Test
    default void aConditionalUpdateThatMatchesNothingCountsZero() {
        TestTable numbers = numbers();
        assertThat(update(numbers, field("a").greaterThan(2L), Assignments.of(Map.of("b", 0L))))
                .isZero();
    }

    @Test
    default void assignmentsSeeTheRowAsItWasBefore() {
        TestTable numbers = numbers();
        Assignments swap = new Assignments(Map.of("a", Path.of("b"), "b", Path.of("a")));
        assertThat(update(numbers, field("id").eq(3L), swap)).isEqualTo(1);
        assertThat(numbers.find(3)).contains(numbers.row(3, 30, 2, "z"));
    }

    @Test
    default void assignmentsComputeAndGiveNullForNull() {
        TestTable numbers = numbers();
        Assignments sum = new Assignments(Map.of("b", combine("a", Expression.Arithmetic.Operator.ADD, "b")));
        assertThat(update(numbers, field("id").greaterThan(2L), sum)).isEqualTo(2);
        assertThat(numbers.value(3, "b")).isEqualTo(32L);
        assertThat(numbers.value(4, "b")).isNull();
    }

    @Test
    default void anAssignmentOfNullStoresNull() {
        TestTable numbers = numbers();
        assertThat(numbers.store().update(numbers.name(), 1L, Collections.singletonMap("b", null)))
                .isTrue();
        assertThat(numbers.value(1, "b")).isNull();
    }

    @Test
    default void aConditionalUpdateThatFailsOnOneRowChangesNone() {
        TestTable numbers = numbers();
        var before = numbers.rows();
        Assignments quotient = new Assignments(Map.of("b", combine("b", Expression.Arithmetic.Operator.DIVIDE, "a")));
        assertThatThrownBy(() -> update(numbers, field("id").greaterThan(0L), quotient))
                .isInstanceOf(QueryException.class);
        assertThat(numbers.rows()).isEqualTo(before);
    }

    @Test
    default void aConditionalUpdateKeepsTheChecks() {
        TestTable numbers = numbers();
        var before = numbers.rows();
        Assignments less = new Assignments(Map.of(
                "a",
                new Expression.Arithmetic(
                        Expression.Arithmetic.Operator.SUBTRACT, Path.of("a"), new Expression.Literal(1L))));
        assertThatThrownBy(() -> update(numbers, field("id").greaterThan(0L), less))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("a must be at least 0");
        assertThat(numbers.rows()).isEqualTo(before);
    }

    @Test
    default void aConditionalUpdateKeepsUniqueIndexes() {
        TestTable numbers = numbers();
        var before = numbers.rows();
        assertThatThrownBy(() -> update(numbers, field("id").atMost(2L), Assignments.of(Map.of("code", "w"))))
                .isInstanceOf(DuplicateKeyException.class)
                .hasMessageContaining("ux_" + numbers.name() + "_code");
        assertThat(numbers.rows()).isEqualTo(before);
    }

    @Test
    default void keysUnknownColumnsAndNothingCannotBeAssigned() {
        TestTable numbers = numbers();
        Restriction<Object> first = field("id").eq(1L);
        assertThatThrownBy(() -> update(numbers, first, Assignments.of(Map.of("id", 9L))))
                .isInstanceOf(QueryException.class);
        assertThatThrownBy(() -> update(numbers, first, Assignments.of(Map.of("none", 9L))))
                .isInstanceOf(QueryException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> update(numbers, first, Assignments.of(Map.of("b", "ten"))))
                .isInstanceOf(QueryException.class);
        assertThat(numbers.find(1)).contains(numbers.row(1, 0, 10, "x"));
    }

    @Test
    default void aConditionalDeleteRemovesTheMatchingRowsAndCountsThem() {
        TestTable numbers = numbers();
        assertThat(delete(numbers, field("a").lessThan(2L).condition())).isEqualTo(2);
        assertThat(numbers.ids()).containsExactly(3L, 4L);
        assertThat(delete(numbers, Condition.all())).isEqualTo(2);
        assertThat(numbers.rows()).isEmpty();
        assertThat(delete(numbers, Condition.all())).isZero();
    }

    @Test
    default void conditionalChangesOfAMissingTableNameIt() {
        String missing = subject().newName();
        try (BackendTransaction transaction = numbers().begin()) {
            assertThatThrownBy(() -> transaction.update(missing, Condition.all(), Assignments.of(Map.of("b", 1L))))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("'" + missing + "'");
        }
        try (BackendTransaction transaction = numbers().begin()) {
            assertThatThrownBy(() -> transaction.delete(missing, Condition.all()))
                    .isInstanceOf(SchemaException.class)
                    .hasMessageContaining("'" + missing + "'");
        }
    }
}
