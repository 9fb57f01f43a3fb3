package io.taskmover.storage.file;

import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;

/** Opens file stores on any file system: what the crash tests need and the library does not offer. */
public final class FileStores {
    private FileStores() {}

    /**
     * @param maxBacklog how many bytes of journal may wait to become files
     * @param durability as in a URL
     */
    public static FileSystemBackend open(Path root, String durability, long maxBacklog) {
        FileSystemBackend backend = new FileSystemBackend(new RealDisk(), maxBacklog);
        backend.connect(
                root,
                StorageConfig.builder("file:" + root)
                        .option(Durability.OPTION, durability)
                        .build());
        return backend;
    }

    /** Returns when every commit so far is in the JSON files. */
    public static void drain(FileSystemBackend store) {
        store.drain();
    }
}
