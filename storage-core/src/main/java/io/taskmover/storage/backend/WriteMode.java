package io.taskmover.storage.backend;

/** What a write of a row does when its key exists already, or does not. */
public enum WriteMode {
    /** A key that exists is a {@link io.taskmover.storage.error.DuplicateKeyException}. */
    INSERT,
    /** A key that does not exist is a {@link io.taskmover.storage.error.NotFoundException}. */
    UPDATE,
    /** Inserts or updates, whichever fits. */
    UPSERT
}
