package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The forms of values in tables that others made: those that SQLite's own functions and its usual drivers write. Reading
 * is lenient, for SQLite lets any value into any column; what would lose something when stored is refused.
 */
final class SqliteNativeCodecs {
    /** {@code 2026-11-23 05:38:47[.123]}, in UTC: the form of {@code CURRENT_TIMESTAMP}. */
    private static final DateTimeFormatter TIMESTAMP = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral(' ')
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 0, 9, true)
            .toFormatter(Locale.ROOT);

    private SqliteNativeCodecs() {}

    /** Whether SQLite compares the values in that form as this library does. */
    static boolean comparesInDatabase(DataType type) {
        return switch (type) {
            case TEXT, INTEGER, REAL, BLOB, BOOLEAN, DATE -> true;
            // forms of different lengths, precision or case stand for equal values
            case DECIMAL, TIMESTAMP, TIME, UUID, JSON -> false;
        };
    }

    /** @param scale the declared scale of a DECIMAL, or -1 */
    static ColumnCodec of(DataType type, int scale) {
        return new NativeCodec(type, scale);
    }

    /** A value in the form in which it is stored: text, an integer, a double or bytes. */
    static Object stored(DataType type, Object value) {
        return switch (type) {
            case TEXT, INTEGER, REAL -> value;
            case BOOLEAN -> (Boolean) value ? 1 : 0;
            case BLOB -> ((Blob) value).toBytes();
            case DECIMAL -> number((BigDecimal) value);
            case TIMESTAMP -> TIMESTAMP.format(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC));
            case DATE -> IsoText.date((LocalDate) value);
            case TIME -> DateTimeFormatter.ISO_LOCAL_TIME.format((LocalTime) value);
            case UUID -> value.toString();
            case JSON -> Json.text(value);
        };
    }

    private record NativeCodec(DataType type, int scale) implements ColumnCodec {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            Object stored = row.getObject(index);
            return stored == null ? null : value(stored);
        }

        private Object value(Object stored) {
            return switch (type) {
                case TEXT -> stored instanceof byte[] bytes ? utf8(bytes) : stored.toString();
                case BLOB -> Blob.of(stored instanceof byte[] bytes ? bytes : bytes(stored));
                case DECIMAL -> scaled(new BigDecimal(stored.toString()));
                case TIMESTAMP -> instant(stored);
                case TIME -> LocalTime.parse(stored.toString());
                case UUID -> stored instanceof byte[] bytes ? uuid(bytes) : UUID.fromString(stored.toString());
                case BOOLEAN -> truth(stored);
                case JSON -> json(stored.toString());
                case INTEGER, REAL, DATE -> type.coerce(stored);
            };
        }

        private BigDecimal scaled(BigDecimal decimal) {
            return decimal.scale() < scale ? decimal.setScale(scale, RoundingMode.UNNECESSARY) : decimal;
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, stored(type, value));
        }

        @Override
        public @Nullable String lossOf(Object value) {
            if (value instanceof BigDecimal decimal) {
                if (scale >= 0 && decimal.stripTrailingZeros().scale() > scale) {
                    return "must have at most " + scale + " digits after the point, not " + decimal;
                }
                return isStorable(decimal) ? null : "must be a number that SQLite stores exactly, not " + decimal;
            }
            return null;
        }
    }

    /** SQLite keeps decimals as 64-bit integers or doubles. */
    private static boolean isStorable(BigDecimal decimal) {
        BigDecimal plain = decimal.stripTrailingZeros();
        if (plain.scale() <= 0) {
            return plain.precision() - plain.scale() <= 19
                    && plain.toBigInteger().bitLength() < Long.SIZE;
        }
        double real = decimal.doubleValue();
        return Double.isFinite(real) && new BigDecimal(Double.toString(real)).compareTo(decimal) == 0;
    }

    private static Object number(BigDecimal decimal) {
        return decimal.stripTrailingZeros().scale() <= 0 ? (Object) decimal.longValue() : decimal.doubleValue();
    }

    /** Text as SQLite or ISO 8601 has it, UTC unless it says otherwise; numbers as its driver writes: milliseconds. */
    private static Instant instant(Object stored) {
        if (stored instanceof Number number) {
            return Instant.ofEpochMilli(number.longValue());
        }
        String text = stored.toString().strip().replace(' ', 'T');
        if (text.length() == 10) {
            return LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC);
        }
        return text.endsWith("Z") || text.lastIndexOf('+') > 10 || text.lastIndexOf('-') > 10
                ? OffsetDateTime.parse(text).toInstant()
                : LocalDateTime.parse(text).toInstant(ZoneOffset.UTC);
    }

    private static Boolean truth(Object stored) {
        if (stored instanceof Number number) {
            return number.intValue() != 0;
        }
        return switch (stored.toString().toLowerCase(Locale.ROOT)) {
            case "true", "t", "yes", "y", "1" -> true;
            case "false", "f", "no", "n", "0" -> false;
            default -> throw new IllegalArgumentException("'" + stored + "' is neither true nor false");
        };
    }

    private static Object json(String text) {
        Object value = Json.parse(text);
        if (value == null) {
            throw new IllegalArgumentException("JSON's null is no value of a row");
        }
        return value;
    }

    private static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }

    private static byte[] bytes(Object stored) {
        return stored.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static UUID uuid(byte[] bytes) {
        if (bytes.length != 16) {
            throw new IllegalArgumentException("A UUID has 16 bytes, not " + bytes.length);
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
    }
}
