package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/**
 * Makes files and directories that only their owner can use, whatever the process's umask: they have their permissions
 * from the start, so that there is no moment in which others could open them. Where a file system has no POSIX
 * permissions, what is made has those that the system gives it, on Windows the directory's.
 */
final class OwnerOnly {
    private static final Set<PosixFilePermission> FILE = PosixFilePermissions.fromString("rw-------");
    private static final Set<PosixFilePermission> DIRECTORY = PosixFilePermissions.fromString("rwx------");
    private static final FileAttribute<?>[] NONE = {};

    /** A process has one umask: if it left the first file its permissions, the others need not be looked at. */
    private static volatile boolean umaskSparesFiles;

    private OwnerOnly() {}

    static void createDirectory(Path directory) throws IOException {
        boolean posix = isPosix(directory);
        Files.createDirectory(directory, posix ? attributes(DIRECTORY) : NONE);
        if (posix) {
            giveOwner(directory, DIRECTORY);
        }
    }

    /** Opens a file; if the options make one, it is its owner's only. */
    static FileChannel open(Path file, Set<? extends OpenOption> options) throws IOException {
        boolean posix = isPosix(file);
        FileChannel channel = FileChannel.open(file, options, posix ? attributes(FILE) : NONE);
        boolean open = false;
        try {
            if (posix && !umaskSparesFiles) {
                boolean spared = !giveOwner(file, FILE);
                // one that was there already tells nothing
                umaskSparesFiles = spared && options.contains(StandardOpenOption.CREATE_NEW);
            }
            open = true;
            return channel;
        } finally {
            if (!open) {
                channel.close();
            }
        }
    }

    /** The umask takes permissions away at creation, from the owner too: gives these back. Others never get any. */
    private static boolean giveOwner(Path path, Set<PosixFilePermission> wanted) throws IOException {
        if (Files.getPosixFilePermissions(path, LinkOption.NOFOLLOW_LINKS).containsAll(wanted)) {
            return false;
        }
        Files.setPosixFilePermissions(path, wanted);
        return true;
    }

    private static boolean isPosix(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix");
    }

    private static FileAttribute<?>[] attributes(Set<PosixFilePermission> permissions) {
        return new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)};
    }
}
