package io.taskmover.storage.sql;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Types;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * The rows of a {@link NativeStatement}. A value has the type of this library that is nearest to the one that the
 * database calls it, and is a text if none is.
 */
final class NativeCursor implements OpenCursor {
    private final SqlTransaction transaction;
    private final PreparedStatement statement;
    private final ResultSet rows;
    private final String[] names;
    private final Form[] forms;
    /** Whether each value has a type of its own, whatever its column is. */
    private final boolean typedValues;

    private @Nullable RowType type;
    private boolean open = true;
    private boolean ended;
    private boolean failed;
    /** Rows that were read ahead; null while they stream. */
    private @Nullable Queue<Row> ahead;

    /**
     * What a column has.
     *
     * @param zoned whether an instant comes with its offset
     */
    private record Form(DataType type, boolean zoned) {}

    /** @param statement was run, has rows, and is closed with this */
    NativeCursor(SqlTransaction transaction, PreparedStatement statement, boolean typedValues) throws SQLException {
        this.transaction = transaction;
        this.statement = statement;
        this.rows = statement.getResultSet();
        this.typedValues = typedValues;
        ResultSetMetaData columns = rows.getMetaData();
        this.names = new String[columns.getColumnCount()];
        this.forms = new Form[names.length];
        for (int i = 0; i < names.length; i++) {
            names[i] = columns.getColumnLabel(i + 1);
            if (Arrays.asList(names).indexOf(names[i]) < i) {
                throw new QueryException("Two columns of the result are called '" + names[i]
                        + "'; give one of them another name with 'as'");
            }
            forms[i] = form(columns.getColumnType(i + 1), columns.getColumnTypeName(i + 1));
        }
    }

    private static Form form(int jdbcType, String typeName) {
        String name = typeName.toLowerCase(Locale.ROOT);
        return new Form(
                switch (name) {
                    case "uuid" -> DataType.UUID;
                    case "json", "jsonb" -> DataType.JSON;
                    default -> type(jdbcType);
                },
                jdbcType == Types.TIMESTAMP_WITH_TIMEZONE || name.equals("timestamptz"));
    }

    private static DataType type(int jdbcType) {
        return switch (jdbcType) {
            case Types.BIT, Types.BOOLEAN -> DataType.BOOLEAN;
            case Types.TINYINT, Types.SMALLINT, Types.INTEGER, Types.BIGINT -> DataType.INTEGER;
            case Types.REAL, Types.FLOAT, Types.DOUBLE -> DataType.REAL;
            case Types.NUMERIC, Types.DECIMAL -> DataType.DECIMAL;
            case Types.DATE -> DataType.DATE;
            case Types.TIME -> DataType.TIME;
            case Types.TIMESTAMP, Types.TIMESTAMP_WITH_TIMEZONE -> DataType.TIMESTAMP;
            case Types.BINARY, Types.VARBINARY, Types.LONGVARBINARY, Types.BLOB -> DataType.BLOB;
            default -> DataType.TEXT;
        };
    }

    @Override
    public @Nullable Row next() {
        transaction.requireUsable();
        if (ended) {
            return null;
        }
        try {
            Row row = ahead == null ? fetch() : ahead.poll();
            if (row != null) {
                return row;
            }
        } catch (SQLException e) {
            failed = true;
            throw transaction.failed(e);
        }
        close();
        return null;
    }

    private @Nullable Row fetch() throws SQLException {
        if (!rows.next()) {
            return null;
        }
        @Nullable Object[] values = new @Nullable Object[names.length];
        for (int i = 0; i < values.length; i++) {
            if (typedValues) {
                forms[i] = formOf(rows.getObject(i + 1), forms[i]);
            }
            Object value = read(i + 1, forms[i]);
            values[i] = rows.wasNull() ? null : value;
        }
        return Row.of(rowType(), values);
    }

    /** The form of a value where it is none of its column's; null has any. */
    private static Form formOf(@Nullable Object value, Form former) {
        return value == null
                ? former
                : new Form(
                        value instanceof Number
                                ? value instanceof Double ? DataType.REAL : DataType.INTEGER
                                : value instanceof byte[] ? DataType.BLOB : DataType.TEXT,
                        false);
    }

    private RowType rowType() {
        RowType last = type;
        if (last == null || !isOfForms(last)) {
            List<Column> columns = new ArrayList<>();
            for (int i = 0; i < names.length; i++) {
                columns.add(Column.of(names[i], forms[i].type()));
            }
            last = RowType.of(columns);
            type = last;
        }
        return last;
    }

    private boolean isOfForms(RowType of) {
        for (int i = 0; i < forms.length; i++) {
            if (of.column(i).type() != forms[i].type()) {
                return false;
            }
        }
        return true;
    }

    private @Nullable Object read(int index, Form form) throws SQLException {
        return switch (form.type()) {
            case TEXT -> rows.getString(index);
            case INTEGER -> rows.getLong(index);
            case REAL -> rows.getDouble(index);
            case DECIMAL -> rows.getBigDecimal(index);
            case BOOLEAN -> rows.getBoolean(index);
            case TIMESTAMP -> instant(index, form);
            case DATE -> rows.getObject(index, LocalDate.class);
            case TIME -> rows.getObject(index, LocalTime.class);
            case UUID -> {
                String text = rows.getString(index);
                yield text == null ? null : UUID.fromString(text);
            }
            case BLOB -> {
                byte[] bytes = rows.getBytes(index);
                yield bytes == null ? null : Blob.of(bytes);
            }
            case JSON -> {
                String text = rows.getString(index);
                yield text == null ? null : Json.parse(text);
            }
        };
    }

    private @Nullable Object instant(int index, Form form) throws SQLException {
        if (form.zoned()) {
            OffsetDateTime time = rows.getObject(index, OffsetDateTime.class);
            return time == null ? null : time.toInstant();
        }
        LocalDateTime time = rows.getObject(index, LocalDateTime.class);
        return time == null ? null : time.toInstant(ZoneOffset.UTC);
    }

    @Override
    public void detach() throws SQLException {
        if (ahead == null && open) {
            Queue<Row> rest = new ArrayDeque<>();
            for (Row row = fetch(); row != null; row = fetch()) {
                rest.add(row);
            }
            ahead = rest;
            release();
        }
    }

    private void release() throws SQLException {
        if (open) {
            open = false;
            statement.close(); // and its result
        }
    }

    @Override
    public void close() {
        ended = true;
        ahead = null;
        transaction.closed(this);
        try {
            release();
        } catch (SQLException e) {
            // who was told of a failure need not hear of it again
            if (!failed) {
                throw transaction.errors().translate(e);
            }
        }
    }
}
