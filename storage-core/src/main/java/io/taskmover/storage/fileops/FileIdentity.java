package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * By what something on the disk is known again, after a crash too. Access times and the like do not count.
 *
 * @param size in bytes; 0 of what is no file
 * @param modified when its content was changed last; null of what is no file
 * @param key the file system's own number for it; null if it has none, or if that is not to be expected
 * @param sha256 of a file's content, in hexadecimal; null if it was not read
 * @param target what a symbolic link leads to; null of what is none
 */
record FileIdentity(
        Kind kind,
        long size,
        @Nullable Instant modified,
        @Nullable String key,
        @Nullable String sha256,
        @Nullable String target) {
    /** Changes that follow each other faster may leave the same time behind on some file systems. */
    private static final Duration GRANULARITY = Duration.ofSeconds(2);

    enum Kind {
        FILE,
        DIRECTORY,
        LINK,
        /** A device, a pipe, a junction: nothing to work with. */
        OTHER
    }

    /** A directory that is not there yet. */
    static final FileIdentity DIRECTORY = new FileIdentity(Kind.DIRECTORY, 0, null, null, null, null);

    /** What is at a path itself, links not followed; null if nothing is there. */
    static @Nullable FileIdentity of(Path path) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            Kind kind = kind(attributes);
            boolean file = kind == Kind.FILE;
            return new FileIdentity(
                    kind,
                    file ? attributes.size() : 0,
                    file ? attributes.lastModifiedTime().toInstant() : null,
                    key(path, attributes),
                    null,
                    kind == Kind.LINK ? Files.readSymbolicLink(path).toString() : null);
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static Kind kind(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return Kind.LINK;
        }
        if (attributes.isOther()) {
            return Kind.OTHER;
        }
        return attributes.isDirectory() ? Kind.DIRECTORY : Kind.FILE;
    }

    /** Without the number of the device, where it can be left out: that may be another one after the next start. */
    private static @Nullable String key(Path path, BasicFileAttributes attributes) throws IOException {
        if (path.getFileSystem().supportedFileAttributeViews().contains("unix")) {
            return String.valueOf(Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS));
        }
        Object key = attributes.fileKey();
        return key == null ? null : key.toString();
    }

    FileIdentity withSha256(String sum) {
        return new FileIdentity(kind, size, modified, key, sum, target);
    }

    /** Of a copy of it, which has another number. */
    FileIdentity withoutKey() {
        return new FileIdentity(kind, size, modified, null, sha256, target);
    }

    FileTime modifiedTime() {
        return FileTime.from(Objects.requireNonNull(modified));
    }

    /**
     * Whether this is what is at a path now: the same file, whatever was written into it, or one that looks the same. A
     * directory is taken for another, because what is in it does not count.
     */
    boolean isAt(Path path) throws IOException {
        FileIdentity now = of(path);
        if (now == null || now.kind != kind) {
            return false;
        }
        if (kind != Kind.FILE) {
            return Objects.equals(now.target, target);
        }
        return (key != null && key.equals(now.key))
                || looksLike(now)
                || (sha256 != null && size == now.size && sha256.equals(Sha256.of(path)));
    }

    /** Whether a file with the same bytes is at a path; {@link #sha256} is known. */
    boolean hasContentAt(Path path) throws IOException {
        FileIdentity now = of(path);
        return now != null && now.kind == Kind.FILE && now.size == size && Objects.equals(sha256, Sha256.of(path));
    }

    /**
     * Whether nobody has changed the file at a path, or the link. Reads a file only if it was changed so soon before it
     * was looked at that its time would not tell.
     *
     * @param seenAt when this identity was taken
     */
    boolean isUnchangedAt(Path path, Instant seenAt) throws IOException {
        FileIdentity now = of(path);
        if (now == null || now.kind != kind) {
            return false;
        }
        if (kind != Kind.FILE || modified == null) {
            return Objects.equals(now.target, target);
        }
        boolean timeTells = modified.plus(GRANULARITY).isBefore(seenAt);
        return looksLike(now) && (timeTells || Objects.equals(sha256, Sha256.of(path)));
    }

    private boolean looksLike(FileIdentity other) {
        return size == other.size && Objects.equals(modified, other.modified);
    }
}
