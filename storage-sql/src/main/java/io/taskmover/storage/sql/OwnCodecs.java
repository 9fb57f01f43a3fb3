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
import java.time.LocalTime;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The forms of values in tables that this library made: without loss, and, for the types with an order, such that the
 * database's order of the stored values is theirs. See {@code docs/formats/sqlite-types.md}.
 */
final class OwnCodecs {

    /** {@link DecimalKey}: only to compare with; a decimal itself stands beside it. */
    static final ColumnCodec DECIMAL_KEY = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            return row.getString(index);
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setString(index, DecimalKey.of((BigDecimal) value));
        }
    };

    private OwnCodecs() {}

    static ColumnCodec of(DataType type) {
        return switch (type) {
            case TEXT -> TEXT;
            case INTEGER -> INTEGER;
            case REAL -> REAL;
            case BOOLEAN -> BOOLEAN;
            case UUID -> UUID;
            case BLOB -> BLOB;
            case DECIMAL -> DECIMAL;
            case TIMESTAMP -> TIMESTAMP;
            case DATE -> DATE;
            case TIME -> TIME;
            case JSON -> JSON;
        };
    }

    /** The 16 bytes of a UUID, first things first. */
    static byte[] uuidBytes(UUID uuid) {
        return ByteBuffer.allocate(16)
                .putLong(uuid.getMostSignificantBits())
                .putLong(uuid.getLeastSignificantBits())
                .array();
    }

    private static final ColumnCodec TEXT = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            return row.getString(index);
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setString(index, (String) value);
        }
    };

    private static final ColumnCodec INTEGER = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            long value = row.getLong(index);
            // null reads as 0, so only a 0 needs the second look
            return value == 0 && row.wasNull() ? null : (Object) value;
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value);
        }
    };

    private static final ColumnCodec REAL = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            double value = row.getDouble(index);
            return value == 0 && row.wasNull() ? null : (Object) value;
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value);
        }
    };

    private static final ColumnCodec BOOLEAN = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            int value = row.getInt(index);
            return value == 0 && row.wasNull() ? null : (Object) (value != 0);
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setInt(index, (Boolean) value ? 1 : 0);
        }
    };

    private static final ColumnCodec UUID = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            byte[] bytes = row.getBytes(index);
            if (bytes == null) {
                return null;
            }
            if (bytes.length != 16) {
                throw new IllegalArgumentException("A UUID has 16 bytes, not " + bytes.length);
            }
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new UUID(buffer.getLong(), buffer.getLong());
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setBytes(index, uuidBytes((UUID) value));
        }
    };

    private static final ColumnCodec BLOB = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            byte[] bytes = row.getBytes(index);
            return bytes == null ? null : Blob.of(bytes);
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setBytes(index, ((Blob) value).toBytes());
        }
    };

    private static final ColumnCodec DECIMAL = new TextForm() {
        @Override
        Object parse(String text) {
            return new BigDecimal(text);
        }

        @Override
        String format(Object value) {
            return value.toString();
        }
    };

    private static final ColumnCodec TIMESTAMP = new TextForm() {
        @Override
        Object parse(String text) {
            return IsoText.parseInstant(text);
        }

        @Override
        String format(Object value) {
            return IsoText.instant((Instant) value);
        }
    };

    private static final ColumnCodec DATE = new TextForm() {
        @Override
        Object parse(String text) {
            return IsoText.parseDate(text);
        }

        @Override
        String format(Object value) {
            return IsoText.date((LocalDate) value);
        }
    };

    private static final ColumnCodec TIME = new TextForm() {
        @Override
        Object parse(String text) {
            return IsoText.parseTime(text);
        }

        @Override
        String format(Object value) {
            return IsoText.time((LocalTime) value);
        }
    };

    private static final ColumnCodec JSON = new TextForm() {
        @Override
        @Nullable
        Object parse(String text) {
            return Json.parse(text);
        }

        @Override
        String format(Object value) {
            return Json.text(value);
        }
    };

    /** A value that is stored as text. */
    abstract static class TextForm implements ColumnCodec {
        abstract @Nullable Object parse(String text);

        abstract String format(Object value);

        @Override
        public final @Nullable Object read(ResultSet row, int index) throws SQLException {
            String text = row.getString(index);
            return text == null ? null : parse(text);
        }

        @Override
        public final void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setString(index, format(value));
        }
    }
}
