package io.taskmover.storage.sql;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import java.security.GeneralSecurityException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What the error codes of a database's server mean. */
interface ServerErrors extends SqlErrors {

    /** The database, for messages. */
    String place();

    /**
     * That a server's certificate is refused, and why: not every driver says so. Null if a failure is another.
     *
     * @param place the database, for the message
     */
    static @Nullable ConnectionException ofCertificate(SQLException e, String place) {
        boolean refused = false;
        Throwable reason = e;
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            refused |= cause instanceof GeneralSecurityException;
            reason = cause;
        }
        return refused
                ? new ConnectionException(
                        "The certificate of " + place + " is refused: " + reason.getMessage()
                                + ". See whether it is valid, is for this name, and comes from whom this program trusts",
                        e)
                : null;
    }

    /** Whether a prepared branch could not be ended because another session has it, or has ended it. */
    boolean isBranchElsewhere(SQLException e);

    /** Whether the server itself ended the connection, and says so: what it was about to do there is not done. */
    default boolean isEndedByServer(SQLException e) {
        return false;
    }

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
