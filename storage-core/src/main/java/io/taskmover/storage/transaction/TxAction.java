package io.taskmover.storage.transaction;

/** Work in a transaction that has no result. */
@FunctionalInterface
public interface TxAction<X extends Exception> {
    void run(Transaction tx) throws X;
}
