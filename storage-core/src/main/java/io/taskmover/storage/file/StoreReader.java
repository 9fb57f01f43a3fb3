package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.metrics.ContinuedMetrics;
import io.taskmover.storage.metrics.StorageMetrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * A store open for reading only, beside whoever else has it open. Shows one snapshot until it is refreshed; a
 * transaction keeps the one that it began with.
 */
final class StoreReader implements OpenStore {
    private final Disk disk;
    private final StorePaths paths;
    private final StorageConfig config;
    private final long memory;
    /** Held by the one who refreshes: the later of two shows the later snapshot. */
    private final Object refreshing = new Object();
    /** Changed under the lock of this; read without where one that is just being replaced will do. */
    private volatile ReaderView current;

    private final ContinuedMetrics metrics;
    // guarded by this
    private final Set<ReaderView> former = new HashSet<>();
    private boolean closed;

    private StoreReader(Disk disk, StorePaths paths, StorageConfig config, long memory, ReaderView first) {
        this.disk = disk;
        this.paths = paths;
        this.config = config;
        this.memory = memory;
        this.current = first;
        this.metrics = new ContinuedMetrics(first.metrics());
    }

    /** Opens the store in a directory, as it is now; nothing is held after a failure. */
    static StoreReader open(Path root, StorageConfig config, Disk disk) {
        long memory = MemoryBudget.parse(config.option(MemoryBudget.OPTION).orElse(null));
        Durability unused = Durability.parse(config.option(Durability.OPTION).orElse(null));
        StorePaths paths = place(root, config);
        return new StoreReader(disk, paths, config, memory, ReaderView.open(disk, paths, config, memory));
    }

    private static StorePaths place(Path root, StorageConfig config) {
        StorePaths named = new StorePaths(root);
        StoreFiles.requireStore(named, false, "mode=ro");
        NetworkFileSystems.refuse(root, config);
        try {
            Links.refuseInside(named.internals());
            return new StorePaths(root.toRealPath());
        } catch (IOException e) {
            throw Failures.io("open the store", root, e);
        }
    }

    /** What another process that writes the store is about to do is known to nobody else. */
    @Override
    public boolean mayBeDeciding(String globalId) {
        return switch (StoreLock.probe(paths)) {
            case LOCKED -> false;
            case HELD_IN_THIS_PROCESS -> Engine.isDeciding(globalId);
            case HELD_BY_ANOTHER_PROCESS -> true;
        };
    }

    @Override
    public View view() {
        return current().view();
    }

    /** The snapshot for new work: another one than before if that has lost a row. */
    private ReaderView current() {
        ReaderView now = current;
        if (now.isLost()) {
            synchronized (refreshing) {
                if (now == current) {
                    replace();
                }
            }
        }
        return current;
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        while (true) {
            ReaderView now = current();
            synchronized (this) {
                if (now == current) {
                    BackendTransaction transaction = now.view().begin(options);
                    now.users++;
                    return new Reading(transaction, now);
                }
            }
        }
    }

    private synchronized void ended(ReaderView view) {
        if (--view.users == 0 && former.remove(view)) {
            view.close();
        }
    }

    @Override
    public void refresh() {
        synchronized (refreshing) {
            replace();
        }
    }

    /** Shows the newest snapshot; transactions begin and end meanwhile. */
    private void replace() {
        requireOpen();
        ReaderView fresh = ReaderView.open(disk, paths, config, memory);
        synchronized (this) {
            ReaderView unneeded = closed ? fresh : current;
            if (!closed) {
                current = fresh;
                metrics.replace(fresh.metrics());
            }
            if (unneeded.users == 0) {
                unneeded.close();
            } else {
                former.add(unneeded);
            }
        }
    }

    private synchronized void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The store is closed");
        }
    }

    @Override
    public int replayed() {
        return current.replayed();
    }

    /** Nothing waits. */
    @Override
    public void drain() {}

    /** It takes nothing over while it is open. */
    @Override
    public boolean awaitEdits(long nanos) {
        return false;
    }

    @Override
    public StorageMetrics metrics() {
        return metrics;
    }

    /** Checks the newest snapshot, which it does not show. */
    @Override
    public Verification verify() {
        requireOpen();
        try (ReaderView fresh = ReaderView.open(disk, paths, config, memory)) {
            return fresh.verify();
        }
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            former.add(current);
            for (ReaderView view : former) {
                view.view().engine().close();
                view.close();
            }
            former.clear();
        }
    }

    /** A transaction that keeps its snapshot until it ends. */
    private final class Reading extends ForwardingTransaction {
        private final ReaderView view;
        private boolean ended;

        Reading(BackendTransaction delegate, ReaderView view) {
            super(delegate);
            this.view = view;
        }

        @Override
        public void commit() {
            try {
                super.commit();
            } finally {
                end();
            }
        }

        @Override
        public void rollback() {
            try {
                super.rollback();
            } finally {
                end();
            }
        }

        @Override
        public void close() {
            try {
                super.close();
            } finally {
                end();
            }
        }

        private void end() {
            if (!ended) {
                ended = true;
                ended(view);
            }
        }
    }
}
