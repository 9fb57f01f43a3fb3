package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;

/**
 * Makes a store's own directories, and makes sure that those which are there are durable. A process that is killed
 * between making a directory and forcing the one above leaves one that everybody sees and a power cut takes away, with
 * all that was acknowledged in it since. So the first to find it forces the one above.
 */
final class StoreDirectories {
    private static final byte[] GITIGNORE = {'*', '\n'};

    private StoreDirectories() {}

    /** Makes the store's directory and the one of its internals; both are durable on return. */
    static void create(Disk disk, StorePaths paths) throws IOException {
        boolean fresh = !Files.exists(paths.internals());
        disk.createDirectories(paths.internals());
        Path above = paths.root().getParent();
        // where this process may not make directories it has made none
        if (fresh && above != null && Files.isReadable(above) && Files.isWritable(above)) {
            AtomicFile.forceDirectory(disk, above);
        }
        AtomicFile.forceDirectory(disk, paths.root());
    }

    /**
     * Makes an existing store ready for writing: its directories are durable, nothing is under construction, and git
     * leaves its internals alone. Once it is known that no later version wrote it.
     */
    static void prepare(Disk disk, StorePaths paths) throws IOException {
        force(disk, paths);
        disk.createDirectories(paths.temporary());
        try (DirectoryStream<Path> rubbish = Files.newDirectoryStream(paths.temporary())) {
            for (Path file : rubbish) {
                disk.delete(file);
            }
        }
        ignore(disk, paths, paths.internals());
    }

    /** Keeps git out of a directory; its file is durable when the directory is forced. */
    static void ignore(Disk disk, StorePaths paths, Path directory) throws IOException {
        Path file = directory.resolve(StorePaths.GITIGNORE);
        if (!Files.exists(file)) {
            new AtomicFile(disk, paths).write(file, ByteBuffer.wrap(GITIGNORE));
        }
    }

    /** Forces the directories in the store; those of tables only after a crash. */
    private static void force(Disk disk, StorePaths paths) throws IOException {
        AtomicFile.forceDirectory(disk, paths.internals());
        if (new JournalReader(paths.journal()).segments().isEmpty()) {
            return;
        }
        AtomicFile.forceDirectory(disk, paths.journal());
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.root())) {
            for (Path entry : entries) {
                if (isTable(entry)) {
                    Links.refuse(entry);
                    AtomicFile.forceDirectory(disk, entry);
                }
            }
        }
    }

    /** Whether something in the store's directory is a table's, or leads to one; what cannot be looked at is not passed over. */
    static boolean isTable(Path entry) throws IOException {
        try {
            return Files.readAttributes(entry, BasicFileAttributes.class).isDirectory()
                    && Files.readAttributes(entry.resolve(StorePaths.SCHEMA), BasicFileAttributes.class)
                            .isRegularFile();
        } catch (NoSuchFileException e) {
            return false;
        }
    }
}
