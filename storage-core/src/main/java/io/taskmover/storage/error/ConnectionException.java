package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** The connection to the place where the data lives was lost or could not be made. */
public final class ConnectionException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final boolean outcomeUnknown;

    public ConnectionException(String message) {
        super(message);
        this.outcomeUnknown = false;
    }

    public ConnectionException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private ConnectionException(String message, @Nullable Throwable cause, boolean outcomeUnknown) {
        super(message, cause);
        this.outcomeUnknown = outcomeUnknown;
    }

    /** Of a connection that was lost while a transaction was committed: it may be, so that it is not to be run again. */
    public static ConnectionException ofUnknownOutcome(String message, @Nullable Throwable cause) {
        return new ConnectionException(message, cause, true);
    }

    /** Whether what was to be committed may be so. */
    public boolean isOutcomeUnknown() {
        return outcomeUnknown;
    }

    @Override
    public boolean retryable() {
        return !outcomeUnknown;
    }
}
