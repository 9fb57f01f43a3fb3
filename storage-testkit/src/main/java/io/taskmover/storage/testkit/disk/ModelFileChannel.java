package io.taskmover.storage.testkit.disk;

import io.taskmover.storage.testkit.disk.DiskFault.Call;
import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.NonReadableChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** An open file of a {@link ModelDisk}, or an open directory, which can only be forced. */
final class ModelFileChannel extends FileChannel {
    private final ModelDisk disk;
    private final Inode inode;
    private final String path;
    private final boolean readable;
    private final boolean writable;
    private final boolean appending;
    private final boolean synced;
    private final List<ModelLock> locks = new ArrayList<>();
    private long position;

    /** Under the disk's monitor. */
    ModelFileChannel(ModelDisk disk, Inode inode, Path path, Set<? extends OpenOption> options) {
        this.disk = disk;
        this.inode = inode;
        this.path = path.toString();
        this.appending = options.contains(StandardOpenOption.APPEND);
        this.writable = appending || options.contains(StandardOpenOption.WRITE);
        this.readable = !writable || options.contains(StandardOpenOption.READ);
        this.synced = options.contains(StandardOpenOption.SYNC) || options.contains(StandardOpenOption.DSYNC);
        disk.opened();
    }

    private void requireOpen() throws ClosedChannelException {
        if (!isOpen()) {
            throw new ClosedChannelException();
        }
    }

    private void requireReadable() throws IOException {
        requireOpen();
        if (!readable) {
            throw new NonReadableChannelException();
        }
        if (inode.isDirectory) {
            throw new IOException("Is a directory");
        }
    }

    private void requireWritable() throws IOException {
        requireOpen();
        if (!writable) {
            throw new NonWritableChannelException();
        }
    }

    private static IOException failed(Failure failure) {
        return new IOException(ModelDisk.reason(failure));
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        synchronized (disk) {
            int read = read(target, position);
            position += Math.max(0, read);
            return read;
        }
    }

    @Override
    public int read(ByteBuffer target, long from) throws IOException {
        synchronized (disk) {
            requireReadable();
            Failure failure = disk.failure(Call.READ, path);
            if (failure != null) {
                throw failed(failure);
            }
            return inode.content.read(from, target);
        }
    }

    @Override
    public long read(ByteBuffer[] targets, int offset, int length) throws IOException {
        synchronized (disk) {
            long all = 0;
            for (int i = offset; i < offset + length; i++) {
                int read = targets[i].hasRemaining() ? read(targets[i]) : 0;
                if (read < 0) {
                    return all == 0 ? -1 : all;
                }
                all += read;
            }
            return all;
        }
    }

    @Override
    public int write(ByteBuffer source) throws IOException {
        synchronized (disk) {
            requireWritable();
            if (appending) {
                position = inode.content.size();
            }
            int written = write(source, position);
            position += written;
            return written;
        }
    }

    @Override
    public int write(ByteBuffer source, long to) throws IOException {
        synchronized (disk) {
            requireWritable();
            int length = source.remaining();
            Failure failure = disk.failure(Call.WRITE, path);
            if (failure == Failure.SHORT_WRITE) {
                length = Math.max(length / 2, Math.min(length, 1));
            } else if (failure != null) {
                throw failed(failure);
            }
            byte[] bytes = new byte[length];
            source.get(bytes);
            if (length > 0) {
                disk.write(inode, to, bytes);
                if (synced) {
                    disk.force(inode, true);
                }
            }
            return length;
        }
    }

    @Override
    public long write(ByteBuffer[] sources, int offset, int length) throws IOException {
        synchronized (disk) {
            long all = 0;
            for (int i = offset; i < offset + length; i++) {
                int remaining = sources[i].remaining();
                int written = write(sources[i]);
                all += written;
                if (written < remaining) {
                    break;
                }
            }
            return all;
        }
    }

    @Override
    public long position() throws IOException {
        synchronized (disk) {
            requireOpen();
            return position;
        }
    }

    @Override
    public FileChannel position(long newPosition) throws IOException {
        synchronized (disk) {
            requireOpen();
            position = newPosition;
            return this;
        }
    }

    @Override
    public long size() throws IOException {
        synchronized (disk) {
            requireOpen();
            return inode.content.size();
        }
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
        synchronized (disk) {
            requireWritable();
            Failure failure = disk.failure(Call.RESIZE, path);
            if (failure != null) {
                throw failed(failure);
            }
            if (size < inode.content.size()) {
                disk.resize(inode, size);
            }
            position = Math.min(position, size);
            return this;
        }
    }

    @Override
    public void force(boolean metadata) throws IOException {
        synchronized (disk) {
            requireOpen();
            Failure failure = disk.failure(inode.isDirectory ? Call.FORCE_DIRECTORY : Call.FORCE, path);
            if (failure != null) {
                disk.forceFailed(inode);
                throw failed(failure);
            }
            disk.force(inode, metadata);
        }
    }

    @Override
    public FileLock tryLock(long from, long size, boolean shared) throws IOException {
        synchronized (disk) {
            requireOpen();
            if (inode.locks.stream().anyMatch(lock -> lock.overlaps(from, size))) {
                throw new OverlappingFileLockException();
            }
            ModelLock lock = new ModelLock(disk, inode, this, from, size, shared);
            inode.locks.add(lock);
            locks.add(lock);
            return lock;
        }
    }

    /** The same as {@link #tryLock}: there is nobody to wait for. */
    @Override
    public FileLock lock(long from, long size, boolean shared) throws IOException {
        return tryLock(from, size, shared);
    }

    @Override
    protected void implCloseChannel() {
        synchronized (disk) {
            locks.forEach(ModelLock::release);
            disk.closed();
        }
    }

    @Override
    public long transferTo(long from, long count, WritableByteChannel target) {
        throw new UnsupportedOperationException("the model disk transfers nothing between channels");
    }

    @Override
    public long transferFrom(ReadableByteChannel source, long to, long count) {
        throw new UnsupportedOperationException("the model disk transfers nothing between channels");
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long from, long size) {
        throw new UnsupportedOperationException("the model disk maps no files: nobody could tell what was written");
    }
}
