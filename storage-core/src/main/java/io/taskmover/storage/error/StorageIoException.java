package io.taskmover.storage.error;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A file could not be read or written. Nothing that was acknowledged before is lost. */
public final class StorageIoException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;
    private final boolean diskFull;

    public StorageIoException(String message, Path path, boolean diskFull, @Nullable Throwable cause) {
        super(message, cause);
        this.path = path;
        this.diskFull = diskFull;
    }

    /** The file or directory at which it failed. */
    public Path path() {
        return path;
    }

    /** Whether the cause is that no space is left: writing can go on once there is some. */
    public boolean diskFull() {
        return diskFull;
    }

    @Override
    public boolean retryable() {
        return diskFull;
    }
}
