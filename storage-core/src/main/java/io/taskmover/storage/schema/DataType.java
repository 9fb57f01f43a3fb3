package io.taskmover.storage.schema;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeParseException;
import java.util.Collection;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The types that a column can have. Each has one Java class whose immutable instances are its values in a {@link Row},
 * and one order, the same on every backend.
 */
public enum DataType {
    /** {@link String}; by Unicode code point, case-sensitive, trailing spaces significant; no NUL, no lone surrogate. */
    TEXT(String.class),
    /** {@link Long}. */
    INTEGER(Long.class),
    /** {@link Double}; finite. {@code -0.0} equals {@code 0.0} and is kept. */
    REAL(Double.class),
    /** {@link BigDecimal}; {@code 1.0} equals {@code 1.00}, the scale is kept; at most 1,000 digits, scale ±10,000. */
    DECIMAL(BigDecimal.class),
    /** {@link Boolean}; false before true. */
    BOOLEAN(Boolean.class),
    /** {@link Instant} to the nanosecond, years 0001 to 9999 in UTC. */
    TIMESTAMP(Instant.class),
    /** {@link LocalDate}, years 0001 to 9999. */
    DATE(LocalDate.class),
    /** {@link LocalTime} to the nanosecond. */
    TIME(LocalTime.class),
    /** {@link java.util.UUID}; ordered as 16 unsigned bytes. */
    UUID(UUID.class),
    /** {@link Blob}; ordered as unsigned bytes. */
    BLOB(Blob.class),
    /** A canonical JSON value as {@link Json} describes it; not ordered as a whole, only by a path into it. */
    JSON(Object.class);

    /** The most digits that a DECIMAL may have. */
    public static final int MAX_DECIMAL_DIGITS = 1_000;
    /** The largest scale of a DECIMAL, and the negated smallest. */
    public static final int MAX_DECIMAL_SCALE = 10_000;

    private static final Instant FIRST_INSTANT = Instant.parse("0001-01-01T00:00:00Z");
    private static final Instant LAST_INSTANT = Instant.parse("9999-12-31T23:59:59.999999999Z");
    private static final LocalDate FIRST_DATE = LocalDate.of(1, 1, 1);
    private static final LocalDate LAST_DATE = LocalDate.of(9999, 12, 31);

    private final Class<?> javaType;

    DataType(Class<?> javaType) {
        this.javaType = javaType;
    }

    /** The class of this type's values; {@link Object} for {@link #JSON}. */
    public Class<?> javaType() {
        return javaType;
    }

    /** Whether values are numbers: {@link #INTEGER}, {@link #REAL}, {@link #DECIMAL}. */
    public boolean isNumeric() {
        return this == INTEGER || this == REAL || this == DECIMAL;
    }

    /** Whether a column of this type may be part of a primary key: all but REAL, DECIMAL and JSON. */
    public boolean isKeyType() {
        return this != REAL && this != DECIMAL && this != JSON;
    }

    /** Whether values of this type have an order as a whole: all but JSON. */
    public boolean isOrdered() {
        return this != JSON;
    }

    /**
     * Compares two values of this type in its order.
     *
     * @throws IllegalArgumentException for {@link #JSON}
     */
    public int compare(Object a, Object b) {
        return switch (this) {
            case TEXT -> compareText((String) a, (String) b);
            case INTEGER -> Long.compare((Long) a, (Long) b);
            case REAL -> compareReal((Double) a, (Double) b);
            case DECIMAL -> ((BigDecimal) a).compareTo((BigDecimal) b);
            case BOOLEAN -> Boolean.compare((Boolean) a, (Boolean) b);
            case TIMESTAMP -> ((Instant) a).compareTo((Instant) b);
            case DATE -> ((LocalDate) a).compareTo((LocalDate) b);
            case TIME -> ((LocalTime) a).compareTo((LocalTime) b);
            case UUID -> compareUuid((UUID) a, (UUID) b);
            case BLOB -> ((Blob) a).compareTo((Blob) b);
            case JSON -> throw new IllegalArgumentException("JSON values have no order; compare by a path into them");
        };
    }

    /**
     * What is wrong with {@code value} as a value of this type, as a phrase that completes "title …", or null if it is
     * one: {@code must not contain NUL}. Every write on every backend refuses what this finds.
     */
    public @Nullable String problem(Object value) {
        if (this == JSON) {
            return Json.problem(value);
        }
        if (!javaType.isInstance(value)) {
            return "must be " + this + ", not " + value.getClass().getSimpleName();
        }
        return switch (this) {
            case TEXT -> textProblem((String) value);
            case REAL -> Double.isFinite((Double) value) ? null : "must be a finite number, not " + value;
            case DECIMAL -> decimalProblem((BigDecimal) value);
            case TIMESTAMP -> {
                Instant instant = (Instant) value;
                yield instant.isBefore(FIRST_INSTANT) || instant.isAfter(LAST_INSTANT)
                        ? "must be in the years 0001 to 9999 (UTC), not " + value
                        : null;
            }
            case DATE -> {
                LocalDate date = (LocalDate) value;
                yield date.isBefore(FIRST_DATE) || date.isAfter(LAST_DATE)
                        ? "must be in the years 0001 to 9999, not " + value
                        : null;
            }
            default -> null;
        };
    }

    static @Nullable String textProblem(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            // one comparison for nearly all characters: NUL wraps around to the top
            if ((char) (c - 1) < Character.MIN_SURROGATE - 1) {
                continue;
            }
            if (c == 0) {
                return "must not contain NUL (at index " + i + ")";
            }
            if (Character.isSurrogate(c)) {
                if (Character.isLowSurrogate(c)
                        || i + 1 == text.length()
                        || !Character.isLowSurrogate(text.charAt(i + 1))) {
                    return "must not contain a lone surrogate (at index " + i + ")";
                }
                i++;
            }
        }
        return null;
    }

    static @Nullable String decimalProblem(BigDecimal decimal) {
        if (decimal.precision() > MAX_DECIMAL_DIGITS) {
            return "must have at most " + MAX_DECIMAL_DIGITS + " digits, not " + decimal.precision();
        }
        if (Math.abs((long) decimal.scale()) > MAX_DECIMAL_SCALE) {
            return "must have a scale within ±" + MAX_DECIMAL_SCALE + ", not " + decimal.scale();
        }
        return null;
    }

    /**
     * {@code value} as a value of this type, where that loses nothing: wider numbers from narrower ones, text forms
     * (ISO 8601 dates and times, canonical UUIDs, decimal numbers) parsed, enum constants by name, {@code byte[]} as
     * {@link Blob}, maps, collections and scalars as JSON. For query literals, filters, defaults and ids; rows
     * themselves are never coerced.
     *
     * @throws IllegalArgumentException if it is not, with a message that completes "… is not valid: "
     */
    public Object coerce(Object value) {
        if (this == JSON) {
            return Json.canonical(value);
        }
        if (javaType.isInstance(value)) {
            return value;
        }
        try {
            Object coerced = switch (this) {
                case TEXT ->
                    value instanceof Enum<?> constant
                            ? constant.name()
                            : value instanceof Character c ? c.toString() : null;
                case INTEGER -> toLong(value);
                case REAL -> toDouble(value);
                case DECIMAL -> toDecimal(value);
                case BOOLEAN -> value instanceof String text ? toBoolean(text) : null;
                case TIMESTAMP -> toInstant(value);
                case DATE -> value instanceof String text ? LocalDate.parse(text) : null;
                case TIME -> value instanceof String text ? LocalTime.parse(text) : null;
                case UUID -> value instanceof String text ? toUuid(text) : null;
                case BLOB ->
                    value instanceof byte[] bytes
                            ? Blob.of(bytes)
                            : value instanceof ByteBuffer buffer ? fromBuffer(buffer) : null;
                case JSON -> throw new AssertionError();
            };
            if (coerced != null) {
                return coerced;
            }
        } catch (DateTimeParseException | NumberFormatException | ArithmeticException e) {
            throw new IllegalArgumentException(describe(value) + " is not a value of type " + this, e);
        }
        throw new IllegalArgumentException(describe(value) + " is not a value of type " + this);
    }

    /**
     * A value of this type as text that {@link #coerce} takes back: digits, ISO 8601 in UTC, the canonical form of a UUID.
     *
     * @throws IllegalArgumentException for BLOB and JSON, which have none
     */
    public String text(Object value) {
        return switch (this) {
            case TEXT -> (String) value;
            case TIMESTAMP -> InstantText.format((Instant) value);
            case INTEGER, REAL, DECIMAL, BOOLEAN, DATE, TIME, UUID -> value.toString();
            case BLOB, JSON -> throw new IllegalArgumentException("A value of type " + this + " is not text");
        };
    }

    private static String describe(Object value) {
        String text = value.toString();
        String shown = text.length() > 60 ? text.substring(0, 60) + "…" : text;
        return value instanceof String ? "'" + shown + "'" : value.getClass().getSimpleName() + " " + shown;
    }

    private static @Nullable Object toLong(Object value) {
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).longValue();
        }
        if (value instanceof BigInteger integer) {
            return integer.longValueExact();
        }
        if (value instanceof BigDecimal decimal) {
            return decimal.longValueExact();
        }
        if (value instanceof Double || value instanceof Float) {
            return new BigDecimal(((Number) value).doubleValue()).longValueExact();
        }
        return value instanceof String text ? Long.valueOf(text) : null;
    }

    private static @Nullable Object toDouble(Object value) {
        if (value instanceof Float f) {
            return f.doubleValue();
        }
        if (value instanceof String text) {
            return finite(Double.parseDouble(text), value);
        }
        if (value instanceof BigDecimal decimal) {
            return finite(decimal.doubleValue(), value);
        }
        if (value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return ((Number) value).doubleValue();
        }
        if (value instanceof Long || value instanceof BigInteger) {
            double real = ((Number) value).doubleValue();
            if (new BigDecimal(real).compareTo(new BigDecimal(value.toString())) != 0) {
                throw new ArithmeticException("not exact");
            }
            return real;
        }
        return null;
    }

    private static Double finite(double real, Object source) {
        if (!Double.isFinite(real)) {
            throw new NumberFormatException(source + " is not finite");
        }
        return real;
    }

    private static @Nullable Object toDecimal(Object value) {
        if (value instanceof Integer || value instanceof Long || value instanceof Short || value instanceof Byte) {
            return BigDecimal.valueOf(((Number) value).longValue());
        }
        if (value instanceof BigInteger integer) {
            return new BigDecimal(integer);
        }
        if (value instanceof Double || value instanceof Float || value instanceof String) {
            return new BigDecimal(value.toString());
        }
        return null;
    }

    private static @Nullable Object toBoolean(String text) {
        return switch (text) {
            case "true" -> Boolean.TRUE;
            case "false" -> Boolean.FALSE;
            default -> null;
        };
    }

    private static @Nullable Object toInstant(Object value) {
        if (value instanceof OffsetDateTime time) {
            return time.toInstant();
        }
        if (value instanceof ZonedDateTime time) {
            return time.toInstant();
        }
        if (value instanceof LocalDateTime time) {
            return time.toInstant(ZoneOffset.UTC);
        }
        if (value instanceof java.util.Date date) {
            return date.toInstant();
        }
        return value instanceof String text ? InstantText.parse(text) : null;
    }

    private static @Nullable Object toUuid(String text) {
        UUID uuid = java.util.UUID.fromString(text);
        // UUID.fromString accepts shortened groups; only the canonical form is a value
        return uuid.toString().equalsIgnoreCase(text) ? uuid : null;
    }

    private static Blob fromBuffer(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return Blob.of(bytes);
    }

    /**
     * Compares by Unicode code point. {@link String#compareTo} compares UTF-16 units and so puts U+10000 and above
     * before U+E000 to U+FFFF.
     */
    private static int compareText(String a, String b) {
        int length = Math.min(a.length(), b.length());
        for (int i = 0; i < length; i++) {
            char x = a.charAt(i);
            char y = b.charAt(i);
            if (x != y) {
                boolean xSurrogate = Character.isSurrogate(x);
                return xSurrogate == Character.isSurrogate(y) ? x - y : xSurrogate ? 1 : -1;
            }
        }
        return a.length() - b.length();
    }

    private static int compareReal(double a, double b) {
        // not Double.compare, which puts -0.0 before 0.0; NaN is never stored
        return a < b ? -1 : a > b ? 1 : 0;
    }

    private static int compareUuid(UUID a, UUID b) {
        int high = Long.compareUnsigned(a.getMostSignificantBits(), b.getMostSignificantBits());
        return high != 0 ? high : Long.compareUnsigned(a.getLeastSignificantBits(), b.getLeastSignificantBits());
    }

    /** Whether {@code value} can be coerced to JSON at all; scalars, maps with text keys, collections. */
    static boolean isJsonLike(Object value) {
        return value instanceof String
                || value instanceof Number
                || value instanceof Boolean
                || value instanceof Map<?, ?>
                || value instanceof Collection<?>;
    }
}
