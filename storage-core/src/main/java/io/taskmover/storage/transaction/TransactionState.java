package io.taskmover.storage.transaction;

/** Where a transaction is in its life. */
public enum TransactionState {
    ACTIVE,
    COMMITTED,
    ROLLED_BACK,
    /**
     * It is not known here whether it is committed or rolled back: the disk failed at the moment of the decision. That shows
     * when its stores are opened again.
     */
    IN_DOUBT
}
