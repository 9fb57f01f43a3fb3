package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/**
 * Migrations cannot be planned, applied or rolled back: they do not fit together, do not fit what the store's history says, or
 * one of them failed. The message names the version and the way out.
 */
public final class MigrationException extends StorageException {
    private static final long serialVersionUID = 1L;

    public MigrationException(String message) {
        super(message);
    }

    public MigrationException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
