package io.taskmover.storage.transaction;

/** Work in a transaction that has a result. */
@FunctionalInterface
public interface TxWork<R, X extends Exception> {
    R run(Transaction tx) throws X;
}
