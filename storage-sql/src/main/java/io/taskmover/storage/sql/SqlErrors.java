package io.taskmover.storage.sql;

import io.taskmover.storage.error.StorageException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What a database's error codes mean, in this library's exceptions. */
interface SqlErrors {

    /** An error of a statement on no particular row. */
    StorageException translate(SQLException e);

    /** An error of the write of a row; {@code id} is null if nobody knows which. */
    StorageException translate(SQLException e, StoredTable table, @Nullable Object id);

    /** Whether the statement names a table or column that is not there, or not as it was. */
    boolean isOutdated(SQLException e);

    /** An error of a commit. */
    StorageException translateCommit(SQLException e);

    /** Whether a commit that failed so may have happened all the same. */
    boolean isInDoubt(StorageException failure);
}
