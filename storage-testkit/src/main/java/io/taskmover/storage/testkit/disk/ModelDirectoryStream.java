package io.taskmover.storage.testkit.disk;

import java.nio.file.DirectoryStream;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.List;

/** The names that were in a directory when it was opened. */
final class ModelDirectoryStream implements DirectoryStream<Path> {
    private final ModelDisk disk;
    private final List<Path> paths;
    private boolean iterated;
    private boolean closed;

    ModelDirectoryStream(ModelDisk disk, List<Path> paths) {
        this.disk = disk;
        this.paths = List.copyOf(paths);
        disk.opened();
    }

    @Override
    public Iterator<Path> iterator() {
        if (iterated || closed) {
            throw new IllegalStateException("a directory stream is iterated once, while it is open");
        }
        iterated = true;
        return paths.iterator();
    }

    @Override
    public void close() {
        synchronized (disk) {
            if (!closed) {
                closed = true;
                disk.closed();
            }
        }
    }
}
