package io.taskmover.storage.query;

import static io.taskmover.storage.query.QueryFixture.bind;
import static io.taskmover.storage.query.QueryFixture.row;
import static io.taskmover.storage.query.QueryFixture.truth;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.query.Condition.Between;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

/** Numbers of different types compare by value, whatever the types. */
class NumericComparisonTest {
    private static final Path N = Path.of("n");
    private static final Path X = Path.of("x");
    private static final Path PRICE = Path.of("price");

    @Provide
    Arbitrary<Long> integers() {
        return Arbitraries.oneOf(
                Arbitraries.longs(),
                Arbitraries.longs().between(-3, 3),
                Arbitraries.of(Long.MIN_VALUE, Long.MAX_VALUE, 1L << 53, (1L << 53) + 1, -(1L << 53) - 1));
    }

    @Provide
    Arbitrary<Double> reals() {
        return Arbitraries.oneOf(
                Arbitraries.doubles(),
                Arbitraries.of(
                        -0.0,
                        0.0,
                        0.1,
                        3.5,
                        1e300,
                        Double.MIN_VALUE,
                        Double.MAX_VALUE,
                        -Double.MAX_VALUE,
                        0x1p63,
                        -0x1p63,
                        0x1p53));
    }

    @Provide
    Arbitrary<BigDecimal> decimals() {
        return Arbitraries.oneOf(
                Arbitraries.bigDecimals()
                        .between(new BigDecimal("-1E+25"), new BigDecimal("1E+25"))
                        .ofScale(6),
                Arbitraries.of(
                                "0.1",
                                "3.5",
                                "3.50",
                                "1E+400",
                                "-1E+400",
                                "1E-400",
                                "9223372036854775807.5",
                                "0.1000000000000000001",
                                "9007199254740993",
                                "-9223372036854775808.1")
                        .map(BigDecimal::new));
    }

    @Property
    void anIntegerComparesExactlyWithADouble(
            @ForAll("integers") long stored, @ForAll("reals") double literal, @ForAll Operator operator) {
        int order = BigDecimal.valueOf(stored).compareTo(new BigDecimal(literal));
        check(N, stored, operator, literal, order);
    }

    @Property
    void anIntegerComparesExactlyWithADecimal(
            @ForAll("integers") long stored, @ForAll("decimals") BigDecimal literal, @ForAll Operator operator) {
        check(N, stored, operator, literal, BigDecimal.valueOf(stored).compareTo(literal));
    }

    @Property
    void anIntegerComparesExactlyWithABigInteger(
            @ForAll("integers") long stored, @ForAll BigInteger literal, @ForAll Operator operator) {
        check(N, stored, operator, literal, BigInteger.valueOf(stored).compareTo(literal));
    }

    @Property
    void aRealComparesExactlyWithAnInteger(
            @ForAll("reals") double stored, @ForAll("integers") long literal, @ForAll Operator operator) {
        check(X, stored, operator, literal, new BigDecimal(stored).compareTo(BigDecimal.valueOf(literal)));
    }

    @Property
    void aRealComparesExactlyWithADecimalUnlessThatSpellsADouble(
            @ForAll("reals") double stored, @ForAll("decimals") BigDecimal literal, @ForAll Operator operator) {
        double nearest = literal.doubleValue();
        boolean spelled = Double.isFinite(nearest) && new BigDecimal(Double.toString(nearest)).compareTo(literal) == 0;
        BigDecimal meant = spelled ? new BigDecimal(nearest) : literal;
        check(X, stored, operator, literal, new BigDecimal(stored).compareTo(meant));
    }

    @Property
    void aDecimalComparesWithADoubleAsItIsSpelled(
            @ForAll("decimals") BigDecimal stored, @ForAll("reals") double literal, @ForAll Operator operator) {
        check(PRICE, stored, operator, literal, stored.compareTo(new BigDecimal(Double.toString(literal))));
    }

    @Property
    void columnsOfDifferentTypesCompareExactly(
            @ForAll("integers") long n,
            @ForAll("reals") double x,
            @ForAll("decimals") BigDecimal price,
            @ForAll Operator operator) {
        Row row = row(Map.of("id", "1", "n", n, "x", x, "price", price));
        assertThat(truth(new Comparison(operator, N, X), row))
                .isEqualTo(operator.holds(BigDecimal.valueOf(n).compareTo(new BigDecimal(x))));
        assertThat(truth(new Comparison(operator, PRICE, N), row))
                .isEqualTo(operator.holds(price.compareTo(BigDecimal.valueOf(n))));
        assertThat(truth(new Comparison(operator, X, PRICE), row))
                .isEqualTo(operator.holds(new BigDecimal(x).compareTo(price)));
    }

    @Property
    void betweenAndInAgreeWithComparisons(
            @ForAll("integers") long stored, @ForAll("decimals") BigDecimal low, @ForAll("reals") double high) {
        Row row = row(Map.of("id", "1", "n", stored));
        BigDecimal value = BigDecimal.valueOf(stored);
        assertThat(truth(new Between(N, new Literal(low), new Literal(high)), row))
                .isEqualTo(value.compareTo(low) >= 0 && value.compareTo(new BigDecimal(high)) <= 0);
        assertThat(truth(Condition.in(N, List.of(low, high)), row))
                .isEqualTo(value.compareTo(low) == 0 || value.compareTo(new BigDecimal(high)) == 0);
    }

    private static void check(Path column, Object stored, Operator operator, Object literal, int order) {
        Row row = row(Map.of("id", "1", column.column(), stored));
        Condition condition = Condition.compare(column, operator, literal);
        assertThat(truth(condition, row)).isEqualTo(operator.holds(order));
        Condition swapped = new Comparison(operator.swapped(), new Literal(literal), column);
        assertThat(truth(swapped, row)).isEqualTo(operator.holds(order));
        assertThat(truth(condition, row(Map.of("id", "1")))).as("with null").isNull();
        Condition bound = bind(condition);
        assertThat(bind(bound)).isSameAs(bound);
        assertThat(((Literal) ((Comparison) bound).right()).value()).isInstanceOf(stored.getClass());
    }

    @Test
    void aBoundIntegerComparisonHoldsAnInteger() {
        assertThat(bind(Condition.compare(N, Operator.GT, 3.5))).isEqualTo(Condition.compare(N, Operator.GT, 3L));
        assertThat(bind(Condition.compare(N, Operator.LT, BigInteger.TWO.pow(70))))
                .isEqualTo(Condition.compare(N, Operator.LE, Long.MAX_VALUE));
        assertThat(bind(Condition.eq(N, 3.5))).isEqualTo(Condition.compare(N, Operator.LT, Long.MIN_VALUE));
    }

    @Test
    void aListKeepsOnlyValuesThatTheColumnCanHave() {
        assertThat(bind(Condition.in(N, List.of(1, 2.5, 3.0)))).isEqualTo(Condition.in(N, List.of(1L, 3L)));
        assertThat(truth(Condition.in(N, List.of(2.5)), row(Map.of("id", "1", "n", 2))))
                .isFalse();
        assertThat(truth(Condition.in(N, List.of(2.5)), row(Map.of("id", "1")))).isNull();
    }
}
