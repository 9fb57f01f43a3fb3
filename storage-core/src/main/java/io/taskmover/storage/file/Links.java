package io.taskmover.storage.file;

import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.Set;

/**
 * Keeps a store inside its directory. Through a symbolic link it would read, and replace, files that are somewhere
 * else and somebody else's; so it follows none but those on the way to its root. On Windows junctions and other reparse
 * points count as links; devices and pipes are refused as well, for opening one may wait for ever.
 */
final class Links {
    private static final Set<OpenOption> READ = Set.of(StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);

    private Links() {}

    /**
     * What is at a path itself: a file or a directory.
     *
     * @throws StorageIoException if it is a link, or neither file nor directory
     */
    static BasicFileAttributes attributes(Path path) throws IOException {
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        if (attributes.isSymbolicLink() || attributes.isOther()) {
            throw refusal(path, attributes.isSymbolicLink());
        }
        return attributes;
    }

    /**
     * Whether there is a directory; false only if there is none, for what cannot be looked at may well be there.
     *
     * @throws StorageIoException if it is a link, or neither file nor directory
     */
    static boolean isDirectory(Path path) throws IOException {
        try {
            return attributes(path).isDirectory();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** The same for a file. */
    static boolean isFile(Path path) throws IOException {
        try {
            return attributes(path).isRegularFile();
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Refuses a link at this path; what is not there is no link. */
    static void refuse(Path path) throws IOException {
        try {
            var unused = attributes(path);
        } catch (NoSuchFileException e) {
            // nothing to follow
        }
    }

    /** Refuses a link at this path or anywhere under it. */
    static void refuseInside(Path path) throws IOException {
        try {
            if (!attributes(path).isDirectory()) {
                return;
            }
        } catch (NoSuchFileException e) {
            return;
        }
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(path)) {
            for (Path entry : entries) {
                refuseInside(entry);
            }
        }
    }

    /** The content of a file, which is no link. */
    static byte[] read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(attributes(file).size()));
        try (SeekableByteChannel channel = Files.newByteChannel(file, READ)) {
            while (bytes.hasRemaining()) {
                if (channel.read(bytes) < 0) {
                    break;
                }
            }
        }
        byte[] content = bytes.array();
        return bytes.hasRemaining() ? Arrays.copyOf(content, bytes.position()) : content;
    }

    private static StorageIoException refusal(Path path, boolean symbolic) {
        return new StorageIoException(
                path + " is " + (symbolic ? "a symbolic link" : "a junction, a device or a pipe")
                        + "; a store does not follow links inside its directory. Put the file or directory itself"
                        + " there, or remove it; the whole store may be reached through a link",
                path,
                false,
                null);
    }
}
