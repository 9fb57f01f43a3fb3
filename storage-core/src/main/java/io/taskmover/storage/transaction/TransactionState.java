package io.taskmover.storage.transaction;

/** Where a transaction is in its life. */
public enum TransactionState {
    ACTIVE,
    COMMITTED,
    ROLLED_BACK
}
