package io.taskmover.storage.error;

import org.jspecify.annotations.Nullable;

/**
 * Someone else committed a change of the same row first: the row is no longer what the transaction, or the entity's
 * version, saw. Read it again and retry.
 */
public final class ConflictException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String table;
    private final transient @Nullable Object id;
    private final transient @Nullable Object expected;
    private final transient @Nullable Object actual;

    /**
     * @param expected the version that the writer saw, or null if it has none to name
     * @param actual the version that is stored now, or null if the row is gone or has no version
     */
    public ConflictException(
            String message, String table, @Nullable Object id, @Nullable Object expected, @Nullable Object actual) {
        super(message);
        this.table = table;
        this.id = id;
        this.expected = expected;
        this.actual = actual;
    }

    public String table() {
        return table;
    }

    public @Nullable Object id() {
        return id;
    }

    public @Nullable Object expected() {
        return expected;
    }

    public @Nullable Object actual() {
        return actual;
    }

    @Override
    public boolean retryable() {
        return true;
    }
}
