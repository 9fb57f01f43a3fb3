package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** A table, column or index is missing, exists already, or does not fit what was asked of it. */
public final class SchemaException extends StorageException {
    private static final long serialVersionUID = 1L;

    public SchemaException(String message) {
        super(message);
    }

    public SchemaException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
