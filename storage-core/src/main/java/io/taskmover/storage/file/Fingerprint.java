package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What tells whether a file is still as it was: cheap to look at (size and time) and hard to get past (checksum).
 *
 * @param size in bytes
 * @param modified the time of the last change in nanoseconds since 1970, as exact as the file system keeps it
 * @param crc the CRC32C (Castagnoli, RFC 3720) of all bytes
 */
record Fingerprint(long size, long modified, int crc) {

    /** The fingerprint of a file with this content. */
    static Fingerprint of(BasicFileAttributes attributes, byte[] content) {
        return new Fingerprint(content.length, modified(attributes), crc(content));
    }

    /** A file's attributes, those of a link itself; null if there is no such file. */
    static @Nullable BasicFileAttributes look(Path file) throws IOException {
        try {
            return Links.attributes(file);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    /** Whether a file's size and time are those of this one: then its content should be too. */
    boolean fits(@Nullable BasicFileAttributes attributes) {
        return attributes != null
                && attributes.isRegularFile()
                && attributes.size() == size
                && modified(attributes) == modified;
    }

    boolean fits(byte[] content) {
        return content.length == size && crc(content) == crc;
    }

    /** Whether a file with the other fingerprint has the same content, whatever its time. */
    boolean sameContent(@Nullable Fingerprint other) {
        return other != null && size == other.size && crc == other.crc;
    }

    static long modified(BasicFileAttributes attributes) {
        return attributes.lastModifiedTime().to(TimeUnit.NANOSECONDS);
    }

    static int crc(byte[] content) {
        return crc(ByteBuffer.wrap(content));
    }

    static int crc(ByteBuffer content) {
        CRC32C crc = new CRC32C();
        crc.update(content.duplicate());
        return (int) crc.getValue();
    }
}
