package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/** A row with the same primary key, or the same value under a unique index, exists already. */
public final class DuplicateKeyException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String table;
    private final transient @Nullable Object id;
    private final @Nullable String index;

    /** @param index the unique index that is violated, or null for the primary key */
    public DuplicateKeyException(
            String message, String table, @Nullable Object id, @Nullable String index, @Nullable Throwable cause) {
        super(message, cause);
        this.table = table;
        this.id = id;
        this.index = index;
    }

    public String table() {
        return table;
    }

    /** The primary key of the row that was refused. */
    public @Nullable Object id() {
        return id;
    }

    /** The unique index that is violated; null for the primary key. */
    public @Nullable String index() {
        return index;
    }
}
