package io.taskmover.storage.file;

import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** An open store: its lock, its threads and its engine, taken in one order and let go in the other. */
final class StoreFiles implements AutoCloseable {
    private static final byte[] GITIGNORE = {'*', '\n'};

    private final StorePaths paths;
    private final StoreLock lock;
    private final FileTasks tasks;
    private final Materialiser materialiser;
    private final Engine engine;
    private final @Nullable Changes unwritten;
    private final BrokenFiles broken;

    private StoreFiles(
            StorePaths paths,
            StoreLock lock,
            FileTasks tasks,
            Materialiser materialiser,
            Engine engine,
            Recovery.Recovered recovered) {
        this.paths = paths;
        this.lock = lock;
        this.tasks = tasks;
        this.materialiser = materialiser;
        this.engine = engine;
        this.unwritten = recovered.unwritten();
        this.broken = new BrokenFiles(recovered.tables());
    }

    /** Opens, and recovers if need be, the store in a directory; nothing is held after a failure. */
    static StoreFiles open(Path root, StorageConfig config, Disk disk, long maxBacklog) {
        Durability durability =
                Durability.parse(config.option(Durability.OPTION).orElse(null));
        StorePaths paths = place(root, config, disk);
        StoreLock lock = StoreLock.acquire(root, paths.lock(), config.clock().instant());
        FileTasks tasks = new FileTasks();
        Engine engine = null;
        boolean open = false;
        try {
            if (!config.readOnly()) {
                prepare(disk, paths);
            }
            FolderWriter folders = new FolderWriter(disk, paths, tasks);
            Recovery.Recovered recovered = new Recovery(disk, paths, tasks, folders, config.readOnly()).run();
            Journal journal =
                    new Journal(disk, paths, durability, recovered.catalog().sequence());
            Materialiser materialiser =
                    new Materialiser(journal, folders, new CatalogFile(disk, paths), recovered.catalog(), maxBacklog);
            FileCommitLog log = new FileCommitLog(paths, journal, materialiser);
            engine = new Engine(log, config.clock(), config.timeout(), config.readOnly());
            restore(engine, recovered);
            open = true;
            return new StoreFiles(paths, lock, tasks, materialiser, engine, recovered);
        } catch (IOException e) {
            throw Failures.io("open the store", root, e);
        } finally {
            if (!open) {
                close(engine, tasks, lock);
            }
        }
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

    private static void prepare(Disk disk, StorePaths paths) throws IOException {
        StoreDirectories.force(disk, paths);
        disk.createDirectories(paths.temporary());
        try (DirectoryStream<Path> rubbish = Files.newDirectoryStream(paths.temporary())) {
            for (Path file : rubbish) {
                disk.delete(file);
            }
        }
        if (!Files.exists(paths.gitignore())) {
            new AtomicFile(disk, paths).write(paths.gitignore(), ByteBuffer.wrap(GITIGNORE));
        }
    }

    private static void restore(Engine engine, Recovery.Recovered recovered) {
        long sequence = recovered.catalog().sequence();
        for (TableState table : recovered.tables()) {
            List<Row> rows = new ArrayList<>(table.rows());
            rows.sort((a, b) -> table.schema().compareKeys(key(table, a), key(table, b)));
            engine.restoreTable(table.schema(), table.generated(), rows, sequence);
        }
        engine.restoreSequence(sequence);
    }

    private static Object key(TableState table, Row row) {
        Object key = table.schema().keyOf(row);
        if (key == null) {
            throw new IllegalStateException("a row without key");
        }
        return key;
    }

    Engine engine() {
        return engine;
    }

    BrokenFiles broken() {
        return broken;
    }

    Materialiser materialiser() {
        return materialiser;
    }

    Verification verify() {
        return new StoreVerifier(paths, tasks, materialiser, engine, unwritten).run();
    }

    @Override
    public void close() {
        close(engine, tasks, lock);
    }

    private static void close(@Nullable Engine engine, FileTasks tasks, StoreLock lock) {
        try (lock;
                tasks) {
            if (engine != null) {
                engine.close();
            }
        }
    }
}
