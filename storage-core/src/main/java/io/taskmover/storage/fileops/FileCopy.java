package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.EnumSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Copies a file's content, permissions and time of change; neither owner nor extended attributes. */
final class FileCopy {
    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
    private static final Set<PosixFilePermission> OWNER = EnumSet.of(
            PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE, PosixFilePermission.OWNER_EXECUTE);

    private FileCopy() {}

    /**
     * Copies into a new file, whose content is durable on return.
     *
     * @return the SHA-256 of what was read
     */
    static String copy(Path from, Path to, FileTime modified) throws IOException {
        boolean posix = isPosix(from, to);
        try (FileChannel channel = posix ? FileChannel.open(to, NEW, OWNER_ONLY) : FileChannel.open(to, NEW)) {
            String sum = Sha256.of(from, bytes -> {
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            });
            if (posix) {
                setPermissions(to, Files.getPosixFilePermissions(from, LinkOption.NOFOLLOW_LINKS));
            }
            setTime(to, modified);
            channel.force(true);
            return sum;
        }
    }

    /** Gives a directory another's permissions and time. */
    static void copyAttributes(Path from, Path to) throws IOException {
        if (isPosix(from, to)) {
            setPermissions(to, Files.getPosixFilePermissions(from, LinkOption.NOFOLLOW_LINKS));
        }
        setTime(to, Files.getLastModifiedTime(from, LinkOption.NOFOLLOW_LINKS));
    }

    /** So that what is in a directory can be removed; nothing if it is gone. */
    static void giveOwnerAll(Path directory) throws IOException {
        FileIdentity found = FileIdentity.of(directory);
        if (found != null && found.kind() == FileIdentity.Kind.DIRECTORY && isPosix(directory, directory)) {
            Set<PosixFilePermission> permissions = EnumSet.copyOf(OWNER); // a copy of none would not know its type
            permissions.addAll(Files.getPosixFilePermissions(directory, LinkOption.NOFOLLOW_LINKS));
            setPermissions(directory, permissions);
        }
    }

    private static boolean isPosix(Path from, Path to) {
        return view(from) != null && view(to) != null;
    }

    private static @Nullable PosixFileAttributeView view(Path path) {
        return Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
    }

    private static void setPermissions(Path path, Set<PosixFilePermission> permissions) throws IOException {
        Files.setPosixFilePermissions(path, permissions);
    }

    private static void setTime(Path path, FileTime modified) throws IOException {
        Files.getFileAttributeView(path, BasicFileAttributeView.class).setTimes(modified, null, null);
    }
}
