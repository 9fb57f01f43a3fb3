package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** The configuration is not one that a store can be opened with: an unknown scheme, option or value. */
public final class ConfigException extends StorageException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }

    public ConfigException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
