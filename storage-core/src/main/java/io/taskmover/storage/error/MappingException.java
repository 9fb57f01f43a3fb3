package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** A class cannot be mapped to a table, or a stored value not to the class. */
public final class MappingException extends StorageException {
    private static final long serialVersionUID = 1L;

    public MappingException(String message) {
        super(message);
    }

    public MappingException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
