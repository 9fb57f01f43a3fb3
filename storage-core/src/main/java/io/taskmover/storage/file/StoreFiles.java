package io.taskmover.storage.file;

import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.CommitLog;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.file.RowParser.Whole;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An open store: its lock, its threads and its engine, taken in one order and let go in the other. */
final class StoreFiles implements AutoCloseable {
    private static final long MIN_BACKLOG_BYTES = 1 << 20;

    private final StorePaths paths;
    private final StoreLock lock;
    private final FileTasks tasks;
    private final @Nullable Materialiser materialiser;
    private final Engine engine;
    private final RowFiles rows;
    private final Recovery.Recovered recovered;
    private final BrokenFiles broken;

    private StoreFiles(
            StorePaths paths,
            StoreLock lock,
            FileTasks tasks,
            @Nullable Materialiser materialiser,
            Engine engine,
            RowFiles rows,
            Recovery.Recovered recovered) {
        this.paths = paths;
        this.lock = lock;
        this.tasks = tasks;
        this.materialiser = materialiser;
        this.engine = engine;
        this.rows = rows;
        this.recovered = recovered;
        this.broken = new BrokenFiles(recovered.tables());
    }

    /** Opens, and recovers if need be, the store in a directory; nothing is held after a failure. */
    static StoreFiles open(Path root, StorageConfig config, Disk disk, long maxBacklog, int segmentBytes) {
        Durability durability =
                Durability.parse(config.option(Durability.OPTION).orElse(null));
        long memory = MemoryBudget.parse(config.option(MemoryBudget.OPTION).orElse(null));
        Layout wanted = Layout.parse(config.option(Layout.OPTION).orElse(null));
        StorePaths paths = place(root, config, disk);
        StoreLock lock = StoreLock.acquire(root, paths.lock(), config.clock().instant());
        FileTasks tasks = new FileTasks();
        CommitLog log = CommitLog.NONE;
        boolean open = false;
        try {
            RowFiles rows = rows(Layout.of(paths, wanted), disk, paths, tasks, segmentBytes);
            Recovery.Recovered recovered = new Recovery(disk, paths, rows, config.readOnly()).run();
            Materialiser materialiser = null;
            if (recovered.manifest() != null) {
                Checkpointer checkpointer = new Checkpointer(
                        disk, paths, rows, new Quarantine(disk, paths), recovered.manifest(), recovered.clean());
                Journal journal = resume(disk, paths, durability, recovered, checkpointer);
                // what waits is in memory too
                long backlog = Math.min(maxBacklog, Math.max(memory, MIN_BACKLOG_BYTES));
                materialiser = new Materialiser(journal, checkpointer, recovered.checkpoint(), backlog);
                materialiser.resume(recovered.tail());
                log = new FileCommitLog(paths, journal, materialiser);
            }
            Engine engine = new Engine(log, rows, memory, config.clock(), config.timeout(), config.readOnly());
            restore(engine, recovered);
            if (materialiser != null) {
                materialiser.start(engine::stored);
                Edits edits = new Edits(engine, rows);
                for (TableState table : recovered.tables()) {
                    for (Broken broken : edits.commit(table.schema().name(), table.edits())) {
                        table.broken().put(broken.found().name(), broken);
                    }
                }
            }
            open = true;
            return new StoreFiles(paths, lock, tasks, materialiser, engine, rows, recovered);
        } catch (IOException e) {
            throw Failures.io("open the store", root, e);
        } finally {
            if (!open) {
                close(log, tasks, lock);
            }
        }
    }

    private static Journal resume(
            Disk disk, StorePaths paths, Durability durability, Recovery.Recovered recovered, Checkpointer checkpointer)
            throws IOException {
        boolean resumed = false;
        try {
            Journal journal = Journal.resume(disk, paths, durability, recovered.journal());
            resumed = true;
            return journal;
        } finally {
            if (!resumed) {
                checkpointer.close();
            }
        }
    }

    private static RowFiles rows(Layout layout, Disk disk, StorePaths paths, FileTasks tasks, int segmentBytes) {
        SegmentReader reader = new SegmentReader();
        return new RowFiles(
                layout,
                layout == Layout.ENTITY
                        ? table -> new EntityFiles(disk, paths, tasks, table)
                        : table -> new LinesFiles(disk, paths, tasks, reader, table, segmentBytes));
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
    private static StorePaths place(Path root, StorageConfig config, Disk disk) {
        StorePaths named = new StorePaths(root);
        requireStore(named, config);
        NetworkFileSystems.refuse(root, config);
        try {
            Links.refuseInside(named.internals());
            if (!config.readOnly()) {
                StoreDirectories.create(disk, named);
            }
            return new StorePaths(root.toRealPath());
        } catch (IOException e) {
            throw Failures.io("create the store", root, e);
        }
    }

    private static void requireStore(StorePaths paths, StorageConfig config) {
        Path root = paths.root();
        if (Files.exists(root) && !Files.isDirectory(root)) {
            throw new StorageIoException(root + " is not a directory; a file store needs one", root, false, null);
        }
        boolean create = config.autoCreate() && !config.readOnly();
        if (!create && !Files.isDirectory(paths.internals())) {
            throw new StorageIoException(
                    "There is no store in " + root + (Files.exists(root) ? "" : ", and no such directory") + "; "
                            + (config.readOnly() ? "mode=ro" : "autoCreate=false") + " does not make one",
                    root,
                    false,
                    null);
        }
    }

    private static void restore(Engine engine, Recovery.Recovered recovered) {
        StoreCatalog catalog = recovered.changes().catalog();
        for (TableState table : recovered.tables()) {
            TableSchema schema = table.schema();
            engine.restoreTable(
                    schema,
                    catalog.generated().getOrDefault(schema.name(), 0L),
                    sorted(schema, table.stubs()),
                    recovered.checkpoint().sequence(),
                    sorted(schema, rows(table, recovered.manifest() == null)),
                    catalog.sequence());
        }
        engine.restoreSequence(catalog.sequence());
    }

    /** The rows that are restored whole. Nobody commits the edits in a store that is read only: they are seen at once. */
    private static Map<Object, Row> rows(TableState table, boolean withEdits) {
        Map<Object, Row> rows = new HashMap<>(table.rows());
        if (withEdits) {
            for (Parsed edit : table.edits()) {
                if (edit instanceof Whole whole) {
                    rows.put(whole.key(), whole.row());
                }
            }
        }
        return rows;
    }

    private static List<Row> sorted(TableSchema schema, Map<Object, Row> rows) {
        List<Object> keys = new ArrayList<>(rows.keySet());
        keys.sort(schema::compareKeys);
        List<Row> sorted = new ArrayList<>(keys.size());
        keys.forEach(key -> sorted.add(rows.get(key)));
        return sorted;
    }

    Engine engine() {
        return engine;
    }

    BrokenFiles broken() {
        return broken;
    }

    /** How many commits were in the journal only when the store was opened. */
    int replayed() {
        return recovered.tail().size();
    }

    /** Returns when every commit so far is in the JSON files. */
    void drain() {
        if (materialiser != null) {
            materialiser.drain();
        }
    }

    Verification verify() {
        return new StoreVerifier(paths, rows, materialiser, engine, recovered.changes()).run();
    }

    @Override
    public void close() {
        close(engine, tasks, lock);
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
