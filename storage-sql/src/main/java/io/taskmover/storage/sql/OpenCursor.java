package io.taskmover.storage.sql;

import io.taskmover.storage.backend.RowCursor;
import java.sql.SQLException;

/** A cursor over a statement of a transaction, which closes it at its end. */
interface OpenCursor extends RowCursor {

    /** Reads the rest into memory and frees the statement, since a write is about to change what it reads. */
    void detach() throws SQLException;
}
