package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/**
 * Stored bytes are not what was written: a checksum differs, or a file that must be there is not. The message names
 * the place. Nothing is changed by finding it.
 */
public final class CorruptionException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String place;

    /** @param place the file and, where known, the offset in bytes or the line */
    public CorruptionException(String message, String place, @Nullable Throwable cause) {
        super(message, cause);
        this.place = place;
    }

    /** The file and, where known, the offset in bytes or the line. */
    public String place() {
        return place;
    }
}
