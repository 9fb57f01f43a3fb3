package io.taskmover.storage.backend;

/** A place in a transaction to roll back to. Belongs to the transaction that made it. */
public interface Savepoint {}
