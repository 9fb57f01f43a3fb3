package io.taskmover.storage.testkit.disk;

import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.GroupPrincipal;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A file's attributes at one moment. */
record ModelAttributes(
        FileTime lastModifiedTime, boolean isDirectory, long size, Object fileKey, Set<PosixFilePermission> permissions)
        implements PosixFileAttributes {

    /** What new files and directories get, unless they are made with others: those of the umask 022. */
    static final Set<PosixFilePermission> FILE = Set.copyOf(PosixFilePermissions.fromString("rw-r--r--"));

    static final Set<PosixFilePermission> DIRECTORY = Set.copyOf(PosixFilePermissions.fromString("rwxr-xr-x"));

    private static final User USER = new User("user");
    private static final Instant START = Instant.parse("2024-02-29T12:00:00Z");

    private record User(String getName) implements GroupPrincipal {}

    private record Key(long number) {}

    static ModelAttributes of(Inode inode) {
        return new ModelAttributes(
                time(inode.modified),
                inode.isDirectory,
                inode.content.size(),
                new Key(inode.number),
                inode.permissions);
    }

    private static FileTime time(long nanos) {
        return FileTime.from(START.plusNanos(nanos));
    }

    /** A time by the disk's clock. */
    static long nanos(FileTime time) {
        return Duration.between(START, time.toInstant()).toNanos();
    }

    /** The permissions among attributes that a file is made with. */
    @SuppressWarnings("unchecked")
    static Set<PosixFilePermission> permissions(FileAttribute<?>[] attributes, boolean isDirectory) {
        for (FileAttribute<?> attribute : attributes) {
            if (attribute.name().equals("posix:permissions")) {
                return Set.copyOf((Set<PosixFilePermission>) attribute.value());
            }
            throw new UnsupportedOperationException("the model disk makes no file with " + attribute.name());
        }
        return isDirectory ? DIRECTORY : FILE;
    }

    /** All attributes by their names in the view {@code posix}. */
    Map<String, Object> toMap() {
        Map<String, Object> values = new TreeMap<>();
        values.put("lastModifiedTime", lastModifiedTime);
        values.put("lastAccessTime", lastAccessTime());
        values.put("creationTime", creationTime());
        values.put("size", size);
        values.put("isRegularFile", isRegularFile());
        values.put("isDirectory", isDirectory);
        values.put("isSymbolicLink", false);
        values.put("isOther", false);
        values.put("fileKey", fileKey);
        values.put("permissions", permissions);
        values.put("owner", owner());
        values.put("group", group());
        return values;
    }

    @Override
    public FileTime lastAccessTime() {
        return lastModifiedTime;
    }

    @Override
    public FileTime creationTime() {
        return lastModifiedTime;
    }

    @Override
    public boolean isRegularFile() {
        return !isDirectory;
    }

    @Override
    public boolean isSymbolicLink() {
        return false;
    }

    @Override
    public boolean isOther() {
        return false;
    }

    @Override
    public UserPrincipal owner() {
        return USER;
    }

    @Override
    public GroupPrincipal group() {
        return USER;
    }
}
