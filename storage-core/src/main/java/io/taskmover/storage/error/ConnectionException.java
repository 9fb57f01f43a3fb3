package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** The connection to the place where the data lives was lost or could not be made. */
public final class ConnectionException extends StorageException {
    private static final long serialVersionUID = 1L;

    public ConnectionException(String message) {
        super(message);
    }

    public ConnectionException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
