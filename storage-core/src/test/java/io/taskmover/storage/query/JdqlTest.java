package io.taskmover.storage.query;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.query.Condition.And;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Condition.Or;
import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Literal;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The meaning of JDQL texts. */
class JdqlTest {
    private static final Path A = Path.of("a");

    private static Condition where(String condition) {
        return Jdql.parse("where " + condition).condition();
    }

    private static Object literal(String text) {
        return ((Literal) ((Comparison) where("a = " + text)).right()).value();
    }

    @Test
    void everyClauseMayBeLeftOut() {
        assertThat(Jdql.parse("")).isEqualTo(new Jdql(List.of(), false, null, Condition.all(), List.of()));
        Jdql whole = Jdql.parse("SELECT a, b.c FROM T WHERE a = 1 ORDER BY a DESC, b.c ASC, d");
        assertThat(whole.projection()).containsExactly(A, Path.of("b", "c"));
        assertThat(whole.from()).isEqualTo("T");
        assertThat(whole.condition()).isEqualTo(Condition.compare(A, Operator.EQ, 1L));
        assertThat(whole.sorts()).containsExactly(Sort.desc("a"), Sort.asc("b.c"), Sort.asc("d"));
        assertThat(Jdql.parse("select Count(This)").count()).isTrue();
        assertThat(Jdql.parse("select count, left").projection()).containsExactly(Path.of("count"), Path.of("left"));
    }

    @Test
    void andBindsTighterThanOrAndNotTighterThanBoth() {
        assertThat(where("a = 1 or a = 2 and not a = 3 or a = 4"))
                .isEqualTo(new Or(List.of(
                        where("a = 1"),
                        new And(List.of(where("a = 2"), where("a = 3").not())),
                        where("a = 4"))));
        assertThat(where("not (a = 1 or a = 2) and a = 3"))
                .isEqualTo(new And(List.of(new Or(List.of(where("a = 1"), where("a = 2"))).not(), where("a = 3"))));
    }

    @Test
    void theAndOfBetweenIsNotAConjunction() {
        assertThat(where("a between 1 and 2 and a = 3"))
                .isEqualTo(
                        new And(List.of(new Condition.Between(A, new Literal(1L), new Literal(2L)), where("a = 3"))));
    }

    @Test
    void operatorsAssociateToTheLeftAndSignsBindTightest() {
        assertThat(where("a - 1 - -a * 2 = a || 'x'"))
                .hasToString(where("((a - 1) - ((-a) * 2)) = (a || 'x')").toString());
        assertThat(((Comparison) where("a - 1 - 2 = 0")).left())
                .isEqualTo(new Arithmetic(
                        Arithmetic.Operator.SUBTRACT,
                        new Arithmetic(Arithmetic.Operator.SUBTRACT, A, new Literal(1L)),
                        new Literal(2L)));
    }

    @Test
    void parenthesesHoldConditionsOrExpressions() {
        assertThat(where("((a + 1)) * 2 > 3 and ((a = 1))")).isEqualTo(where("(a + 1) * 2 > 3 and a = 1"));
        assertThat(where("(a) is null")).isEqualTo(new Condition.IsNull(A));
    }

    @Test
    void literalsAreThoseOfJava() {
        assertThat(literal("1")).isEqualTo(1L);
        assertThat(literal("1_000L")).isEqualTo(1000L);
        assertThat(literal("-9223372036854775808")).isEqualTo(Long.MIN_VALUE);
        assertThat(literal("9223372036854775808")).isEqualTo(BigInteger.TWO.pow(63));
        assertThat(literal("1.5")).isEqualTo(1.5);
        assertThat(literal("1.")).isEqualTo(1.0);
        assertThat(literal(".5e1")).isEqualTo(5.0);
        assertThat(literal("1e4")).isEqualTo(10_000.0);
        assertThat(literal("1f")).isEqualTo(1.0);
        assertThat(literal("1.23F")).isEqualTo((double) 1.23f);
        assertThat(literal("2D")).isEqualTo(2.0);
        assertThat(literal("12345678901234567890.12")).isEqualTo(new BigDecimal("12345678901234567890.12"));
        assertThat(literal("'it''s'")).isEqualTo("it's");
        assertThat(literal("''")).isEqualTo("");
        assertThat(literal("True")).isEqualTo(true);
        assertThat(literal("FALSE")).isEqualTo(false);
    }

    @Test
    void wordsOfTheLanguageAreNamesBehindADot() {
        assertThat(where("a.order = 1 and a.in.null is null"))
                .isEqualTo(new And(List.of(
                        Condition.compare(Path.of("a", "order"), Operator.EQ, 1L),
                        new Condition.IsNull(Path.of("a", "in", "null")))));
    }

    @Test
    void namesAreCaseSensitiveAndMayBeAnyJavaIdentifier() {
        assertThat(where("größe = $x_1")).isEqualTo(new Comparison(Operator.EQ, Path.of("größe"), Path.of("$x_1")));
        assertThat(where("A = 1")).isNotEqualTo(where("a = 1"));
    }

    @Test
    void parametersBecomeLiterals() {
        assertThat(Jdql.parse("where a = :p and b like :p")
                        .bind(Map.of("p", "x' or 1 = 1"))
                        .condition())
                .isEqualTo(new And(List.of(
                        Condition.compare(A, Operator.EQ, "x' or 1 = 1"),
                        new Condition.Like(Path.of("b"), new Literal("x' or 1 = 1")))));
        assertThat(Jdql.parse("where a = ?2 and a <> ?1").bind(1L, 2L).condition())
                .isEqualTo(where("a = 2 and a <> 1"));
        assertThat(Jdql.parse("where a in (:a, :b)")
                        .bind(Map.of("a", 1L, "b", 2L))
                        .condition())
                .isEqualTo(where("a in (1, 2)"));
    }

    @Test
    void aListInInStandsForItsElements() {
        Jdql statement = Jdql.parse("where a in (1, :list)");
        assertThat(statement.bind(Map.of("list", List.of(2L, 3L))).condition()).isEqualTo(where("a in (1, 2, 3)"));
        assertThat(statement.bind(Map.of("list", new Object[] {2L})).condition())
                .isEqualTo(where("a in (1, 2)"));
        assertThat(statement.bind(Map.of("list", List.of())).condition()).isEqualTo(where("a in (1)"));
        Map<String, Object> withNull = new HashMap<>();
        withNull.put("list", Arrays.asList(2L, null));
        assertThat(statement.bind(withNull).condition())
                .isEqualTo(new Condition.In(A, List.of(new Literal(1L), new Literal(2L), new Literal(null))));
    }

    @Test
    void localDateAndTimeAreThoseOfTheClockAtEachBinding() {
        Jdql statement = Jdql.parse("where a >= local date and b < LOCAL TIME and c <> Local DateTime");
        Clock clock = Clock.fixed(Instant.parse("2026-01-02T23:30:00Z"), ZoneId.of("Europe/Berlin"));
        assertThat(statement.bind(Map.of(), clock).condition())
                .isEqualTo(new And(List.of(
                        Condition.compare(A, Operator.GE, LocalDate.of(2026, 1, 3)),
                        Condition.compare(Path.of("b"), Operator.LT, LocalTime.of(0, 30)),
                        Condition.compare(Path.of("c"), Operator.NE, LocalDateTime.of(2026, 1, 3, 0, 30)))));
        assertThat(statement.parameters()).isEmpty();
        assertThat(statement.toSelect("t").condition().toString()).doesNotContain("Parameter");
    }

    @Test
    void theTableNamedWinsOverTheOneGiven() {
        assertThat(Jdql.parse("from T").toSelect("u").table()).isEqualTo("T");
        assertThat(Jdql.parse("select a where a = 1 order by a").toSelect("u"))
                .isEqualTo(Select.from("u")
                        .where(where("a = 1"))
                        .orderBy(List.of(Sort.asc("a")))
                        .project(List.of(A)));
    }
}
