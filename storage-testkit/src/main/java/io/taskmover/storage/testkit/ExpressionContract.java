package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.REAL;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.query.Path;
import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Arithmetic, concatenation and functions in conditions. */
interface ExpressionContract extends Contract {

    /** One row with {@code i = 7, z = 0, big = Long.MAX, small = Long.MIN, r = 2.5, d = 0.10, n = null, s = "Ab😀é"}. */
    private TestTable one() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column("i", INTEGER)
                .column("z", INTEGER)
                .column("big", INTEGER)
                .column("small", INTEGER)
                .column("r", REAL)
                .column("d", DECIMAL)
                .column("n", INTEGER)
                .column("s", TEXT)
                .primaryKey("id"));
        table.insert(1, 7, 0, Long.MAX_VALUE, Long.MIN_VALUE, 2.5, "0.10", null, "Ab😀é");
        return table;
    }

    private static Expression of(Object operand) {
        return operand instanceof Expression expression
                ? expression
                : operand instanceof String column ? Path.of(column) : new Literal(operand);
    }

    private static Expression combine(Object left, Arithmetic.Operator operator, Object right) {
        return new Arithmetic(operator, of(left), of(right));
    }

    private static Expression call(Function function, Object... arguments) {
        return new Call(
                function,
                List.of(arguments).stream().map(ExpressionContract::of).toList());
    }

    private static boolean holds(TestTable table, Expression left, Operator operator, @Nullable Object right) {
        return !table.ids(table.select().where(new Condition.Comparison(operator, left, new Literal(right))))
                .isEmpty();
    }

    private static void assertEquals(TestTable table, Expression expression, Object value) {
        assertThat(holds(table, expression, Operator.EQ, value))
                .as("%s = %s", expression, value)
                .isTrue();
        assertThat(holds(table, expression, Operator.NE, value))
                .as("%s <> %s", expression, value)
                .isFalse();
    }

    private static void assertNull(TestTable table, Expression expression) {
        assertThat(table.ids(table.select().where(new Condition.IsNull(expression))))
                .as("%s", expression)
                .hasSize(1);
        assertThat(table.ids(table.select().where(new Condition.Comparison(Operator.EQ, expression, expression))))
                .as("%s", expression)
                .isEmpty();
    }

    private static void assertFails(TestTable table, Expression expression) {
        assertThatThrownBy(() -> table.ids(table.select().where(new Condition.IsNull(expression).not())))
                .as("%s", expression)
                .isInstanceOf(QueryException.class);
    }

    @Test
    default void integersComputeExactlyAndDivideTruncating() {
        TestTable table = one();
        assertEquals(table, combine("i", Arithmetic.Operator.ADD, 3L), 10L);
        assertEquals(table, combine("i", Arithmetic.Operator.SUBTRACT, 10L), -3L);
        assertEquals(table, combine("i", Arithmetic.Operator.MULTIPLY, -2L), -14L);
        assertEquals(table, combine("i", Arithmetic.Operator.DIVIDE, 2L), 3L);
        assertEquals(table, combine(new Negation(of("i")), Arithmetic.Operator.DIVIDE, 2L), -3L);
        assertEquals(table, combine("i", Arithmetic.Operator.DIVIDE, -2L), -3L);
        assertEquals(table, combine("big", Arithmetic.Operator.SUBTRACT, 1L), Long.MAX_VALUE - 1);
        assertEquals(table, new Negation(of("big")), -Long.MAX_VALUE);
        assertEquals(table, call(Function.ABS, new Negation(of("i"))), 7L);
    }

    @Test
    default void realsAndDecimalsCompute() {
        TestTable table = one();
        assertEquals(table, combine("r", Arithmetic.Operator.ADD, "i"), 9.5);
        assertEquals(table, combine("r", Arithmetic.Operator.DIVIDE, 2L), 1.25);
        assertEquals(table, combine("i", Arithmetic.Operator.DIVIDE, 2.0), 3.5);
        assertEquals(table, combine("d", Arithmetic.Operator.ADD, new BigDecimal("0.2")), new BigDecimal("0.3"));
        assertEquals(table, combine("d", Arithmetic.Operator.MULTIPLY, "i"), new BigDecimal("0.7"));
        assertEquals(table, new Negation(of("d")), new BigDecimal("-0.1"));
        assertEquals(table, call(Function.ABS, new Negation(of("r"))), 2.5);
    }

    @Test
    default void overflowAndDivisionByZeroFail() {
        TestTable table = one();
        assertFails(table, combine("big", Arithmetic.Operator.ADD, 1L));
        assertFails(table, combine("small", Arithmetic.Operator.SUBTRACT, 1L));
        assertFails(table, combine("big", Arithmetic.Operator.MULTIPLY, 2L));
        assertFails(table, combine("small", Arithmetic.Operator.DIVIDE, -1L));
        assertFails(table, new Negation(of("small")));
        assertFails(table, call(Function.ABS, "small"));
        assertFails(table, combine("i", Arithmetic.Operator.DIVIDE, "z"));
        assertFails(table, combine("r", Arithmetic.Operator.DIVIDE, "z"));
        assertFails(table, combine("d", Arithmetic.Operator.DIVIDE, "z"));
        assertFails(table, combine(Double.MAX_VALUE, Arithmetic.Operator.MULTIPLY, "i"));
    }

    @Test
    default void nullInGivesNullOut() {
        TestTable table = one();
        assertNull(table, combine("i", Arithmetic.Operator.ADD, "n"));
        assertNull(table, combine("n", Arithmetic.Operator.DIVIDE, "z"));
        assertNull(table, new Negation(of("n")));
        assertNull(table, call(Function.ABS, "n"));
        assertNull(table, new Concatenation(of("s"), new Literal(null)));
        assertNull(table, call(Function.LEFT, "s", "n"));
    }

    @Test
    default void functionsOfTextCountCodePoints() {
        TestTable table = one();
        assertEquals(table, call(Function.LENGTH, "s"), 4L);
        assertEquals(table, call(Function.LEFT, "s", 3L), "Ab😀");
        assertEquals(table, call(Function.RIGHT, "s", 2L), "😀é");
        assertEquals(table, call(Function.LEFT, "s", 0L), "");
        assertEquals(table, call(Function.RIGHT, "s", 0L), "");
        assertEquals(table, call(Function.LEFT, "s", 99L), "Ab😀é");
        assertEquals(table, call(Function.RIGHT, "s", 99L), "Ab😀é");
        assertEquals(table, call(Function.LENGTH, new Literal("")), 0L);
    }

    @Test
    default void caseIsMappedForAsciiOnly() {
        TestTable table = one();
        assertEquals(table, call(Function.LOWER, "s"), "ab😀é");
        assertEquals(table, call(Function.UPPER, "s"), "AB😀é");
        assertEquals(table, call(Function.UPPER, new Literal("äßi")), "äßI");
        assertEquals(table, call(Function.LOWER, new Literal("ÄİI")), "Äİi");
    }

    @Test
    default void textsAreJoined() {
        TestTable table = one();
        assertEquals(table, new Concatenation(of("s"), new Concatenation(new Literal("%"), of("s"))), "Ab😀é%Ab😀é");
        assertThat(table.ids(table.select()
                        .where(new Condition.Like(new Concatenation(new Literal("x"), of("s")), new Literal("xAb%")))))
                .hasSize(1);
    }

    @Test
    default void expressionsNest() {
        TestTable table = one();
        Expression length = call(Function.LENGTH, new Concatenation(of("s"), of("s")));
        Expression nested =
                combine(combine(length, Arithmetic.Operator.MULTIPLY, "i"), Arithmetic.Operator.SUBTRACT, 6L);
        assertEquals(table, nested, 50L);
        assertThat(table.ids(table.select()
                        .where(new Condition.Between(
                                nested, new Literal(49L), combine("i", Arithmetic.Operator.MULTIPLY, 8L)))))
                .hasSize(1);
        assertThat(table.ids(table.select()
                        .where(new Condition.In(
                                nested, List.of(new Literal(1L), combine(25L, Arithmetic.Operator.ADD, 25L))))))
                .hasSize(1);
    }

    @Test
    default void operandsThatDoNotFitAreRefused() {
        TestTable table = one();
        for (Condition condition : List.of(
                new Condition.Comparison(Operator.EQ, of("s"), of("i")),
                new Condition.Comparison(Operator.EQ, combine("s", Arithmetic.Operator.ADD, 1L), new Literal(1L)),
                new Condition.Comparison(Operator.EQ, call(Function.LENGTH, "i"), new Literal(1L)),
                new Condition.Comparison(Operator.EQ, call(Function.ABS, "s"), new Literal(1L)),
                new Condition.Like(of("i"), new Literal("7")),
                field("i").eq("seven").condition())) {
            assertThatThrownBy(() -> table.ids(table.select().where(condition)))
                    .as("%s", condition)
                    .isInstanceOf(QueryException.class);
        }
    }
}
