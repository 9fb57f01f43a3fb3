package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoField;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The form of values in a column of a table that others made: one of PostgreSQL's own types. What it would round, cut off
 * or pad is refused.
 *
 * @param form the database's type by its short name, {@code int4} or {@code enum}
 * @param modifier what is declared in parentheses, as the catalog keeps it; -1 for nothing
 */
record PostgresNativeCodec(DataType type, String form, int modifier) implements ColumnCodec {
    /** A length or precision is kept with this added. */
    private static final int MODIFIER_BASE = 4;

    private static final int MICROSECOND_DIGITS = 6;

    /** Null if the library has no type for such values. */
    static @Nullable PostgresNativeCodec of(String form, int modifier) {
        DataType type = switch (form) {
            case "text", "varchar", "bpchar", "name", "citext", "enum" -> DataType.TEXT;
            case "int2", "int4", "int8" -> DataType.INTEGER;
            case "float4", "float8" -> DataType.REAL;
            case "numeric" -> DataType.DECIMAL;
            case "bool" -> DataType.BOOLEAN;
            case "timestamptz", "timestamp" -> DataType.TIMESTAMP;
            case "date" -> DataType.DATE;
            case "time" -> DataType.TIME;
            case "uuid" -> DataType.UUID;
            case "bytea" -> DataType.BLOB;
            case "json", "jsonb" -> DataType.JSON;
            default -> null;
        };
        return type == null ? null : new PostgresNativeCodec(type, form, modifier);
    }

    /** Whether the database compares such values as this library does, and takes a parameter for one of them. */
    boolean comparesInDatabase() {
        return switch (form) {
            // of one type with the parameters that stand for their values
            case "text",
                    "varchar",
                    "name",
                    "int2",
                    "int4",
                    "int8",
                    "float8",
                    "numeric",
                    "bool",
                    "date",
                    "uuid",
                    "bytea" -> true;
            // a literal may lie between two of its values
            case "float4", "timestamptz", "timestamp", "time" -> false;
            // compared without trailing spaces, without case, in the order of a declaration, or not at all
            default -> false;
        };
    }

    @Override
    public @Nullable Object read(ResultSet row, int index) throws SQLException {
        return switch (type) {
            case TEXT -> row.getString(index);
            case INTEGER -> nullable(row, row.getLong(index));
            case REAL -> nullable(row, row.getDouble(index));
            case DECIMAL -> row.getBigDecimal(index);
            case BOOLEAN -> nullable(row, row.getBoolean(index));
            case TIMESTAMP -> instant(row, index);
            case DATE -> row.getObject(index, LocalDate.class);
            case TIME -> row.getObject(index, LocalTime.class);
            case UUID -> row.getObject(index, UUID.class);
            case BLOB -> {
                byte[] bytes = row.getBytes(index);
                yield bytes == null ? null : Blob.of(bytes);
            }
            case JSON -> json(row.getString(index));
        };
    }

    private static @Nullable Object nullable(ResultSet row, Object value) throws SQLException {
        return row.wasNull() ? null : value;
    }

    private @Nullable Object instant(ResultSet row, int index) throws SQLException {
        if (form.equals("timestamptz")) {
            OffsetDateTime time = row.getObject(index, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
        LocalDateTime time = row.getObject(index, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    private static @Nullable Object json(@Nullable String text) {
        if (text == null) {
            return null;
        }
        Object value = Json.parse(text);
        if (value == null) {
            throw new IllegalArgumentException("JSON's null is no value of a row");
        }
        return value;
    }

    @Override
    public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
        switch (type) {
            case INTEGER -> statement.setLong(index, (Long) value);
            case REAL -> statement.setDouble(index, (Double) value);
            case DECIMAL -> statement.setBigDecimal(index, (BigDecimal) value);
            case BOOLEAN -> statement.setBoolean(index, (Boolean) value);
            case TIMESTAMP ->
                statement.setObject(
                        index,
                        form.equals("timestamptz")
                                ? OffsetDateTime.ofInstant((Instant) value, ZoneOffset.UTC)
                                : LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC));
            case DATE, TIME, UUID -> statement.setObject(index, value);
            case BLOB -> statement.setBytes(index, ((Blob) value).toBytes());
            case TEXT -> {
                if (form.equals("text") || form.equals("varchar")) {
                    statement.setString(index, (String) value);
                } else {
                    statement.setObject(index, value, Types.OTHER);
                }
            }
            case JSON -> statement.setObject(index, Json.text(value), Types.OTHER);
        }
    }

    /** The value as the database reads it from text. */
    String text(Object value) {
        return switch (type) {
            case BLOB -> "\\x" + HexFormat.of().formatHex(((Blob) value).toBytes());
            case JSON -> Json.text(value);
            default -> value.toString();
        };
    }

    @Override
    public @Nullable String lossOf(Object value) {
        return switch (type) {
            case TEXT -> lossOfText((String) value);
            case INTEGER -> lossOfInteger((Long) value);
            case REAL ->
                form.equals("float4") && (double) (float) (double) (Double) value != (Double) value
                        ? "must be a number that a real holds exactly, not " + value
                        : null;
            case DECIMAL -> lossOfDecimal((BigDecimal) value);
            case TIMESTAMP -> lossOfNanos(((Instant) value).get(ChronoField.NANO_OF_SECOND), value);
            case TIME -> lossOfNanos(((LocalTime) value).get(ChronoField.NANO_OF_SECOND), value);
            case JSON -> form.equals("jsonb") ? lossOfJson(value) : null;
            default -> null;
        };
    }

    private @Nullable String lossOfText(String text) {
        if (modifier < MODIFIER_BASE) {
            return null;
        }
        int length = text.codePointCount(0, text.length());
        int most = modifier - MODIFIER_BASE;
        if (form.equals("bpchar")) {
            return length == most ? null : "must have exactly " + most + " characters, not " + length;
        }
        return length <= most ? null : "must have at most " + most + " characters, not " + length;
    }

    private @Nullable String lossOfInteger(long value) {
        boolean fits = switch (form) {
            case "int2" -> (short) value == value;
            case "int4" -> (int) value == value;
            default -> true;
        };
        return fits ? null : "must be a number that its type " + form + " holds, not " + value;
    }

    private @Nullable String lossOfDecimal(BigDecimal decimal) {
        if (modifier < MODIFIER_BASE) {
            return null;
        }
        int precision = ((modifier - MODIFIER_BASE) >> 16) & 0xffff;
        // a scale may be negative, in eleven bits
        int scale = (((modifier - MODIFIER_BASE) & 0x7ff) ^ 1024) - 1024;
        BigDecimal plain = decimal.stripTrailingZeros();
        if (plain.scale() > scale) {
            return "must have at most " + scale + " digits after the point, not " + decimal;
        }
        return plain.signum() != 0 && plain.precision() - plain.scale() > precision - scale
                ? "must have at most " + (precision - scale) + " digits before the point, not " + decimal
                : null;
    }

    private @Nullable String lossOfNanos(int nanos, Object value) {
        int digits = modifier < 0 ? MICROSECOND_DIGITS : modifier;
        long unit = (long) Math.pow(10, 9 - digits);
        return nanos % unit == 0
                ? null
                : "must have at most " + digits + " digits in the fraction of its second, not " + value;
    }

    /** jsonb keeps numbers as decimals: without exponents, and without a sign at zero. */
    private static @Nullable String lossOfJson(@Nullable Object value) {
        if (value instanceof BigDecimal number && number.scale() < 0) {
            return "must hold no number with a positive exponent, as " + number + ": jsonb does not keep it";
        }
        if (value instanceof Double number) {
            return "must not hold " + number + ": jsonb does not keep its sign";
        }
        Iterable<?> parts =
                value instanceof Map<?, ?> map ? map.values() : value instanceof Iterable<?> list ? list : List.of();
        for (Object part : parts) {
            String loss = part == null ? null : lossOfJson(Objects.requireNonNull(part));
            if (loss != null) {
                return loss;
            }
        }
        return null;
    }
}
