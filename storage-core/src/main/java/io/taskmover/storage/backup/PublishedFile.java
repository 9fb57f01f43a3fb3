package io.taskmover.storage.backup;

import io.taskmover.storage.error.LockedException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * A file that gets its name when all of it is on the disk, and not before: written beside its place, as
 * {@code .NAME.part}. Who writes that holds a lock on it, so that one which nobody holds was left by a crash, and may be
 * written over. Only its owner can read it, as it is with the files of a store.
 */
final class PublishedFile implements AutoCloseable {
    private static final Set<OpenOption> OPTIONS =
            Set.of(StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final Set<PosixFilePermission> OWNER_ONLY = PosixFilePermissions.fromString("rw-------");

    private final Path target;
    private final Path written;
    private final FileChannel channel;
    private boolean published;

    private PublishedFile(Path target, Path written, FileChannel channel) {
        this.target = target;
        this.written = written;
        this.channel = channel;
    }

    /**
     * Begins a file.
     *
     * @throws FileAlreadyExistsException if there is one of its name
     * @throws LockedException if somebody is about to write one
     */
    static PublishedFile create(Path file) throws IOException {
        Path target = file.toAbsolutePath();
        Path directory = directory(target);
        if (!Files.isDirectory(directory)) {
            throw new NoSuchFileException(directory.toString(), null, "no such directory");
        }
        requireAbsent(target);
        Path written = target.resolveSibling(partName(target.getFileName().toString()));
        FileChannel channel = FileChannel.open(
                written,
                OPTIONS,
                isPosix(written)
                        ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(OWNER_ONLY)}
                        : new FileAttribute<?>[] {});
        try {
            lock(channel, written);
        } catch (IOException | RuntimeException e) {
            channel.close(); // the file is somebody else's
            throw e;
        }
        PublishedFile pending = new PublishedFile(target, written, channel);
        boolean begun = false;
        try {
            if (isPosix(written)) {
                Files.setPosixFilePermissions(written, OWNER_ONLY); // it may have been left by somebody less careful
            }
            FileChannel unused = channel.truncate(0);
            begun = true;
            return pending;
        } finally {
            if (!begun) {
                pending.close();
            }
        }
    }

    /** What a file of this name is called while it is being written. */
    static String partName(String name) {
        return "." + name + ".part";
    }

    private static Path directory(Path target) {
        Path directory = target.getParent();
        return directory == null ? target : directory;
    }

    private static void requireAbsent(Path target) throws IOException {
        if (Files.exists(target, LinkOption.NOFOLLOW_LINKS)) {
            throw new FileAlreadyExistsException(target.toString());
        }
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static void lock(FileChannel channel, Path written) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            lock = null;
        }
        if (lock == null) {
            throw new LockedException(written + " is being written by somebody else; wait until that is done");
        }
    }

    /** Where it is until it is published. */
    Path written() {
        return written;
    }

    FileChannel channel() {
        return channel;
    }

    /** Makes what was written durable; it has no name yet. */
    void force() throws IOException {
        channel.force(true);
    }

    /** Gives it its name, durably. */
    void publish() throws IOException {
        // a file that is open cannot be renamed everywhere; from here on it is whole, and no one would take it for a
        // rest
        channel.close();
        requireAbsent(target);
        Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
        published = true;
        forceDirectory(directory(target));
    }

    /** Removes what is called {@link #partName} something, unless somebody is writing it. */
    static void removeRest(Path part) throws IOException {
        try (FileChannel rest = FileChannel.open(part, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            lock(rest, part);
            Files.deleteIfExists(part);
        } catch (LockedException e) {
            return;
        }
    }

    /** Makes the names in a directory durable. */
    static void forceDirectory(Path directory) throws IOException {
        // Windows can neither open a directory as a file nor needs it: NTFS logs its names
        if (!directory.getFileSystem().getSeparator().equals("\\")) {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    /** Removes it unless it was published. */
    @Override
    public void close() throws IOException {
        try {
            if (!published) {
                Files.deleteIfExists(written);
            }
        } finally {
            channel.close();
        }
    }
}
