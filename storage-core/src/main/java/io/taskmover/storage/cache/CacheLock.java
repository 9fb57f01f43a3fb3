package io.taskmover.storage.cache;

import io.taskmover.storage.error.LockedException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The lock that lets one process use a cache's directory: the operating system's, on one byte of the lock file, so that it
 * ends with the process however that ends. The file's text names the owner for others.
 */
final class CacheLock implements Closeable {
    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    /** Far behind the text, because Windows lets nobody read what is locked. */
    private static final long LOCKED_BYTE = 1L << 62;

    private static final int MAX_TEXT_BYTES = 200;

    /**
     * The directories that this process has locked. Asked first: POSIX drops all locks that a process has on a file as soon
     * as it closes any of its descriptors.
     */
    private static final Set<Folder> HELD = new HashSet<>();

    /** By what the directory is, not by what it is called: it may be reached by many names. */
    private record Folder(FileSystem fileSystem, Object key) {
        static Folder of(Path directory) throws IOException {
            Object key =
                    Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
            return new Folder(directory.getFileSystem(), key == null ? directory.toRealPath() : key);
        }
    }

    private final Folder folder;
    private final FileChannel channel;

    private CacheLock(Folder folder, FileChannel channel) {
        this.folder = folder;
        this.channel = channel;
    }

    /**
     * Locks a directory; does not wait.
     *
     * @throws LockedException if this process has it locked, or another one
     */
    static CacheLock acquire(Path directory, Path file, Instant now) throws IOException {
        // an interrupt would close the channel
        boolean interrupted = Thread.interrupted();
        try {
            return acquire(directory, Folder.of(directory), file, now);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static CacheLock acquire(Path directory, Folder folder, Path file, Instant now) throws IOException {
        synchronized (HELD) {
            if (HELD.contains(folder)) {
                throw heldHere(directory);
            }
            FileChannel channel = FileChannel.open(file, OPTIONS, CacheFile.ownerOnly(file, "rw-------"));
            boolean locked = false;
            try {
                if (lock(channel, directory) == null) {
                    throw heldByAnother(directory, channel);
                }
                write(channel, me() + " since " + now + "\n");
                HELD.add(folder);
                locked = true;
                return new CacheLock(folder, channel);
            } finally {
                if (!locked) {
                    channel.close();
                }
            }
        }
    }

    private static @Nullable FileLock lock(FileChannel channel, Path directory) throws IOException {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false);
        } catch (OverlappingFileLockException e) {
            // this library is loaded twice in this process
            throw heldHere(directory);
        }
    }

    private static LockedException heldHere(Path directory) {
        return new LockedException("The cache in " + directory + " is open already in this process (" + me()
                + "); use that one, or close it first");
    }

    private static LockedException heldByAnother(Path directory, FileChannel channel) throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT_BYTES);
        int unused = channel.read(text, 0);
        String owner = new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
        return new LockedException("The cache in " + directory + " is in use by "
                + (owner.isEmpty() ? "another process" : owner)
                + "; give each process a directory of its own, or close the cache there");
    }

    private static void write(FileChannel channel, String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
        FileChannel unused = channel.truncate(0);
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    private static String me() {
        return "process " + ProcessHandle.current().pid();
    }

    @Override
    public void close() throws IOException {
        synchronized (HELD) {
            HELD.remove(folder);
            channel.close();
        }
    }
}
