package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** The backend lacks a capability that was asked for; {@code Capabilities} says what it has. */
public final class UnsupportedException extends StorageException {
    private static final long serialVersionUID = 1L;

    public UnsupportedException(String message) {
        super(message);
    }

    public UnsupportedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
