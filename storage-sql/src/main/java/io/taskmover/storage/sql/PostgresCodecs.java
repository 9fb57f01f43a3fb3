package io.taskmover.storage.sql;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The forms of values in tables that this library made in PostgreSQL: its own types where they lose nothing, else text in
 * an order-preserving form. See {@code docs/formats/postgresql-types.md}.
 */
final class PostgresCodecs {
    private PostgresCodecs() {}

    static ColumnCodec of(DataType type) {
        return switch (type) {
            case TEXT, INTEGER, REAL, BLOB, DECIMAL, TIMESTAMP, TIME -> OwnCodecs.of(type);
            case BOOLEAN -> BOOLEAN;
            case UUID -> UUID;
            case DATE -> DATE;
            case JSON -> JSON;
        };
    }

    private static final ColumnCodec BOOLEAN = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            boolean value = row.getBoolean(index);
            return !value && row.wasNull() ? null : (Object) value;
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setBoolean(index, (Boolean) value);
        }
    };

    private static final ColumnCodec UUID = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            return row.getObject(index, UUID.class);
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value);
        }
    };

    private static final ColumnCodec DATE = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            return row.getObject(index, LocalDate.class);
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            statement.setObject(index, value);
        }
    };

    private static final ColumnCodec JSON = new ColumnCodec() {
        @Override
        public @Nullable Object read(ResultSet row, int index) throws SQLException {
            String text = row.getString(index);
            return text == null ? null : Json.parse(text);
        }

        @Override
        public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
            // of no type, so that the server takes it for the column's
            statement.setObject(index, Json.text(value), Types.OTHER);
        }
    };
}
