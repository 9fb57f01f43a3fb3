package io.taskmover.storage.transaction;

/** What becomes of work that is to run in a transaction, where its thread takes part in one already. */
public enum Propagation {
    /** It joins the thread's transaction; without one it gets a transaction of its own. */
    REQUIRED,
    /**
     * It gets a transaction of its own that ends with it, whatever becomes of the thread's, which takes no part
     * meanwhile. Fails at once where the store lets one transaction write at a time and the thread's may: the new one
     * could only wait for it forever.
     */
    REQUIRES_NEW,
    /** It is a part of the thread's transaction that can be undone on its own, by a savepoint; without one, as REQUIRED. */
    NESTED
}
