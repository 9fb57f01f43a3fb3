package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** Another process or transaction holds the store; the message names the owner where it is known. */
public final class LockedException extends StorageException {
    private static final long serialVersionUID = 1L;

    public LockedException(String message) {
        super(message);
    }

    public LockedException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
