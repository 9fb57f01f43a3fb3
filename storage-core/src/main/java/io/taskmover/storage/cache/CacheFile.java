package io.taskmover.storage.cache;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that many threads read and write by position. An interrupt of one of them, which closes Java's channel under all, is
 * kept for its thread, and the channel opened again. Thread-safe.
 */
final class CacheFile implements Closeable {
    private static final Set<OpenOption> EXISTING =
            Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final Set<OpenOption> NEW = Set.of(
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.READ,
            StandardOpenOption.WRITE,
            LinkOption.NOFOLLOW_LINKS);

    private final Path path;
    private volatile FileChannel channel;
    /** Guarded by this. */
    private boolean closed;

    private CacheFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    static CacheFile open(Path path) throws IOException {
        return new CacheFile(path, FileChannel.open(path, EXISTING));
    }

    /** Makes an empty file that only its owner can use, in the place of one that is there. */
    static CacheFile create(Path path) throws IOException {
        return new CacheFile(path, FileChannel.open(path, NEW, ownerOnly(path, "rw-------")));
    }

    /** Permissions for what is made, where the file system has such. */
    static FileAttribute<?>[] ownerOnly(Path path, String permissions) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }

    Path path() {
        return path;
    }

    private interface Io {
        long on(FileChannel channel) throws IOException;
    }

    private long uninterrupted(Io io) throws IOException {
        boolean interrupted = Thread.interrupted();
        try {
            while (true) {
                FileChannel now = channel;
                try {
                    return io.on(now);
                } catch (ClosedChannelException e) {
                    interrupted |= Thread.interrupted();
                    reopen(now, e);
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private synchronized void reopen(FileChannel former, ClosedChannelException reason) throws IOException {
        if (closed) {
            throw reason;
        }
        if (channel == former) {
            channel = FileChannel.open(path, EXISTING);
        }
    }

    long size() throws IOException {
        return uninterrupted(FileChannel::size);
    }

    /** Reads as many bytes as there are in the array. */
    void read(byte[] bytes, long position) throws IOException {
        if (read(bytes, bytes.length, position) < bytes.length) {
            throw new EOFException(path + " ends before " + (position + bytes.length));
        }
    }

    /** Reads so many bytes, or those that there are up to the end of the file; returns how many. */
    int read(byte[] bytes, int length, long position) throws IOException {
        return (int) uninterrupted(on -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, length);
            while (buffer.hasRemaining() && on.read(buffer, position + buffer.position()) > 0) {
                // until all is there, or the end
            }
            return buffer.position();
        });
    }

    void write(byte[] bytes, long position) throws IOException {
        uninterrupted(on -> {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            while (buffer.hasRemaining()) {
                on.write(buffer, position + buffer.position());
            }
            return 0;
        });
    }

    void force() throws IOException {
        uninterrupted(on -> {
            on.force(false);
            return 0;
        });
    }

    @Override
    public synchronized void close() throws IOException {
        closed = true;
        channel.close();
    }
}
