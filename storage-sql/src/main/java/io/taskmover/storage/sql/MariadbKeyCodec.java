package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The form of a text or of bytes in a key: bounded, for an index of InnoDB has 3072 bytes and takes each character for
 * four of them. Where texts are not the key's only part of the kind, they stand in it as bytes of UTF-8: their order is the
 * same, and they may all be as long as keys may be.
 *
 * @param characters whether it is a text as characters; else as bytes
 * @param most how many characters, or bytes
 */
record MariadbKeyCodec(DataType type, boolean characters, int most) implements ColumnCodec {
    /** The longest entry of an index, in bytes. */
    static final int MAX_INDEX_BYTES = 3072;

    static final int BYTES_PER_CHARACTER = 4;

    /** The form of a column of a table's key that is of a type without bounds. */
    static MariadbKeyCodec of(TableSchema schema, Column column) {
        int left = MAX_INDEX_BYTES;
        int unbounded = 0;
        for (String name : schema.primaryKey()) {
            DataType type = schema.column(name).type();
            if (isBounded(type)) {
                left -= width(type);
            } else {
                unbounded++;
            }
        }
        boolean characters = column.type() == DataType.TEXT && unbounded == 1;
        int most = characters ? left / BYTES_PER_CHARACTER : left / unbounded;
        return new MariadbKeyCodec(column.type(), characters, Math.min(TableSchema.MAX_KEY_BYTES, most));
    }

    static boolean isBounded(DataType type) {
        return width(type) > 0;
    }

    /** The bytes of a type's values; 0 if there is no bound to them. */
    static int width(DataType type) {
        return switch (type) {
            case INTEGER, REAL -> 8;
            case BOOLEAN -> 1;
            case UUID -> 16;
            case DATE -> 10;
            case TIME -> 18;
            case TIMESTAMP -> 30;
            case TEXT, DECIMAL, BLOB, JSON -> 0;
        };
    }

    /** The bytes of an index that a column of this form takes. */
    int indexBytes() {
        return characters ? most * BYTES_PER_CHARACTER : most;
    }

    @Override
    public @Nullable Object read(ResultSet row, int index) throws SQLException {
        if (type == DataType.BLOB || characters) {
            return OwnCodecs.of(type).read(row, index);
        }
        byte[] bytes = row.getBytes(index);
        return bytes == null ? null : new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public void bind(PreparedStatement statement, int index, Object value) throws SQLException {
        if (type == DataType.BLOB || characters) {
            OwnCodecs.of(type).bind(statement, index, value);
        } else {
            statement.setBytes(index, ((String) value).getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    public @Nullable String lossOf(Object value) {
        long length = value instanceof Blob blob ? blob.length() : lengthOf((String) value);
        return length <= most
                ? null
                : "must have at most " + most + (characters ? " characters" : " bytes") + " as a part of this key, not "
                        + length;
    }

    private int lengthOf(String text) {
        return characters ? text.codePointCount(0, text.length()) : text.getBytes(StandardCharsets.UTF_8).length;
    }
}
