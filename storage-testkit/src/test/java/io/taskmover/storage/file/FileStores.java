package io.taskmover.storage.file;

import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens file stores on any file system: what the crash tests need and the library does not offer. */
public final class FileStores {
    /**
     * Small, so that a few commits hold writers up, fill segments of the journal, have the manifest made compact, need
     * hash directories, and cut and join segments of lines.
     */
    private static final Bounds SMALL = new Bounds(16 << 10, 4 << 10, 512, 6, 1_000, 4);
    /** The same by fewer threads: to start them takes longer than to look at a small store. */
    private static final Bounds FOR_A_LOOK = new Bounds(16 << 10, 4 << 10, 512, 6, 1_000, 1_000);

    private FileStores() {}

    /**
     * @param durability as in a URL
     * @param layout as in a URL; null for that of the store
     */
    public static FileSystemBackend open(Path root, String durability, @Nullable String layout) {
        return open(root, durability, layout, SMALL);
    }

    /** Opens one that is there, for a look: with as few threads as will do. */
    public static FileSystemBackend look(Path root) {
        return open(root, "sync", null, FOR_A_LOOK);
    }

    private static FileSystemBackend open(Path root, String durability, @Nullable String layout, Bounds bounds) {
        FileSystemBackend backend = new FileSystemBackend(new RealDisk(), bounds);
        StorageConfig.Builder config = StorageConfig.builder("file:" + root).option(Durability.OPTION, durability);
        if (layout != null) {
            config.option(Layout.OPTION, layout);
        }
        backend.connect(root, config.build());
        return backend;
    }

    /** Repairs the store in a directory. */
    public static Repair repair(Path root) {
        FileSystemBackend backend =
                new FileSystemBackend(new RealDisk(), Bounds.USUAL.withSegmentBytes(SMALL.segmentBytes()));
        return backend.repair(root, StorageConfig.of("file:" + root));
    }

    /** Returns when every commit so far is in the JSON files. */
    public static void drain(FileSystemBackend store) {
        store.drain();
    }
}
