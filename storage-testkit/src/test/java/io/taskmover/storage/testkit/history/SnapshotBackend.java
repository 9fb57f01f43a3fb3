package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;

/** A layer that weakens isolation in silence: whatever is asked for, transactions get a snapshot. */
final class SnapshotBackend extends ForwardingBackend {
    SnapshotBackend(StorageBackend delegate) {
        super(delegate);
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return super.begin(options.withIsolation(Isolation.SNAPSHOT));
    }
}
