package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/**
 * Something that the storage could not do. The message says what happened, to which table and row, and what to do
 * next; the subclass says of which kind it is. Unchecked.
 */
public class StorageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StorageException(String message) {
        super(message);
    }

    public StorageException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    /** Whether the same work, done again in a new transaction, can succeed without any change by the caller. */
    public boolean retryable() {
        return false;
    }
}
