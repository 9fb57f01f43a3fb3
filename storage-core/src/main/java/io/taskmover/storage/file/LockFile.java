package io.taskmover.storage.file;

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
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * A store's lock file as this process has it: opened once, however many in the process want a lock of it. POSIX drops
 * all locks that a process has on a file as soon as it closes any of its descriptors, also one that never locked.
 *
 * <p>Locks are on single bytes, far behind the text, because Windows lets nobody read what is locked. Of two in one
 * process that want the same byte the second is told so.
 */
final class LockFile implements AutoCloseable {
    /** By what the store's directory is, not by what it is called: it may be reached by many names. */
    private static final Map<Identity, LockFile> OPEN = new HashMap<>();

    private static final Set<OpenOption> OPTIONS = Set.of(
            StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final long FIRST_BYTE = 1L << 62;
    private static final int MAX_TEXT_BYTES = 200;

    /** Keys of files are unique in their file system only; Windows has none, but tells the one true path. */
    private record Identity(FileSystem fileSystem, Object key) {
        static Identity of(Path directory) throws IOException {
            Object key =
                    Files.readAttributes(directory, BasicFileAttributes.class).fileKey();
            return new Identity(directory.getFileSystem(), key == null ? directory.toRealPath() : key);
        }
    }

    /** What became of the wish for a lock. */
    enum Outcome {
        LOCKED,
        HELD_IN_THIS_PROCESS,
        HELD_BY_ANOTHER_PROCESS
    }

    private final Identity identity;
    private final FileChannel channel;
    // all guarded by OPEN
    private final Map<Integer, FileLock> locks = new HashMap<>();
    private int users;
    private boolean lockedUnseen;

    private LockFile(Identity identity, FileChannel channel) {
        this.identity = identity;
        this.channel = channel;
    }

    /**
     * Opens the file, which is made if it is missing, or shares it with those in the process who have it open.
     *
     * @param file in the store's own directory
     */
    static LockFile open(Path file) throws IOException {
        synchronized (OPEN) {
            Identity identity = Identity.of(Objects.requireNonNull(file.getParent()));
            LockFile open = OPEN.get(identity);
            if (open == null) {
                open = new LockFile(identity, OwnerOnly.open(file, OPTIONS));
                OPEN.put(identity, open);
            }
            open.users++;
            return open;
        }
    }

    /**
     * Locks a byte for this process alone; does not wait.
     *
     * @param slot which byte, from 0
     */
    Outcome tryLock(int slot) throws IOException {
        synchronized (OPEN) {
            if (locks.containsKey(slot)) {
                return Outcome.HELD_IN_THIS_PROCESS;
            }
            try {
                FileLock lock = channel.tryLock(FIRST_BYTE + slot, 1, false);
                lockedUnseen = false;
                if (lock == null) {
                    return Outcome.HELD_BY_ANOTHER_PROCESS;
                }
                locks.put(slot, lock);
                return Outcome.LOCKED;
            } catch (OverlappingFileLockException e) {
                // this library is loaded twice in this process, and the other one has it
                lockedUnseen = true;
                return Outcome.HELD_IN_THIS_PROCESS;
            }
        }
    }

    /** Lets go of a byte that {@link #tryLock} locked. */
    void unlock(int slot) throws IOException {
        synchronized (OPEN) {
            FileLock lock = locks.remove(slot);
            if (lock != null) {
                lock.release();
            }
        }
    }

    /** What the one who wrote last had to say. */
    String text() throws IOException {
        ByteBuffer text = ByteBuffer.allocate(MAX_TEXT_BYTES);
        int unused = Threads.apart("storage-lock", () -> channel.read(text, 0));
        return new String(text.array(), 0, text.position(), StandardCharsets.UTF_8).strip();
    }

    /** @param text at most {@value #MAX_TEXT_BYTES} bytes */
    void write(String text) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap((text + "\n").getBytes(StandardCharsets.UTF_8));
        int unused = Threads.apart("storage-lock", () -> channel.truncate(0).write(bytes, 0));
    }

    /** Closes the file if nobody else in the process uses it. */
    @Override
    public void close() throws IOException {
        synchronized (OPEN) {
            // to close it would take away the lock of the other one; kept open, it serves the next attempt
            if (--users == 0 && !lockedUnseen) {
                OPEN.remove(identity);
                channel.close();
            }
        }
    }
}
