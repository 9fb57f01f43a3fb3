package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** The row to update does not exist. */
public final class NotFoundException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String table;
    private final transient @Nullable Object id;

    public NotFoundException(String message, String table, @Nullable Object id) {
        super(message);
        this.table = table;
        this.id = id;
    }

    public String table() {
        return table;
    }

    public @Nullable Object id() {
        return id;
    }
}
