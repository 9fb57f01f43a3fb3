package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;

/** A layer that weakens isolation in silence: whatever is asked for, transactions are READ_COMMITTED. */
public final class ReadCommittedBackend extends ForwardingBackend {
    public ReadCommittedBackend(StorageBackend delegate) {
        super(delegate);
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return super.begin(options.withIsolation(Isolation.READ_COMMITTED));
    }
}
