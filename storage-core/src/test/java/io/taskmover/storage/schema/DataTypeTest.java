package io.taskmover.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.UUID;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;

class DataTypeTest {
    private enum Colour {
        RED
    }

    @Property
    void textIsOrderedByCodePoint(@ForAll String a, @ForAll String b) {
        int[] x = a.codePoints().toArray();
        int[] y = b.codePoints().toArray();
        if (DataType.textProblem(a.replace("\0", "")) == null && DataType.textProblem(b.replace("\0", "")) == null) {
            assertThat(Integer.signum(DataType.TEXT.compare(a, b)))
                    .isEqualTo(Integer.signum(java.util.Arrays.compare(x, y)));
        }
    }

    @Test
    void anEmojiComesAfterTheReplacementCharacter() {
        assertThat(DataType.TEXT.compare("\uFFFD", "😀")).isNegative();
        assertThat("\uFFFD".compareTo("😀")).isPositive();
    }

    @Test
    void uuidsAreOrderedAsUnsignedBytes() {
        UUID low = UUID.fromString("7fffffff-0000-0000-0000-000000000000");
        UUID high = UUID.fromString("80000000-0000-0000-0000-000000000000");
        assertThat(DataType.UUID.compare(low, high)).isNegative();
    }

    @Test
    void decimalsAndRealsCompareByValue() {
        assertThat(DataType.DECIMAL.compare(new BigDecimal("1.0"), new BigDecimal("1.00")))
                .isZero();
        assertThat(DataType.REAL.compare(-0.0, 0.0)).isZero();
    }

    @Test
    void refusesWhatNoBackendCouldKeep() {
        assertThat(DataType.TEXT.problem("a\0b")).contains("NUL");
        assertThat(DataType.TEXT.problem("a\uD800")).contains("lone surrogate");
        assertThat(DataType.TEXT.problem("\uDC00a")).contains("lone surrogate");
        assertThat(DataType.TEXT.problem("😀")).isNull();
        assertThat(DataType.REAL.problem(Double.NaN)).contains("finite");
        assertThat(DataType.DATE.problem(LocalDate.of(10_000, 1, 1))).contains("9999");
        assertThat(DataType.TIMESTAMP.problem(Instant.MAX)).contains("9999");
        assertThat(DataType.DECIMAL.problem(new BigDecimal(BigInteger.TEN.pow(1_000))))
                .contains("1000 digits");
        assertThat(DataType.INTEGER.problem("1")).isEqualTo("must be INTEGER, not String");
    }

    @Test
    void coercesWhatLosesNothing() {
        assertThat(DataType.INTEGER.coerce(7)).isEqualTo(7L);
        assertThat(DataType.INTEGER.coerce("7")).isEqualTo(7L);
        assertThat(DataType.INTEGER.coerce(7.0)).isEqualTo(7L);
        assertThat(DataType.REAL.coerce(7)).isEqualTo(7.0);
        assertThat(DataType.DECIMAL.coerce(0.1)).isEqualTo(new BigDecimal("0.1"));
        assertThat(DataType.TEXT.coerce(Colour.RED)).isEqualTo("RED");
        assertThat(DataType.DATE.coerce("2026-02-28")).isEqualTo(LocalDate.of(2026, 2, 28));
        assertThat(DataType.TIMESTAMP.coerce(OffsetDateTime.of(2026, 1, 1, 2, 0, 0, 0, ZoneOffset.ofHours(2))))
                .isEqualTo(Instant.parse("2026-01-01T00:00:00Z"));
        assertThat(DataType.BOOLEAN.coerce("true")).isEqualTo(true);
    }

    @Property
    void theTextOfAnInstantIsThatInstant(
            @ForAll @LongRange(min = -62_135_596_800L, max = 253_402_300_799L) long second,
            @ForAll @IntRange(max = 999_999_999) int nano,
            @ForAll @IntRange(max = 3) int thousands) {
        int unit = (int) Math.pow(1000, thousands);
        Instant instant = Instant.ofEpochSecond(second, nano / unit * unit);
        String text = DataType.TIMESTAMP.text(instant);
        assertThat(text).isEqualTo(instant.toString());
        assertThat(DataType.TIMESTAMP.coerce(text)).isEqualTo(instant);
    }

    /** Whatever one wrong character, or one that is missing, makes of it. */
    @Property
    void aTextIsAnInstantIfTheStandardParserSaysSo(
            @ForAll @IntRange(max = 29) int at, @ForAll("characters") String instead, @ForAll boolean fraction) {
        StringBuilder text = new StringBuilder(fraction ? "2024-02-29T19:38:47.123456789Z" : "1999-12-31T23:59:59Z");
        int place = Math.min(at, text.length() - 1);
        text.replace(place, place + 1, instead);
        Object expected;
        try {
            expected = OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            assertRefused(DataType.TIMESTAMP, text.toString());
            return;
        }
        assertThat(DataType.TIMESTAMP.coerce(text.toString())).isEqualTo(expected);
    }

    @Provide
    Arbitrary<String> characters() {
        return Arbitraries.of(
                "", "0", "1", "2", "3", "6", "9", "-", "+", ":", ".", ",", "T", "t", "Z", "z", " ", "+01:00", "\u0661");
    }

    @Test
    void refusesWhatWouldLoseSomething() {
        assertRefused(DataType.INTEGER, 7.5);
        assertRefused(DataType.INTEGER, "9223372036854775808");
        assertRefused(DataType.REAL, Long.MAX_VALUE);
        assertRefused(DataType.REAL, "NaN");
        assertRefused(DataType.TEXT, 5);
        assertRefused(DataType.DATE, "2026-02-30");
        assertRefused(DataType.UUID, "1-1-1-1-1");
        assertRefused(DataType.BOOLEAN, "yes");
        assertRefused(DataType.JSON, Double.POSITIVE_INFINITY);
    }

    private static void assertRefused(DataType type, Object value) {
        assertThatThrownBy(() -> type.coerce(value)).isInstanceOf(IllegalArgumentException.class);
    }
}
