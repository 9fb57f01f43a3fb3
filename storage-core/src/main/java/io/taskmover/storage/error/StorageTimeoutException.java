package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** The work took longer than the timeout of its transaction or of the store. */
public final class StorageTimeoutException extends StorageException {
    private static final long serialVersionUID = 1L;

    public StorageTimeoutException(String message) {
        super(message);
    }

    public StorageTimeoutException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
