package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** How values of a column's type stand in a {@link Row} and in the database. Stateless, chosen once per column. */
interface ColumnCodec {

    /**
     * The value in a column of the current row; null for null.
     *
     * @throws IllegalArgumentException if what is stored is no value of the type
     */
    @Nullable
    Object read(ResultSet row, int index) throws SQLException;

    /** Sets a parameter; {@code value} is of the column's type. */
    void bind(PreparedStatement statement, int index, Object value) throws SQLException;

    /** Whether the database takes values for equal that are not, so that one is found for another. */
    default boolean equatesLoosely() {
        return false;
    }

    /** What is lost if {@code value} is stored, as a phrase that completes "column …"; null if nothing is. */
    default @Nullable String lossOf(Object value) {
        return null;
    }

    /** Sets a parameter to a value or to null. */
    static void bindOrNull(ColumnCodec codec, PreparedStatement statement, int index, @Nullable Object value)
            throws SQLException {
        if (value == null) {
            statement.setObject(index, null);
        } else {
            codec.bind(statement, index, value);
        }
    }
}
