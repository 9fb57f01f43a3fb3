package io.taskmover.storage.sql;

import java.sql.PreparedStatement;
import java.sql.SQLException;

/**
 * A parameter of a planned statement.
 *
 * @param number the literal's number in its {@link QueryShape}, or {@link #LIMIT} or {@link #OFFSET}
 * @param form how the literal is put in
 */
record Slot(int number, Form form) {
    /** Stands for the most rows to return. */
    static final int LIMIT = -1;
    /** Stands for the rows to leave out. */
    static final int OFFSET = -2;

    /** A way to put a literal into a statement. */
    @FunctionalInterface
    interface Form {
        /** @param value null only where a column is set to it */
        void bind(PreparedStatement statement, int index, Object value) throws SQLException;
    }
}
