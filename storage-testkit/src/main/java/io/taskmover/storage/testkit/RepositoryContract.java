package io.taskmover.storage.testkit;

/** What {@link io.taskmover.storage.Repository} and {@link io.taskmover.storage.Storage} promise on every backend. */
public interface RepositoryContract
        extends EntityContract,
                EntityQueryContract,
                EntityTransactionContract,
                EntityVersionsContract,
                EvolutionContract,
                PageContract {}
