package io.taskmover.storage.testkit.disk;

import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;

/** A lock on part of a file; all programs that use a {@link ModelDisk} are in one process. */
final class ModelLock extends FileLock {
    private final ModelDisk disk;
    private final Inode file;
    private boolean valid = true;

    ModelLock(ModelDisk disk, Inode file, FileChannel channel, long position, long size, boolean shared) {
        super(channel, position, size, shared);
        this.disk = disk;
        this.file = file;
    }

    @Override
    public boolean isValid() {
        synchronized (disk) {
            return valid && acquiredBy().isOpen();
        }
    }

    @Override
    public void release() {
        synchronized (disk) {
            valid = false;
            file.locks.remove(this);
        }
    }
}
