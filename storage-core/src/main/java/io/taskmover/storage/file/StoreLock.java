package io.taskmover.storage.file;

import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.file.LockFile.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;

/**
 * The lock that lets one process write a store: the operating system's, on one byte of the lock file, so that it ends
 * with the process however that ends, and nothing is left to delete. The file's text names the owner for others.
 */
final class StoreLock implements AutoCloseable {
    /** The byte that whoever writes the store has locked; those after it are for {@link ReaderRegistration}. */
    static final int WRITER = 0;

    private final LockFile file;

    private StoreLock(LockFile file) {
        this.file = file;
    }

    /**
     * Locks a store.
     *
     * @param path the lock file; created if it is missing
     * @throws LockedException if the store is locked, by this process or another
     */
    static StoreLock acquire(Path root, Path path, Instant now) {
        try {
            LockFile file = LockFile.open(path);
            Outcome outcome = null;
            boolean acquired = false;
            try {
                outcome = file.tryLock(WRITER);
                requireLocked(outcome, root, file);
                file.write(me() + " since " + now);
                acquired = true;
                return new StoreLock(file);
            } finally {
                if (!acquired) {
                    release(file, outcome == Outcome.LOCKED);
                }
            }
        } catch (IOException e) {
            throw Failures.io("lock", path, e);
        }
    }

    /** Who has a store open for writing: asked by taking the lock for a moment, if nobody has it. */
    static Outcome probe(StorePaths paths) {
        try (LockFile file = LockFile.open(paths.lock())) {
            Outcome outcome = file.tryLock(WRITER);
            if (outcome == Outcome.LOCKED) {
                file.unlock(WRITER);
            }
            return outcome;
        } catch (IOException e) {
            throw Failures.io("lock", paths.lock(), e);
        }
    }

    /** Those who read the store; as long as this lock is held. */
    RegisteredReaders readers(StorePaths paths) throws IOException {
        return new RegisteredReaders(paths, file);
    }

    private static void requireLocked(Outcome outcome, Path root, LockFile file) throws IOException {
        if (outcome == Outcome.HELD_IN_THIS_PROCESS) {
            throw new LockedException("The store " + root + " is open already in this process (" + me()
                    + "); use that one, or close it first");
        }
        if (outcome == Outcome.HELD_BY_ANOTHER_PROCESS) {
            String owner = file.text();
            throw new LockedException(
                    "The store " + root + " is in use by " + (owner.isEmpty() ? "another process" : owner)
                            + "; wait until it ends, or close the store there. mode=ro reads it meanwhile");
        }
    }

    private static String me() {
        return "process " + ProcessHandle.current().pid();
    }

    private static void release(LockFile file, boolean locked) throws IOException {
        try (file) {
            if (locked) {
                file.unlock(WRITER);
            }
        }
    }

    @Override
    public void close() {
        try {
            release(file, true);
        } catch (IOException e) {
            Threads.LOG.warn("Cannot close the lock file of a store", e);
        }
    }
}
