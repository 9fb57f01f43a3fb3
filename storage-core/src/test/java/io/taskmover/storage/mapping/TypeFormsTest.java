package io.taskmover.storage.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.Currency;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every type of property: as a column of its own, as a JSON member, and null. */
class TypeFormsTest {
    enum Color {
        RED,
        GREEN {
            @Override
            public String toString() {
                return "a constant with a body";
            }
        }
    }

    record Box<T>(T value) {}

    record StringHolder(String id, String value, Box<String> box, Optional<String> maybe) {}

    record BooleanHolder(String id, Boolean value, Box<Boolean> box, Optional<Boolean> maybe) {}

    record ByteHolder(String id, Byte value, Box<Byte> box, Optional<Byte> maybe) {}

    record ShortHolder(String id, Short value, Box<Short> box, Optional<Short> maybe) {}

    record IntegerHolder(String id, Integer value, Box<Integer> box, Optional<Integer> maybe) {}

    record LongHolder(String id, Long value, Box<Long> box, Optional<Long> maybe) {}

    record FloatHolder(String id, Float value, Box<Float> box, Optional<Float> maybe) {}

    record DoubleHolder(String id, Double value, Box<Double> box, Optional<Double> maybe) {}

    record CharacterHolder(String id, Character value, Box<Character> box, Optional<Character> maybe) {}

    record ColorHolder(String id, Color value, Box<Color> box, Optional<Color> maybe) {}

    record UuidHolder(String id, UUID value, Box<UUID> box, Optional<UUID> maybe) {}

    record DecimalHolder(String id, BigDecimal value, Box<BigDecimal> box, Optional<BigDecimal> maybe) {}

    record BigIntegerHolder(String id, BigInteger value, Box<BigInteger> box, Optional<BigInteger> maybe) {}

    record InstantHolder(String id, Instant value, Box<Instant> box, Optional<Instant> maybe) {}

    record DateHolder(String id, Date value, Box<Date> box, Optional<Date> maybe) {}

    record LocalDateHolder(String id, LocalDate value, Box<LocalDate> box, Optional<LocalDate> maybe) {}

    record LocalTimeHolder(String id, LocalTime value, Box<LocalTime> box, Optional<LocalTime> maybe) {}

    record LocalDateTimeHolder(String id, LocalDateTime value, Box<LocalDateTime> box, Optional<LocalDateTime> maybe) {}

    record OffsetDateTimeHolder(
            String id, OffsetDateTime value, Box<OffsetDateTime> box, Optional<OffsetDateTime> maybe) {}

    record ZonedDateTimeHolder(String id, ZonedDateTime value, Box<ZonedDateTime> box, Optional<ZonedDateTime> maybe) {}

    record OffsetTimeHolder(String id, OffsetTime value, Box<OffsetTime> box, Optional<OffsetTime> maybe) {}

    record DurationHolder(String id, Duration value, Box<Duration> box, Optional<Duration> maybe) {}

    record PeriodHolder(String id, Period value, Box<Period> box, Optional<Period> maybe) {}

    record YearHolder(String id, Year value, Box<Year> box, Optional<Year> maybe) {}

    record YearMonthHolder(String id, YearMonth value, Box<YearMonth> box, Optional<YearMonth> maybe) {}

    record MonthDayHolder(String id, MonthDay value, Box<MonthDay> box, Optional<MonthDay> maybe) {}

    record ZoneIdHolder(String id, ZoneId value, Box<ZoneId> box, Optional<ZoneId> maybe) {}

    record ZoneOffsetHolder(String id, ZoneOffset value, Box<ZoneOffset> box, Optional<ZoneOffset> maybe) {}

    record UriHolder(String id, URI value, Box<URI> box, Optional<URI> maybe) {}

    record CurrencyHolder(String id, Currency value, Box<Currency> box, Optional<Currency> maybe) {}

    record PathHolder(String id, Path value, Box<Path> box, Optional<Path> maybe) {}

    record BlobHolder(String id, Blob value, Box<Blob> box, Optional<Blob> maybe) {}

    record BytesHolder(String id, byte[] value, Box<byte[]> box, Optional<byte[]> maybe) {}

    static Stream<Arguments> values() {
        ZoneId berlin = ZoneId.of("Europe/Berlin");
        Instant overlap = Instant.parse("2025-10-26T00:30:00Z");
        return Stream.of(
                        of(StringHolder.class, DataType.TEXT, "", "x", "zwei Wörter ", "\uD83D\uDE80", "a\nb\"\\"),
                        of(BooleanHolder.class, DataType.BOOLEAN, true, false),
                        of(ByteHolder.class, DataType.INTEGER, Byte.MIN_VALUE, Byte.MAX_VALUE),
                        of(ShortHolder.class, DataType.INTEGER, Short.MIN_VALUE, Short.MAX_VALUE),
                        of(IntegerHolder.class, DataType.INTEGER, 0, Integer.MIN_VALUE, Integer.MAX_VALUE),
                        of(LongHolder.class, DataType.INTEGER, 0L, Long.MIN_VALUE, Long.MAX_VALUE),
                        of(FloatHolder.class, DataType.REAL, 0.1f, -0.0f, Float.MIN_VALUE, Float.MAX_VALUE),
                        of(DoubleHolder.class, DataType.REAL, 0.1, -0.0, Double.MIN_VALUE, Double.MAX_VALUE),
                        of(CharacterHolder.class, DataType.TEXT, 'x', 'ß', '\0'),
                        of(ColorHolder.class, DataType.TEXT, Color.RED, Color.GREEN),
                        of(UuidHolder.class, DataType.UUID, new UUID(0, 0), new UUID(-1, -1), UUID.randomUUID()),
                        of(
                                DecimalHolder.class,
                                DataType.DECIMAL,
                                new BigDecimal("1.00"),
                                new BigDecimal("5"),
                                new BigDecimal("1E+3"),
                                new BigDecimal("-0.0000000000000000000000000000000000000001"),
                                new BigDecimal("1234567890123456789012345678901234567890")),
                        of(
                                BigIntegerHolder.class,
                                DataType.DECIMAL,
                                BigInteger.ZERO,
                                BigInteger.TEN.pow(400).negate()),
                        of(
                                InstantHolder.class,
                                DataType.TIMESTAMP,
                                Instant.EPOCH,
                                Instant.parse("0001-01-01T00:00:00Z"),
                                Instant.parse("9999-12-31T23:59:59.999999999Z")),
                        of(
                                DateHolder.class,
                                DataType.TIMESTAMP,
                                new Date(0),
                                new Date(-1),
                                new Date(1_700_000_000_123L)),
                        of(LocalDateHolder.class, DataType.DATE, LocalDate.of(1, 1, 1), LocalDate.of(9999, 12, 31)),
                        of(LocalTimeHolder.class, DataType.TIME, LocalTime.MIN, LocalTime.MAX, LocalTime.NOON),
                        of(
                                LocalDateTimeHolder.class,
                                DataType.TIMESTAMP,
                                LocalDateTime.of(1, 1, 1, 0, 0),
                                LocalDateTime.of(2025, 3, 30, 2, 30, 0, 1)),
                        of(
                                OffsetDateTimeHolder.class,
                                DataType.TEXT,
                                OffsetDateTime.parse("2025-03-30T02:30:00.000000001+05:45"),
                                OffsetDateTime.parse("2025-03-30T02:30:00Z")),
                        of(
                                ZonedDateTimeHolder.class,
                                DataType.TEXT,
                                overlap.atZone(berlin),
                                overlap.plusSeconds(3600).atZone(berlin),
                                overlap.atZone(ZoneOffset.UTC),
                                overlap.atZone(ZoneId.of("UTC"))),
                        of(
                                OffsetTimeHolder.class,
                                DataType.TEXT,
                                OffsetTime.parse("10:15:00+01:00"),
                                OffsetTime.parse("10:15:00.000000001Z")),
                        of(
                                DurationHolder.class,
                                DataType.DECIMAL,
                                Duration.ZERO,
                                Duration.ofSeconds(90),
                                Duration.ofMillis(-1),
                                Duration.ofSeconds(Long.MAX_VALUE, 999_999_999),
                                Duration.ofSeconds(Long.MIN_VALUE)),
                        of(PeriodHolder.class, DataType.TEXT, Period.ZERO, Period.of(-1, 14, 400)),
                        of(YearHolder.class, DataType.INTEGER, Year.of(Year.MIN_VALUE), Year.of(2025)),
                        of(YearMonthHolder.class, DataType.TEXT, YearMonth.of(1, 1), YearMonth.of(2025, 12)),
                        of(MonthDayHolder.class, DataType.TEXT, MonthDay.of(2, 29)),
                        of(ZoneIdHolder.class, DataType.TEXT, berlin, ZoneOffset.ofHours(-3)),
                        of(ZoneOffsetHolder.class, DataType.TEXT, ZoneOffset.UTC, ZoneOffset.ofTotalSeconds(-1)),
                        of(UriHolder.class, DataType.TEXT, URI.create("https://example.org/a?b=c#d")),
                        of(CurrencyHolder.class, DataType.TEXT, Currency.getInstance("EUR")),
                        of(PathHolder.class, DataType.TEXT, Path.of("a", "b.txt"), Path.of("")),
                        of(BlobHolder.class, DataType.BLOB, Blob.of(new byte[] {}), Blob.of(new byte[] {0, -1})),
                        of(BytesHolder.class, DataType.BLOB, new byte[] {}, new byte[] {-128, 127, 0}))
                .flatMap(List::stream);
    }

    private static List<Arguments> of(Class<? extends Record> holder, DataType type, Object... values) {
        return Stream.of(values).map(value -> Arguments.of(holder, type, value)).toList();
    }

    @ParameterizedTest(name = "{0}: {2}")
    @MethodSource("values")
    <R extends Record> void isStoredInItsFormAndComesBack(Class<R> holder, DataType type, Object value)
            throws ReflectiveOperationException {
        Entity<R, String> entity = Entity.of(holder, String.class);
        var constructor = holder.getDeclaredConstructors()[0];
        R original = holder.cast(constructor.newInstance("1", value, new Box<>(value), Optional.of(value)));
        Row row = entity.toRow(original);
        entity.schema().validate(row);
        assertThat(row.type().column(1).type()).isEqualTo(type);
        assertThat(row.type().column(3).type()).isEqualTo(type);
        assertThat(entity.fromRow(row)).usingRecursiveComparison().isEqualTo(original);

        Object json = Json.parse(Json.text(row.get("box")));
        assertThat(entity.fromRow(row.with("box", json)))
                .usingRecursiveComparison()
                .isEqualTo(original);

        R empty = holder.cast(constructor.newInstance("1", null, new Box<>(null), Optional.empty()));
        Row nulls = entity.toRow(empty);
        assertThat(nulls.get(1)).isNull();
        assertThat(nulls.get(3)).isNull();
        assertThat(entity.fromRow(nulls)).isEqualTo(empty);
    }
}
