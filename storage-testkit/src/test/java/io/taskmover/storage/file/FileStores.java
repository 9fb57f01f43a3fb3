package io.taskmover.storage.file;

import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens file stores on any file system: what the crash tests need and the library does not offer. */
public final class FileStores {
    private FileStores() {}

    /** The most bytes in a segment: few, so that segments are cut and joined. */
    private static final int SEGMENT_BYTES = 1_000;

    /**
     * @param durability as in a URL
     * @param layout as in a URL; null for that of the store
     * @param maxBacklog how many bytes of journal may wait to become files
     */
    public static FileSystemBackend open(Path root, String durability, @Nullable String layout, long maxBacklog) {
        FileSystemBackend backend = new FileSystemBackend(new RealDisk(), maxBacklog, SEGMENT_BYTES);
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
                new FileSystemBackend(new RealDisk(), Materialiser.MAX_BACKLOG_BYTES, SEGMENT_BYTES);
        return backend.repair(root, StorageConfig.of("file:" + root));
    }

    /** Returns when every commit so far is in the JSON files. */
    public static void drain(FileSystemBackend store) {
        store.drain();
    }
}
