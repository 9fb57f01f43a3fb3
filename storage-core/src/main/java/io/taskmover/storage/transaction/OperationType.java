package io.taskmover.storage.transaction;

/** What a queued operation does; see {@link Transaction#addOperation}. */
public enum OperationType {
    INSERT,
    UPDATE,
    DELETE
}
