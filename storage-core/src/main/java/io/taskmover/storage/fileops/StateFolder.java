package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/** The folder below the root that holds lock, journal and trash; while it is open, it is locked. */
final class StateFolder implements AutoCloseable {
    private final RootFolder root;
    private final IntentJournal journal;
    private final FolderLock lock;

    private StateFolder(RootFolder root, IntentJournal journal, FolderLock lock) {
        this.root = root;
        this.journal = journal;
        this.lock = lock;
    }

    /** Makes what is missing, durable on return, and locks it. */
    static StateFolder open(RootFolder root, Volume volume, Instant now) {
        IntentJournal journal = new IntentJournal(root, volume);
        Path trash = root.onDisk(root.trash());
        try {
            FileIdentity found = FileIdentity.of(root.path().toRealPath());
            RootFolder.requireDirectory(root.path(), found);
            makeDirectory(root.state());
            makeDirectory(journal.directory());
            makeDirectory(trash);
            FolderLock lock = FolderLock.acquire(root, now);
            boolean open = false;
            try {
                // a killed process may have made directories that nobody has made durable
                volume.forceDirectory(root.path());
                volume.forceDirectory(root.state());
                open = true;
                return new StateFolder(root, journal, lock);
            } finally {
                if (!open) {
                    lock.close();
                }
            }
        } catch (IOException e) {
            throw Failures.io("open " + root.path() + " for file operations", root.path(), e);
        }
    }

    private static void makeDirectory(Path directory) throws IOException {
        boolean posix = directory.getFileSystem().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] ownerOnly = {
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"))
        };
        try {
            Files.createDirectory(directory, posix ? ownerOnly : new FileAttribute<?>[0]);
        } catch (FileAlreadyExistsException e) {
            RootFolder.requireDirectory(directory, FileIdentity.of(directory));
        }
    }

    IntentJournal journal() {
        return journal;
    }

    /** Hands over the transactions that a crash cut off. All of them can be read before the first is touched. */
    void readJournal(BiConsumer<Intents, Mark> recovery) {
        try {
            Map<String, Mark> marks = journal.open();
            Map<Intents, Mark> found = new LinkedHashMap<>();
            for (Map.Entry<String, Mark> entry : marks.entrySet()) {
                found.put(journal.read(entry.getKey(), entry.getValue()), entry.getValue());
            }
            found.forEach(recovery);
        } catch (IOException e) {
            throw Failures.io("read the journal of file operations", journal.directory(), e);
        }
    }

    @Override
    public void close() {
        try {
            lock.close();
        } catch (IOException e) {
            FileOperations.LOG.warn("Cannot close the lock file of {}", root.path(), e);
        }
    }
}
