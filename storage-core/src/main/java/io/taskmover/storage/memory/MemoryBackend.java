package io.taskmover.storage.memory;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.CommitLog;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A store that lives and ends with this object: {@code memory:}. Each one is a store of its own. */
public final class MemoryBackend implements StorageBackend {
    private static final Capabilities CAPABILITIES = Capabilities.of(
            Engine.ISOLATION,
            Feature.CONCURRENT_WRITERS,
            Feature.TRANSACTIONAL_DDL,
            Feature.TWO_PHASE,
            Feature.BACKUPS);

    private volatile @Nullable Engine engine;

    /** A store that is not connected yet. */
    public MemoryBackend() {}

    @Override
    public synchronized void connect(StorageConfig config) {
        if (engine != null) {
            throw new IllegalStateException("The store is connected already, or was closed");
        }
        engine = new Engine(CommitLog.NONE, config.clock(), config.timeout(), config.readOnly());
    }

    private Engine engine() {
        Engine connected = engine;
        if (connected == null) {
            throw new IllegalStateException("The store is not connected; call connect first");
        }
        return connected;
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return engine().begin(options);
    }

    @Override
    public List<PreparedTransaction> inDoubt() {
        return engine().inDoubt();
    }

    @Override
    public void onCommit(CommitListener listener) {
        engine().onCommit(listener);
    }

    @Override
    public Verification verify() {
        return engine().verify();
    }

    @Override
    public StorageMetrics metrics() {
        return engine().metrics();
    }

    @Override
    public void close() {
        Engine connected = engine;
        if (connected != null) {
            connected.awaitDecisions();
            connected.close();
        }
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        return engine().find(table, id);
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        return engine().write(table, mode, rows);
    }

    @Override
    public boolean delete(String table, Object id) {
        return engine().delete(table, id);
    }

    @Override
    public TableSchema schemaOf(String table) {
        return engine().schemaOf(table);
    }
}
