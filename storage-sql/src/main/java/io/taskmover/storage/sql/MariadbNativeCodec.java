package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoField;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The form of values in a column of a table that others made: one of the own types of MariaDB or MySQL. What it would round,
 * cut off or pad is refused.
 *
 * @param form the database's type by its short name, {@code int} or {@code varchar}
 * @param unsigned whether there are no negative numbers
 * @param length how many characters, bytes, or digits there may be; 0 if it is not declared
 * @param scale how many digits there may be after the point, or in the fraction of a second
 */
record MariadbNativeCodec(DataType type, String form, boolean unsigned, long length, int scale) implements ColumnCodec {
    private static final int UUID_BYTES = 16;

    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS");
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss.SSSSSS");

    /**
     * Null if the library has no type for such values.
     *
     * @param declared the type as it is declared, with what is in parentheses
     */
    static @Nullable MariadbNativeCodec of(String form, String declared, long length, int scale) {
        DataType type = switch (form) {
            case "varchar", "char", "tinytext", "text", "mediumtext", "longtext", "enum" -> DataType.TEXT;
            case "tinyint" -> declared.startsWith("tinyint(1)") ? DataType.BOOLEAN : DataType.INTEGER;
            case "smallint", "mediumint", "int", "bigint", "year" -> DataType.INTEGER;
            case "bit" -> declared.equals("bit(1)") ? DataType.BOOLEAN : null;
            // with digits declared, it would round
            case "float", "double" -> declared.contains("(") ? null : DataType.REAL;
            case "decimal" -> DataType.DECIMAL;
            case "datetime", "timestamp" -> DataType.TIMESTAMP;
            case "date" -> DataType.DATE;
            case "time" -> DataType.TIME;
            case "uuid" -> DataType.UUID;
            case "binary" -> length == UUID_BYTES ? DataType.UUID : DataType.BLOB;
            case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> DataType.BLOB;
            case "json", "json text" -> DataType.JSON;
            default -> null;
        };
        return type == null ? null : new MariadbNativeCodec(type, form, declared.contains("unsigned"), length, scale);
    }

    /** Whether the database compares such values as this library does, and takes a parameter for one of them. */
    boolean comparesInDatabase() {
        return switch (form) {
            case "varchar", "tinytext", "text", "mediumtext", "longtext" -> true;
            case "smallint", "mediumint", "int", "bigint", "double", "date" -> true;
            case "tinyint" -> type == DataType.INTEGER;
            case "binary" -> type == DataType.UUID;
            case "varbinary", "tinyblob", "blob", "mediumblob", "longblob" -> true;
            // a literal may lie between two of its values, or have more digits than the database compares
            case "float", "decimal", "datetime", "timestamp", "time" -> false;
            // compared without trailing spaces, in the order of a declaration, or in another one
            default -> false;
        };
    }

    /** Most collations do not tell cases, accents or trailing spaces apart. */
    @Override
    public boolean equatesLoosely() {
        return type == DataType.TEXT;
    }

    @Override
    public @Nullable Object read(ResultSet row, int index) throws SQLException {
        return switch (type) {
            case TEXT -> row.getString(index);
            case INTEGER -> nullable(row, row.getLong(index));
            case REAL -> nullable(row, form.equals("float") ? (double) row.getFloat(index) : row.getDouble(index));
            case DECIMAL -> row.getBigDecimal(index);
            case BOOLEAN -> truth(row, index);
            case TIMESTAMP -> {
                LocalDateTime time = row.getObject(index, LocalDateTime.class);
                yield time == null ? null : time.toInstant(ZoneOffset.UTC);
            }
            case DATE -> row.getObject(index, LocalDate.class);
            case TIME -> row.getObject(index, LocalTime.class);
            case UUID -> uuid(row, index);
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

    private @Nullable Object truth(ResultSet row, int index) throws SQLException {
        if (form.equals("bit")) {
            return nullable(row, row.getBoolean(index));
        }
        long number = row.getLong(index);
        if (number != 0 && number != 1) {
            throw new IllegalArgumentException("A truth value is 0 or 1, not " + number);
        }
        return nullable(row, number == 1);
    }

    private @Nullable Object uuid(ResultSet row, int index) throws SQLException {
        if (form.equals("uuid")) {
            String text = row.getString(index);
            return text == null ? null : UUID.fromString(text);
        }
        byte[] bytes = row.getBytes(index);
        if (bytes == null) {
            return null;
        }
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        return new UUID(buffer.getLong(), buffer.getLong());
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
            case TEXT -> statement.setString(index, (String) value);
            case INTEGER -> statement.setLong(index, (Long) value);
            case REAL -> statement.setDouble(index, (Double) value);
            case DECIMAL -> statement.setBigDecimal(index, (BigDecimal) value);
            case BOOLEAN -> statement.setInt(index, (Boolean) value ? 1 : 0);
            case TIMESTAMP, TIME, JSON -> statement.setString(index, text(value));
            case DATE -> statement.setObject(index, value);
            case UUID -> {
                if (form.equals("uuid")) {
                    statement.setString(index, value.toString());
                } else {
                    statement.setBytes(index, OwnCodecs.uuidBytes((UUID) value));
                }
            }
            case BLOB -> statement.setBytes(index, ((Blob) value).toBytes());
        }
    }

    /** The value as the database reads it from text. */
    private String text(Object value) {
        return switch (type) {
            case TIMESTAMP -> DATE_TIME.format(LocalDateTime.ofInstant((Instant) value, ZoneOffset.UTC));
            case TIME -> TIME.format((LocalTime) value);
            case DECIMAL -> ((BigDecimal) value).toPlainString();
            case JSON -> Json.text(value);
            default -> value.toString();
        };
    }

    /** The value as a default. */
    String literal(Object value) {
        return switch (type) {
            case BOOLEAN -> (Boolean) value ? "1" : "0";
            case INTEGER, DECIMAL -> text(value);
            case REAL -> MariadbDialect.real((Double) value);
            case UUID -> MariadbDialect.bytes(OwnCodecs.uuidBytes((UUID) value));
            case BLOB -> MariadbDialect.bytes(((Blob) value).toBytes());
            case TIMESTAMP, DATE, TIME -> "'" + text(value) + "'";
            case TEXT, JSON -> MariadbDialect.text(text(value));
        };
    }

    /** An expression of a default, as a value of the type that {@link #read} reads. */
    String typed(String expression) {
        return switch (type) {
            case TIMESTAMP -> "cast(" + expression + " as datetime(6))";
            case DATE -> "cast(" + expression + " as date)";
            case TIME -> "cast(" + expression + " as time(6))";
            case DECIMAL -> "cast(" + expression + " as decimal(" + length + "," + scale + "))";
            case REAL -> "(" + expression + ") + 0e0";
            case INTEGER, BOOLEAN -> "(" + expression + ") + 0";
            case UUID -> form.equals("uuid") ? expression : "cast(" + expression + " as binary)";
            case BLOB -> "cast(" + expression + " as binary)";
            case TEXT, JSON -> expression;
        };
    }

    @Override
    public @Nullable String lossOf(Object value) {
        return switch (type) {
            case TEXT -> lossOfText((String) value);
            case INTEGER -> lossOfInteger((Long) value);
            case REAL ->
                form.equals("float") && (double) (float) (double) (Double) value != (Double) value
                        ? "must be a number that a float holds exactly, not " + value
                        : null;
            case DECIMAL -> lossOfDecimal((BigDecimal) value);
            case TIMESTAMP -> lossOfNanos(((Instant) value).get(ChronoField.NANO_OF_SECOND), value);
            case TIME -> lossOfNanos(((LocalTime) value).get(ChronoField.NANO_OF_SECOND), value);
            case BLOB -> lossOfBytes(((Blob) value).length());
            case JSON -> form.equals("json") ? lossOfJson(value) : null;
            default -> null;
        };
    }

    private @Nullable String lossOfText(String text) {
        if (form.equals("char") && text.endsWith(" ")) {
            return "must not end with a space: a char does not keep it";
        }
        boolean declared = form.equals("char") || form.equals("varchar");
        int count = text.codePointCount(0, text.length());
        return !declared || count <= length ? null : "must have at most " + length + " characters, not " + count;
    }

    private @Nullable String lossOfBytes(long count) {
        return switch (form) {
            case "binary" -> count == length ? null : "must have exactly " + length + " bytes, not " + count;
            case "varbinary" -> count <= length ? null : "must have at most " + length + " bytes, not " + count;
            default -> null;
        };
    }

    private @Nullable String lossOfInteger(long value) {
        int bits = switch (form) {
            case "tinyint" -> 8;
            case "smallint" -> 16;
            case "mediumint" -> 24;
            case "int" -> 32;
            default -> 64;
        };
        boolean fits;
        if (form.equals("year")) {
            fits = value == 0 || (value >= 1901 && value <= 2155);
        } else if (unsigned) {
            fits = value >= 0 && (bits == 64 || value >> bits == 0);
        } else {
            fits = bits == 64 || value >> (bits - 1) == (value < 0 ? -1 : 0);
        }
        return fits
                ? null
                : "must be a number that its type " + form + (unsigned ? " unsigned" : "") + " holds, not " + value;
    }

    private @Nullable String lossOfDecimal(BigDecimal decimal) {
        BigDecimal plain = decimal.stripTrailingZeros();
        if (plain.scale() > scale) {
            return "must have at most " + scale + " digits after the point, not " + decimal;
        }
        return plain.signum() != 0 && plain.precision() - plain.scale() > length - scale
                ? "must have at most " + (length - scale) + " digits before the point, not " + decimal
                : null;
    }

    private @Nullable String lossOfNanos(int nanos, Object value) {
        long unit = (long) Math.pow(10, 9 - scale);
        return nanos % unit == 0
                ? null
                : "must have at most " + scale + " digits in the fraction of its second, not " + value;
    }

    /** MySQL keeps numbers that are no integers as doubles. */
    private static @Nullable String lossOfJson(@Nullable Object value) {
        if (value instanceof BigDecimal number
                && !new BigDecimal(Double.toString(number.doubleValue()))
                        .toString()
                        .equals(number.toString())) {
            return "must hold no number that a double does not keep as it is written, as " + number;
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
