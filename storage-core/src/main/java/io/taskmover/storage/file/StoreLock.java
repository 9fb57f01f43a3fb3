package io.taskmover.storage.file;

import io.taskmover.storage.error.LockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The lock that keeps a store to one process: the operating system's, on one byte of the lock file, so that it ends
 * with the process however that ends, and nothing is left to delete. The file's text names the owner for others.
 */
final class StoreLock implements AutoCloseable {
    /** POSIX drops a process's locks on a file when it closes any of its channels: look here before opening one. */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    /** Where the locked byte is: behind the text, because Windows lets nobody read what is locked. */
    private static final long POSITION = 1L << 62;

    private final Path key;
    private final FileChannel channel;

    private StoreLock(Path key, FileChannel channel) {
        this.key = key;
        this.channel = channel;
    }

    /**
     * Locks a store.
     *
     * @param file the lock file; created if it is missing
     * @throws LockedException if the store is locked, by this process or another
     */
    static StoreLock acquire(Path root, Path file, Instant now) {
        Path key;
        try {
            key = root.toRealPath();
        } catch (IOException e) {
            throw Failures.io("open", root, e);
        }
        if (!HELD.add(key)) {
            throw new LockedException("The store " + root + " is open already in this process (process "
                    + ProcessHandle.current().pid() + "); use that one, or close it first");
        }
        FileChannel channel = null;
        boolean locked = false;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = channel.tryLock(POSITION, 1, false);
            if (lock == null) {
                throw new LockedException("The store " + root + " is in use by " + owner(channel)
                        + "; wait until it ends, or close the store there");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(("process " + ProcessHandle.current().pid() + " since " + now + "\n")
                            .getBytes(StandardCharsets.UTF_8)),
                    0);
            locked = true;
            return new StoreLock(key, channel);
        } catch (IOException e) {
            throw Failures.io("lock", file, e);
        } finally {
            if (!locked) {
                release(key, channel);
            }
        }
    }

    private static String owner(FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(200);
        channel.read(text, 0);
        String owner = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return owner.isEmpty() ? "another process" : owner;
    }

    private static void release(Path key, @Nullable FileChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            Threads.LOG.warn("Cannot close the lock file of {}", key, e);
        } finally {
            HELD.remove(key);
        }
    }

    @Override
    public void close() {
        release(key, channel);
    }
}
