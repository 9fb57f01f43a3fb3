package io.taskmover.storage.testkit;

/** What {@link io.taskmover.storage.backend.StorageBackend} and the interfaces around it promise, method by method. */
public interface StorageBackendContract
        extends WriteContract,
                BulkChangeContract,
                VersionContract,
                GeneratedKeyContract,
                ConstraintContract,
                UniqueIndexContract,
                IndexChoiceContract,
                ReadContract,
                TransactionContract,
                SavepointContract,
                TwoPhaseContract,
                IsolationContract,
                AnomalyContract,
                CatalogContract,
                AlterTableContract,
                LifecycleContract,
                CommitListenerContract,
                BackupContract,
                MapMethodsContract,
                SqlContract,
                HostileNamesContract {}
