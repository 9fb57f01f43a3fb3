package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.CommitListener;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.metrics.ContinuedMetrics;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A folder of plain JSON files: {@code DIR/<table>/<id>.json}, one for each row, beside {@code DIR/.storage} with what
 * is not for people. A commit is acknowledged when its journal record is durable; the JSON files follow within a
 * second, while commits keep coming in within a few. The format is in {@code docs/formats/file-store.md}.
 *
 * <p>One process writes, any number read beside it with {@code mode=ro}: they see what was committed when they opened
 * the store or last called {@link #refresh}, which costs as much as opening it, and change none of its files. While a
 * reader has the store open, later commits stay in the journal. When too much waits there, the oldest reader is not
 * considered any longer: what it then misses is a {@link ConflictException} in a transaction, and the next transaction
 * sees the newest commits.
 *
 * <p>{@code durability} is {@code sync} (default), {@code batched:DURATION} or {@code none}. Keys and
 * index entries are held in memory, and as many rows as {@code memory} allows: a size such as {@code 64MiB}, by default a
 * quarter of the heap.
 *
 * <p>Files and directories are made for their owner only (0600, 0700). Symbolic links inside the directory are refused,
 * and so is a directory on a network file system, unless {@code allowNetwork} names its type: {@code nfs,cifs}.
 *
 * <p>A JSON file that cannot be understood is left alone: the store opens, {@link #verify} reports it, and what would
 * have to know its content fails with a {@link io.taskmover.storage.error.CorruptionException} that names it: every
 * use of the id that the file's name stands for, and of the queries of its table those that have to read the row that
 * stood there or, if none that is known did, all. Finding and writing other ids works.
 * Members that are no columns of the table become nullable JSON columns.
 */
public final class FileSystemBackend implements StorageBackend {
    private static final Capabilities CAPABILITIES = Capabilities.of(
            Engine.ISOLATION,
            Feature.DURABLE,
            Feature.CONCURRENT_WRITERS,
            Feature.TRANSACTIONAL_DDL,
            Feature.TWO_PHASE,
            Feature.BACKUPS);

    /** How long a single look-up waits for a change of its row's file to be taken over. */
    private static final long EDIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final Disk disk;
    private final Bounds bounds;
    private final List<CommitListener> listeners = new CopyOnWriteArrayList<>();
    private volatile @Nullable OpenStore store;
    private volatile @Nullable StorageConfig config;
    private volatile @Nullable ContinuedMetrics metrics;
    private boolean closed;

    public FileSystemBackend() {
        this(new RealDisk(), Bounds.USUAL);
    }

    /** For tests: with a disk that counts or fails, and another bound of what may wait to become files. */
    FileSystemBackend(Disk disk, long maxBacklog) {
        this(disk, Bounds.USUAL.withBacklogBytes(maxBacklog));
    }

    /** For tests: with other bounds. */
    FileSystemBackend(Disk disk, Bounds bounds) {
        this.disk = disk;
        this.bounds = bounds;
    }

    @Override
    public void connect(StorageConfig config) {
        connect(StoreFiles.root(config), config);
    }

    /** For tests: in a directory of any file system. */
    synchronized void connect(Path root, StorageConfig settings) {
        if (store != null) {
            throw new IllegalStateException("This backend is connected already");
        }
        config = settings;
        store = settings.readOnly()
                ? StoreReader.open(root, settings, disk)
                : StoreFiles.open(root, settings, disk, bounds);
        metrics = new ContinuedMetrics(store().metrics());
    }

    private OpenStore store() {
        OpenStore open = store;
        if (open == null) {
            throw new IllegalStateException("This backend is not connected");
        }
        return open;
    }

    /** For tests: returns when every commit so far is in the JSON files, as far as readers let them change. */
    void drain() {
        store().drain();
    }

    /** For tests: returns true when every change of files by others that is known of is taken over. */
    boolean awaitEdits() {
        return store().awaitEdits(TimeUnit.SECONDS.toNanos(30));
    }

    /** For tests: how many commits were in the journal only when the store was opened. */
    int replayed() {
        return store().replayed();
    }

    /** For tests: how often a row had to be read from a file since the store was opened. */
    long reads() {
        return store().view().engine().cacheStatistics().orElseThrow().misses();
    }

    @Override
    public Capabilities capabilities() {
        return CAPABILITIES;
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return store().begin(options);
    }

    @Override
    public List<PreparedTransaction> inDoubt() {
        return store().view().engine().inDoubt();
    }

    @Override
    public boolean isDeciding(String globalId, boolean clientGone) {
        return !clientGone && store().mayBeDeciding(globalId);
    }

    @Override
    public void refresh() {
        store().refresh();
    }

    @Override
    public void sync() {
        store().sync();
    }

    /** A store that is open for reading only tells nothing of what others commit: it does not look on its own. */
    @Override
    public synchronized void onCommit(CommitListener listener) {
        store().view().engine().onCommit(listener);
        listeners.add(listener);
    }

    @Override
    public Verification verify() {
        return store().verify();
    }

    /**
     * Repairs the store in a directory. What is damaged is in {@code DIR/.quarantine} then, with {@code repair.log}, which
     * says what each of the files there is. A row whose file or line is damaged gets back the value that the journal still
     * has, or else is deleted, and named; of a damaged journal every whole commit is kept, and the rows in the others are
     * named as far as they can be read; a manifest that is damaged or gone is made again of the JSON files. A table whose
     * directory is gone, or most of its files, stays as it is and is among the problems.
     */
    @Override
    public Repair repair(StorageConfig config) {
        return repair(StoreFiles.root(config), config);
    }

    /** For tests: in a directory of any file system. */
    synchronized Repair repair(Path root, StorageConfig config) {
        if (store != null) {
            throw new IllegalStateException("This backend is connected: close it, and repair with another one");
        }
        return StoreRepair.run(root, config, disk, bounds);
    }

    /**
     * Another content is loaded as a store of its own, inside of {@code DIR/.storage}. To put it in its place the store is
     * closed and opened again. Nobody may read it beside this one then, and what else is in its tables' directories is
     * removed with them.
     */
    @Override
    public Replacement beginReplacement() {
        OpenStore open = store();
        StorageConfig settings = Objects.requireNonNull(config);
        if (!(open instanceof StoreFiles live)) {
            throw new UnsupportedException(
                    "The store was opened read-only; open it without mode=ro to replace what it holds");
        }
        try {
            new StoreSwitch(disk, live.paths()).clearRest(settings.clock().instant());
            return FileReplacement.begin(
                    new FileSystemBackend(disk, bounds),
                    live.paths(),
                    Layout.of(live.paths(), StoreFiles.Settings.of(settings).layout()),
                    settings,
                    loaded -> switchTo(loaded, live, settings),
                    () -> forgetReplacement(live.paths()));
        } catch (IOException e) {
            throw Failures.io("replace what is in", live.paths().root(), e);
        }
    }

    private void forgetReplacement(StorePaths paths) {
        try {
            new StoreSwitch(disk, paths).clear();
        } catch (IOException e) {
            Threads.LOG.warn("{} could not be removed; it will be by the next replacement", paths.replacement(), e);
        }
    }

    private synchronized void switchTo(FileSystemBackend loaded, StoreFiles live, StorageConfig settings) {
        if (closed || store != live) {
            throw new IllegalStateException("The store was closed, or replaced by another content, meanwhile");
        }
        if (!live.view().engine().inDoubt().isEmpty()) {
            throw new LockedException(
                    "The store " + live.paths().root() + " holds prepared transactions over several stores;"
                            + " what it holds is replaced when they are decided");
        }
        live.awaitDecisions();
        FileReplacement.keepDecisions(this, loaded);
        loaded.close();
        live.close();
        StorePaths paths = live.paths();
        StoreLock lock =
                StoreLock.acquire(paths.root(), paths.lock(), settings.clock().instant());
        StorageException refused = null;
        try {
            new StoreSwitch(disk, paths).decide(lock.readers(paths));
        } catch (IOException e) {
            refused = Failures.io("replace what is in", paths.root(), e);
        } catch (StorageException e) {
            refused = e;
        }
        // the one or the other content: what is decided shows here
        StoreFiles opened = StoreFiles.open(paths, lock, StoreFiles.Settings.of(settings), settings, disk, bounds);
        listeners.forEach(opened.view().engine()::onCommit);
        store = opened;
        metrics().replace(opened.metrics());
        if (refused != null) {
            throw refused;
        }
        listeners.forEach(listener -> listener.committed(CommitOrigin.APPLICATION, List.of()));
    }

    @Override
    public ContinuedMetrics metrics() {
        ContinuedMetrics connected = metrics;
        if (connected == null) {
            throw new IllegalStateException("This backend is not connected");
        }
        return connected;
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        OpenStore open = store();
        for (int attempt = 1; ; attempt++) {
            OpenStore.View view = open.view();
            if (!view.broken().isEmpty()) {
                view.broken().requireWhole(table, id);
            }
            try {
                return view.engine().find(table, id);
            } catch (ConflictException e) {
                // nothing says which snapshot it has to be: if there is a newer one, that will do
                if (attempt == MAX_ATTEMPTS || (open.view() == view && !open.awaitEdits(EDIT_NANOS))) {
                    throw e;
                }
            }
        }
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        OpenStore.View view = store().view();
        if (!view.broken().isEmpty()) {
            TableSchema schema = view.engine().schemaOf(table);
            rows.forEach(row -> view.broken().requireWhole(schema, row));
        }
        return view.engine().write(table, mode, rows);
    }

    @Override
    public boolean delete(String table, Object id) {
        OpenStore.View view = store().view();
        if (!view.broken().isEmpty()) {
            view.broken().requireWhole(table, id);
        }
        return view.engine().delete(table, id);
    }

    @Override
    public TableSchema schemaOf(String table) {
        return store().view().engine().schemaOf(table);
    }

    @Override
    public synchronized void close() {
        OpenStore open = store;
        if (open != null && !closed) {
            open.awaitDecisions();
            closed = true;
            open.close();
        }
    }
}
