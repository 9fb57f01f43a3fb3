package io.taskmover.storage.sql;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import java.sql.SQLException;

/** What the error codes of a database's server mean. */
interface ServerErrors extends SqlErrors {

    /** The database, for messages. */
    String place();

    /** Whether a prepared branch could not be ended because another session has it, or has ended it. */
    boolean isBranchElsewhere(SQLException e);

    /** A lost connection is no answer. */
    @Override
    default boolean isInDoubt(StorageException failure) {
        return failure instanceof ConnectionException;
    }

    /** Whether a failure comes of what others did at the same time, so that a transaction of our own can run again. */
    static boolean isPassing(StorageException failure) {
        return failure instanceof ConflictException && failure.getCause() instanceof SQLException;
    }
}
