package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
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
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The codecs of single values; the package's description lists their forms. */
final class Scalars {
    private static final Map<Class<?>, Codec> CODECS = new HashMap<>();

    static {
        same(String.class, DataType.TEXT);
        same(Long.class, DataType.INTEGER);
        same(Double.class, DataType.REAL);
        same(BigDecimal.class, DataType.DECIMAL);
        same(Boolean.class, DataType.BOOLEAN);
        same(Instant.class, DataType.TIMESTAMP);
        same(LocalDate.class, DataType.DATE);
        same(LocalTime.class, DataType.TIME);
        same(UUID.class, DataType.UUID);
        same(Blob.class, DataType.BLOB);
        add(Integer.class, DataType.INTEGER, Integer::longValue, (Long n) -> narrow(n, n.intValue(), "an int"));
        add(Short.class, DataType.INTEGER, Short::longValue, (Long n) -> narrow(n, n.shortValue(), "a short"));
        add(Byte.class, DataType.INTEGER, Byte::longValue, (Long n) -> narrow(n, n.byteValue(), "a byte"));
        add(Year.class, DataType.INTEGER, y -> (long) y.getValue(), (Long n) -> Year.of(Math.toIntExact(n)));
        put(Float.class, new FloatCodec());
        add(BigInteger.class, DataType.DECIMAL, BigDecimal::new, BigDecimal::toBigIntegerExact);
        add(Duration.class, DataType.DECIMAL, Scalars::seconds, Scalars::duration);
        add(Character.class, DataType.TEXT, c -> c == 0 ? "" : c.toString(), Scalars::character);
        add(Date.class, DataType.TIMESTAMP, Scalars::instant, Date::from);
        add(
                LocalDateTime.class,
                DataType.TIMESTAMP,
                t -> t.toInstant(ZoneOffset.UTC),
                (Instant i) -> LocalDateTime.ofInstant(i, ZoneOffset.UTC));
        add(
                OffsetDateTime.class,
                DataType.TEXT,
                t -> JsonForm.text(t.toInstant()) + "[" + t.getOffset() + "]",
                (String s) -> zoned(s).toOffsetDateTime());
        add(
                ZonedDateTime.class,
                DataType.TEXT,
                t -> JsonForm.text(t.toInstant()) + "[" + t.getZone() + "]",
                Scalars::zoned);
        add(
                OffsetTime.class,
                DataType.TEXT,
                t -> JsonForm.text(t.toLocalTime()) + t.getOffset(),
                (String s) -> OffsetTime.parse(s));
        text(YearMonth.class, YearMonth::parse);
        text(MonthDay.class, MonthDay::parse);
        text(Period.class, Period::parse);
        text(ZoneId.class, ZoneId::of);
        text(ZoneOffset.class, ZoneOffset::of);
        text(URI.class, URI::create);
        text(Currency.class, Currency::getInstance);
        text(Path.class, Path::of);
        add(byte[].class, DataType.BLOB, Blob::of, Blob::toBytes);
    }

    private Scalars() {}

    /** The codec of a class, given as wrapper for a primitive; null if it is not a single value. */
    static @Nullable Codec of(Class<?> type) {
        return CODECS.get(type);
    }

    private static void put(Class<?> type, Codec codec) {
        CODECS.put(type, codec);
    }

    private static void same(Class<?> type, DataType column) {
        put(type, new Same(column, type));
    }

    private static <A> void text(Class<A> type, Function<String, A> parse) {
        add(type, DataType.TEXT, Object::toString, parse);
    }

    private static <A, B> void add(Class<A> type, DataType column, Function<A, B> to, Function<B, A> from) {
        put(type, new Pair<>(column, type, to, from));
    }

    private static <N extends Number> N narrow(Long stored, N narrowed, String kind) {
        if (narrowed.longValue() != stored) {
            throw new IllegalArgumentException("must fit " + kind + ", which " + stored + " does not");
        }
        return narrowed;
    }

    @SuppressWarnings("JavaUtilDate") // java.sql.Date, which may be what is behind it, refuses toInstant()
    private static Instant instant(Date date) {
        return Instant.ofEpochMilli(date.getTime());
    }

    private static Character character(String text) {
        if (text.length() > 1) {
            throw new IllegalArgumentException("must be one character, not '" + text + "'");
        }
        return text.isEmpty() ? 0 : text.charAt(0);
    }

    /** Without trailing zeros, but never as 9E+1. */
    private static BigDecimal seconds(Duration duration) {
        BigDecimal nanos = BigDecimal.valueOf(duration.getNano(), 9);
        BigDecimal seconds =
                BigDecimal.valueOf(duration.getSeconds()).add(nanos).stripTrailingZeros();
        return seconds.scale() < 0 ? seconds.setScale(0) : seconds;
    }

    private static Duration duration(BigDecimal seconds) {
        BigInteger[] parts = seconds.movePointRight(9).toBigIntegerExact().divideAndRemainder(BigInteger.TEN.pow(9));
        return Duration.ofSeconds(parts[0].longValueExact(), parts[1].longValueExact());
    }

    private static ZonedDateTime zoned(String text) {
        int bracket = text.indexOf('[');
        if (bracket < 0 || !text.endsWith("]")) {
            throw new IllegalArgumentException("must be an instant and a zone in brackets, not '" + text + "'");
        }
        return ZonedDateTime.ofInstant(
                Instant.parse(text.substring(0, bracket)), ZoneId.of(text.substring(bracket + 1, text.length() - 1)));
    }

    private record Same(DataType type, Class<?> javaType) implements Codec {
        @Override
        public Object toColumn(Object value) {
            return value;
        }

        @Override
        public Object fromColumn(Object stored) {
            return javaType.cast(stored);
        }

        @Override
        public boolean isIdentity() {
            return true;
        }
    }

    private record Pair<A, B>(DataType type, Class<A> javaType, Function<A, B> to, Function<B, A> from)
            implements Codec {
        @Override
        @SuppressWarnings("unchecked") // the column holds B only, and what is passed in is A by the property's type
        public Object toColumn(Object value) {
            return to.apply((A) value);
        }

        @Override
        @SuppressWarnings("unchecked")
        public Object fromColumn(Object stored) {
            return from.apply((B) stored);
        }
    }

    /** In JSON a float has its own shortest digits: 0.1, not 0.10000000149011612. */
    private record FloatCodec() implements Codec {
        @Override
        public DataType type() {
            return DataType.REAL;
        }

        @Override
        public Class<?> javaType() {
            return Float.class;
        }

        @Override
        public Object toColumn(Object value) {
            return ((Float) value).doubleValue();
        }

        @Override
        public Object fromColumn(Object stored) {
            return ((Double) stored).floatValue();
        }

        @Override
        public @Nullable Object toJson(Object value) {
            return Float.isFinite((Float) value)
                    ? io.taskmover.storage.schema.Json.canonicalNumber((Float) value)
                    : JsonForm.toJson(DataType.REAL, toColumn(value));
        }
    }
}
