package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.REAL;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Restriction;
import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Three-valued logic: comparisons with null are unknown, and only what is true is selected. */
interface LogicContract extends Contract {
    /** Null as a value in a query. */
    Expression NULL = new Expression.Literal(null);

    /** Ids 1 to 9: {@code a} and {@code b} take every pair of 1, 2 and null. */
    private TestTable truth() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column("a", INTEGER)
                .column("b", INTEGER)
                .primaryKey("id")
                .index("a"));
        table.write(
                io.taskmover.storage.backend.WriteMode.INSERT,
                table.row(1, 1, 1),
                table.row(2, 1, 2),
                table.row(3, 1, null),
                table.row(4, 2, 1),
                table.row(5, 2, 2),
                table.row(6, 2, null),
                table.row(7, null, 1),
                table.row(8, null, 2),
                table.row(9, null, null));
        return table;
    }

    private static void assertSelects(TestTable table, Condition condition, Integer... ids) {
        assertThat(table.ids(table.select().where(condition)))
                .as("%s", condition)
                .isEqualTo(Arrays.stream(ids).map(Integer::longValue).toList());
    }

    private static void assertSelects(TestTable table, Restriction<?> restriction, Integer... ids) {
        assertSelects(table, restriction.condition(), ids);
    }

    private static Condition columns(Operator operator) {
        return new Condition.Comparison(operator, Path.of("a"), Path.of("b"));
    }

    @Test
    default void comparisonsOfColumnsLeaveOutNulls() {
        TestTable table = truth();
        assertSelects(table, columns(Operator.EQ), 1, 5);
        assertSelects(table, columns(Operator.NE), 2, 4);
        assertSelects(table, columns(Operator.LT), 2);
        assertSelects(table, columns(Operator.LE), 1, 2, 5);
        assertSelects(table, columns(Operator.GT), 4);
        assertSelects(table, columns(Operator.GE), 1, 4, 5);
    }

    @Test
    default void notLeavesUnknownUnknown() {
        TestTable table = truth();
        assertSelects(table, columns(Operator.EQ).not(), 2, 4);
        assertSelects(table, columns(Operator.EQ).not().not(), 1, 5);
        assertSelects(table, field("a").eq(1L).not(), 4, 5, 6);
        assertSelects(table, field("a").ne(1L), 4, 5, 6);
        assertSelects(table, field("a").isNull().not(), 1, 2, 3, 4, 5, 6);
        assertSelects(table, field("a").between(1L, 1L).not(), 4, 5, 6);
        assertSelects(table, field("a").in(1L, 7L).not(), 4, 5, 6);
    }

    @Test
    default void andIsFalseWhereOneIsFalseAndOrIsTrueWhereOneIsTrue() {
        TestTable table = truth();
        Restriction<Object> a = field("a").eq(1L);
        Restriction<Object> b = field("b").eq(1L);
        assertSelects(table, a.and(b), 1);
        assertSelects(table, a.or(b), 1, 2, 3, 4, 7);
        assertSelects(table, a.and(b).not(), 2, 4, 5, 6, 8);
        assertSelects(table, a.or(b).not(), 5);
        assertSelects(table, a.not().and(b.not()), 5);
        assertSelects(table, a.not().or(b.not()), 2, 4, 5, 6, 8);
    }

    @Test
    default void andBindsByTheTreeAndNotByTheText() {
        TestTable table = truth();
        Restriction<Object> one = field("a").eq(1L);
        Restriction<Object> two = field("a").eq(2L);
        Restriction<Object> b = field("b").eq(2L);
        assertSelects(table, one.or(two.and(b)), 1, 2, 3, 5);
        assertSelects(table, one.or(two).and(b), 2, 5);
        assertSelects(table, one.or(two).not().or(b), 2, 5, 8);
    }

    @Test
    default void emptyConjunctionsAreTrueAndEmptyDisjunctionsFalse() {
        TestTable table = truth();
        assertSelects(table, new Condition.And(List.of()), 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertSelects(table, new Condition.Or(List.of()));
        assertSelects(table, new Condition.Or(List.of()).not(), 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertSelects(table, new Condition.And(List.of()).not());
    }

    @Test
    default void inWithNullIsNeverFalse() {
        TestTable table = truth();
        Condition withNull = new Condition.In(Path.of("a"), List.of(new Expression.Literal(1L), NULL));
        assertSelects(table, withNull, 1, 2, 3);
        assertSelects(table, withNull.not());
        Condition columns = new Condition.In(Path.of("a"), List.of(Path.of("b"), new Expression.Literal(2L)));
        assertSelects(table, columns, 1, 4, 5, 6);
        assertSelects(table, columns.not(), 2);
    }

    @Test
    default void inOfNothingIsFalseEvenForNull() {
        TestTable table = truth();
        Condition none = new Condition.In(Path.of("a"), List.of());
        assertSelects(table, none);
        assertSelects(table, none.not(), 1, 2, 3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    default void betweenIncludesItsEndsAndIsUnknownForNulls() {
        TestTable table = truth();
        assertSelects(table, field("a").between(1L, 2L), 1, 2, 3, 4, 5, 6);
        assertSelects(table, field("a").between(2L, 1L));
        assertSelects(table, field("a").between(2L, 1L).not(), 1, 2, 3, 4, 5, 6);
        Condition openEnd = new Condition.Between(Path.of("a"), new Expression.Literal(2L), NULL);
        assertSelects(table, openEnd);
        assertSelects(table, openEnd.not(), 1, 2, 3);
        Condition byColumn = new Condition.Between(new Expression.Literal(2L), Path.of("a"), Path.of("b"));
        assertSelects(table, byColumn, 2, 5);
        assertSelects(table, byColumn.not(), 1, 4, 7);
    }

    @Test
    default void comparisonsWithANullLiteralSelectNothing() {
        TestTable table = truth();
        for (Operator operator : Operator.values()) {
            Condition comparison = new Condition.Comparison(operator, Path.of("a"), NULL);
            assertSelects(table, comparison);
            assertSelects(table, comparison.not());
        }
        assertSelects(table, new Condition.IsNull(NULL), 1, 2, 3, 4, 5, 6, 7, 8, 9);
        assertSelects(table, new Condition.Comparison(Operator.EQ, NULL, NULL));
    }

    @Test
    default void literalsMayStandOnEitherSide() {
        TestTable table = truth();
        assertSelects(table, new Condition.Comparison(Operator.LT, new Expression.Literal(1L), Path.of("a")), 4, 5, 6);
        assertSelects(table, new Condition.Comparison(Operator.GE, new Expression.Literal(1L), Path.of("a")), 1, 2, 3);
        assertSelects(
                table,
                new Condition.Comparison(Operator.EQ, new Expression.Literal(1L), new Expression.Literal(1L))
                        .and(columns(Operator.EQ)),
                1,
                5);
    }

    @Test
    default void numbersOfDifferentTypesCompareByValue() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column("i", INTEGER)
                .column("r", REAL)
                .column("d", DECIMAL)
                .primaryKey("id"));
        table.insert(1, 3, 3.0, "3.00");
        table.insert(2, 3, 3.5, "3.5");
        table.insert(3, (1L << 53) + 1, (double) (1L << 53), "9007199254740993");
        assertSelects(table, new Condition.Comparison(Operator.EQ, Path.of("i"), Path.of("r")), 1);
        assertSelects(table, new Condition.Comparison(Operator.GT, Path.of("i"), Path.of("r")), 3);
        assertSelects(table, new Condition.Comparison(Operator.EQ, Path.of("i"), Path.of("d")), 1, 3);
        assertSelects(table, new Condition.Comparison(Operator.EQ, Path.of("r"), Path.of("d")), 1, 2);
        assertSelects(table, field("i").eq(new BigDecimal("3.0")), 1, 2);
        assertSelects(table, field("i").greaterThan(2.5), 1, 2, 3);
        assertSelects(table, field("i").lessThan(3.5), 1, 2);
        assertSelects(table, field("r").eq(3), 1);
        assertSelects(table, field("d").eq(3L), 1);
        assertSelects(table, field("d").atLeast(3.5), 2, 3);
    }

    @Test
    default void textsAndLiteralsOfOtherTypesTakeTheColumnsType() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column("at", io.taskmover.storage.schema.DataType.TIMESTAMP)
                .column("day", io.taskmover.storage.schema.DataType.DATE)
                .column("name", TEXT)
                .primaryKey("id"));
        table.insert(1, "2026-01-02T03:04:05Z", "2026-01-02", "x");
        assertSelects(table, field("at").eq("2026-01-02T03:04:05.000Z"), 1);
        assertSelects(table, field("at").lessThan("2026-01-02T04:04:05.1+01:00"), 1);
        assertSelects(table, field("day").between("2026-01-01", "2026-01-31"), 1);
        assertSelects(table, field("name").in("x", "y"), 1);
    }
}
