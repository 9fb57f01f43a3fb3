package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.CommitLog;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** A store open for writing: its lock, its threads and its engine, taken in one order and let go in the other. */
final class StoreFiles implements OpenStore {
    private static final long MIN_BACKLOG_BYTES = 1 << 20;

    private final StorePaths paths;
    private final StoreLock lock;
    private final FileTasks tasks;
    private final Journal journal;
    private final Materialiser materialiser;
    private final RowFiles rows;
    private final EditWatch watch;
    private final Edits edits;
    private final int replayed;
    private final View view;

    private StoreFiles(
            StorePaths paths,
            StoreLock lock,
            FileTasks tasks,
            Journal journal,
            Materialiser materialiser,
            RowFiles rows,
            EditWatch watch,
            Edits edits,
            int replayed,
            View view) {
        this.paths = paths;
        this.lock = lock;
        this.tasks = tasks;
        this.journal = journal;
        this.materialiser = materialiser;
        this.rows = rows;
        this.watch = watch;
        this.edits = edits;
        this.replayed = replayed;
        this.view = view;
    }

    /** Opens, and recovers if need be, the store in a directory; nothing is held after a failure. */
    static StoreFiles open(Path root, StorageConfig config, Disk disk, Bounds bounds) {
        Settings settings = Settings.of(config);
        StorePaths paths = create(root, config, disk);
        StoreLock lock = StoreLock.acquire(root, paths.lock(), config.clock().instant());
        return open(paths, lock, settings, config, disk, bounds);
    }

    /** What a URL says of a store's files. */
    record Settings(
            Durability durability, long memory, @Nullable Layout layout, Deletions deletions, InDoubt inDoubt) {
        static Settings of(StorageConfig config) {
            return new Settings(
                    Durability.parse(config.option(Durability.OPTION).orElse(null)),
                    MemoryBudget.parse(config.option(MemoryBudget.OPTION).orElse(null)),
                    Layout.parse(config.option(Layout.OPTION).orElse(null)),
                    Deletions.parse(config.option(Deletions.OPTION).orElse(null)),
                    InDoubt.of(config));
        }
    }

    /** The same for a store that is locked already; lets the lock go after a failure, and when it is closed. */
    static StoreFiles open(
            StorePaths paths, StoreLock lock, Settings settings, StorageConfig config, Disk disk, Bounds bounds) {
        long memory = settings.memory();
        FileTasks tasks = new FileTasks(bounds.fewFiles());
        CommitLog log = CommitLog.NONE;
        DirectoryWatch directories = null;
        boolean open = false;
        try {
            new StoreSwitch(disk, paths).finish();
            RowFiles rows = rows(Layout.of(paths, settings.layout()), disk, paths, tasks, bounds);
            Recovery recovery = new Recovery(disk, paths, rows, settings.deletions());
            recovery.read();
            // before files are looked at, so that no change of them is missed
            directories = DirectoryWatch.of(paths.root());
            Recovery.Recovered recovered = recovery.load();
            RegisteredReaders readers = lock.readers(paths);
            EditKeeper keeper = new EditKeeper(new Quarantine(disk, paths));
            Checkpointer checkpointer = new Checkpointer(
                    disk, paths, rows, keeper, recovery.resume(), recovered.clean(), bounds.manifestGrowth());
            Journal journal =
                    resume(disk, paths, settings.durability(), recovered, checkpointer, bounds.journalBytes());
            // what waits is in memory too
            long backlog = Math.min(bounds.backlogBytes(), Math.max(memory, MIN_BACKLOG_BYTES));
            Materialiser materialiser =
                    new Materialiser(journal, checkpointer, readers, recovered.checkpoint(), backlog);
            materialiser.resume(recovered.tail());
            log = new FileCommitLog(
                    paths, journal, materialiser, recovered.changes().tables().keySet());
            LiveRows reader = new LiveRows(rows);
            Engine engine = new Engine(log, reader, memory, config.clock(), config.timeout(), false);
            recovered.restore(engine);
            InDoubt.undecided(recovered.tail()).forEach(engine::hold);
            BrokenFiles broken = new BrokenFiles();
            Edits edits = new Edits(engine, rows, journal::sync, broken);
            keeper.commitTo(edits);
            materialiser.start(engine::stored);
            materialiser.pause();
            try {
                recovered.commitEdits(edits);
            } finally {
                materialiser.resume();
            }
            // after what people did to the files, which is older
            settings.inDoubt().decide(InDoubt.undecided(recovered.tail()), engine);
            broken.add(recovered.tables());
            EditWatch watch = new EditWatch(paths, directories, rows, materialiser, edits, settings.deletions());
            watch.start();
            reader.tell(watch);
            open = true;
            return new StoreFiles(
                    paths,
                    lock,
                    tasks,
                    journal,
                    materialiser,
                    rows,
                    watch,
                    edits,
                    recovered.tail().size(),
                    new View(engine, broken));
        } catch (IOException e) {
            throw Failures.io("open the store", paths.root(), e);
        } finally {
            if (!open) {
                if (directories != null) {
                    directories.close();
                }
                close(log, tasks, lock);
            }
        }
    }

    private static Journal resume(
            Disk disk,
            StorePaths paths,
            Durability durability,
            Recovery.Recovered recovered,
            Checkpointer checkpointer,
            int journalBytes)
            throws IOException {
        boolean resumed = false;
        try {
            if (recovered.journal().segments().isEmpty()) {
                // before what has no records is removed: without a journal, a store has to say that it needs none
                checkpointer.markClean(recovered.checkpoint());
            }
            Journal journal = Journal.resume(disk, paths, durability, recovered.journal(), journalBytes);
            resumed = true;
            return journal;
        } finally {
            if (!resumed) {
                checkpointer.close();
            }
        }
    }

    static RowFiles rows(Layout layout, Disk disk, StorePaths paths, FileTasks tasks, Bounds bounds) {
        SegmentReader reader = new SegmentReader();
        return new RowFiles(
                layout,
                layout == Layout.ENTITY
                        ? table -> new EntityFiles(disk, paths, tasks, table, bounds.flatFiles())
                        : table -> new LinesFiles(disk, paths, tasks, reader, table, bounds.segmentBytes()));
    }

    /** The directory that a URL names. */
    static Path root(StorageConfig config) {
        String location = config.location().startsWith("//") ? config.location().substring(2) : config.location();
        if (location.isEmpty()) {
            throw new ConfigException("file: needs a directory, for example file:./data");
        }
        try {
            return Path.of(location).toAbsolutePath().normalize();
        } catch (InvalidPathException e) {
            throw new ConfigException("'" + location + "' is not a path: " + e.getReason(), e);
        }
    }

    /** Where the store is, by its one true path: a link to it may lead elsewhere while it is open. */
    private static StorePaths create(Path root, StorageConfig config, Disk disk) {
        StorePaths named = new StorePaths(root);
        requireStore(named, config.autoCreate(), "autoCreate=false");
        NetworkFileSystems.refuse(root, config);
        try {
            Links.refuseInside(named.internals());
            Links.refuseInside(named.quarantine());
            StoreDirectories.create(disk, named);
            return new StorePaths(root.toRealPath());
        } catch (IOException e) {
            throw Failures.io("create the store", root, e);
        }
    }

    /** Where a store is that is there already. */
    static StorePaths existing(Path root, StorageConfig config) {
        StorePaths named = new StorePaths(root);
        requireStore(named, false, "a repair");
        NetworkFileSystems.refuse(root, config);
        try {
            Links.refuseInside(named.internals());
            Links.refuseInside(named.quarantine());
            return new StorePaths(root.toRealPath());
        } catch (IOException e) {
            throw Failures.io("repair the store", root, e);
        }
    }

    /** @param reason why none is made where there is none */
    static void requireStore(StorePaths paths, boolean create, String reason) {
        Path root = paths.root();
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new StorageIoException(root + " is not a directory; a file store needs one", root, false, null);
        }
        if (!create && !Files.isDirectory(paths.internals())) {
            throw new StorageIoException(
                    "There is no store in " + root + (Files.exists(root) ? "" : ", and no such directory") + "; "
                            + reason + " does not make one",
                    root,
                    false,
                    null);
        }
    }

    @Override
    public boolean mayBeDeciding(String globalId) {
        return Engine.isDeciding(globalId);
    }

    StorePaths paths() {
        return paths;
    }

    @Override
    public View view() {
        return view;
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return view.begin(options);
    }

    /** There is nothing to do: nobody else commits. */
    @Override
    public void refresh() {}

    @Override
    public int replayed() {
        return replayed;
    }

    @Override
    public void sync() {
        journal.sync(journal.appended());
    }

    @Override
    public void drain() {
        materialiser.drain();
    }

    @Override
    public Verification verify() {
        materialiser.drain();
        materialiser.pause();
        try {
            return new StoreVerifier(paths, rows, view.engine()).run(materialiser.waiting(), true);
        } finally {
            materialiser.resume();
        }
    }

    @Override
    public boolean awaitEdits(long nanos) {
        return watch.awaitQuiet(nanos);
    }

    @Override
    public StorageMetrics metrics() {
        return metrics(view.engine(), replayed, edits, watch::refused)
                .and(journal.metrics())
                .and(materialiser.metrics());
    }

    /** What can be measured of any store that is open. */
    static StorageMetrics metrics(Engine engine, int replayed, Edits edits, LongSupplier refused) {
        return engine.metrics()
                .and(StorageMetrics.of(List.of(
                        Meter.gauge(Metric.JOURNAL_REPLAYED, () -> replayed),
                        Meter.counter(Metric.EDITS_COMMITTED, edits::committed),
                        Meter.gauge(Metric.EDITS_REFUSED, refused::getAsLong))));
    }

    @Override
    public void awaitDecisions() {
        view.engine().awaitDecisions();
    }

    @Override
    public void close() {
        watch.stop();
        try {
            close(view.engine(), tasks, lock);
        } finally {
            watch.close();
        }
    }

    private static void close(AutoCloseable main, FileTasks tasks, StoreLock lock) {
        try (lock;
                tasks) {
            main.close();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new IllegalStateException(e); // neither an engine nor a log throws a checked one
        }
    }
}
