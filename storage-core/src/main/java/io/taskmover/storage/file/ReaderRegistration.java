package io.taskmover.storage.file;

import io.taskmover.storage.error.LockedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import java.util.Set;

/**
 * What one who reads a store tells the one who writes it: a locked byte says that it is there, a file which commit it
 * sees. The lock ends with the process however that ends, and a file without lock means nothing: there is nothing to
 * clean up by hand. The one who writes takes the registration away by removing the file.
 *
 * <p>The file is empty while the store is being opened; then it has the number of the commit, and a line feed.
 */
final class ReaderRegistration implements AutoCloseable {
    /** How many can read a store at a time; of one process each snapshot counts that a transaction still uses. */
    static final int MAX_READERS = 1_000;

    private final LockFile locks;
    private final int slot;
    private final Path file;

    private ReaderRegistration(LockFile locks, int slot, Path file) {
        this.locks = locks;
        this.slot = slot;
        this.file = file;
    }

    /**
     * Registers somebody who is about to open the store. Until {@link #settle} the one who writes goes on with what it has
     * begun, but changes no more files.
     *
     * @throws LockedException if too many read the store
     */
    static ReaderRegistration open(StorePaths paths) throws IOException {
        LockFile locks = LockFile.open(paths.lock());
        int slot = 0;
        boolean open = false;
        try {
            slot = lock(paths, locks);
            Path file = create(paths, ReaderName.next(slot));
            open = true;
            return new ReaderRegistration(locks, slot, file);
        } finally {
            if (!open) {
                release(locks, slot);
            }
        }
    }

    private static int lock(StorePaths paths, LockFile locks) throws IOException {
        for (int slot = StoreLock.WRITER + 1; slot <= MAX_READERS; slot++) {
            if (locks.tryLock(slot) == LockFile.Outcome.LOCKED) {
                return slot;
            }
        }
        throw new LockedException("The store " + paths.root() + " is read by " + MAX_READERS
                + " others already; wait until one of them ends, or close it there");
    }

    private static Path create(StorePaths paths, ReaderName name) throws IOException {
        while (true) {
            try {
                OwnerOnly.createDirectory(paths.readers());
            } catch (FileAlreadyExistsException e) {
                Links.refuse(paths.readers());
            }
            try {
                removeFormer(paths, name);
                Path file = paths.readers().resolve(name.fileName());
                OwnerOnly.open(file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE))
                        .close();
                return file;
            } catch (NoSuchFileException e) {
                // somebody who left has just removed the directory
            }
        }
    }

    /** Removes what somebody left who was killed: with the lock taken again it would count. */
    private static void removeFormer(StorePaths paths, ReaderName name) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(paths.readers())) {
            for (Path file : files) {
                if (ReaderName.parse(file.getFileName().toString())
                        .filter(former -> former.slot() == name.slot())
                        .isPresent()) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    /**
     * Says up to which commit the store was read: what later ones change is to stay as it is.
     *
     * @return false if the registration was taken away meanwhile: what was read may not fit together
     */
    boolean settle(long sequence) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            // in one piece: until the line feed is there it counts as empty
            int unused = channel.write(ByteBuffer.wrap((sequence + "\n").getBytes(StandardCharsets.US_ASCII)));
        } catch (NoSuchFileException e) {
            return false;
        }
        return !isRevoked();
    }

    /** Whether the one who writes has waited long enough, and changes files that this one still needs. */
    boolean isRevoked() {
        return Files.notExists(file);
    }

    @Override
    public void close() {
        try {
            Files.deleteIfExists(file);
            Files.deleteIfExists(Objects.requireNonNull(file.getParent()));
        } catch (DirectoryNotEmptyException e) {
            // there are others
        } catch (IOException e) {
            Threads.LOG.warn("Cannot remove {}, which means nothing any more", file, e);
        }
        try {
            release(locks, slot);
        } catch (IOException e) {
            Threads.LOG.warn("Cannot close the lock file of a store", e);
        }
    }

    /** @param slot what was locked; 0 for nothing */
    private static void release(LockFile locks, int slot) throws IOException {
        try (locks) {
            if (slot > 0) {
                locks.unlock(slot);
            }
        }
    }
}
