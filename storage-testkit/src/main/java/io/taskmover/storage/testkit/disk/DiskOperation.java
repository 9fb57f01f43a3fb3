package io.taskmover.storage.testkit.disk;

/**
 * A change that a {@link ModelDisk} has seen, or a promise to keep changes. Files and directories go by a number that
 * is used once; {@code time} is in nanoseconds of the disk's clock.
 */
public sealed interface DiskOperation {

    /** Bytes into a file; it grows if they end behind its end. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    record Write(long file, long offset, byte[] bytes, long time) implements DiskOperation {
        @Override
        public String toString() {
            return "Write[file=" + file + ", offset=" + offset + ", bytes=" + bytes.length + "]";
        }
    }

    /** A file cut off, or grown by zeros. */
    record Resize(long file, long size, long time) implements DiskOperation {}

    /** The file's content is durable; with {@code metadata} its time too. */
    record Force(long file, boolean metadata) implements DiskOperation {}

    /** A force of a file failed, after which no other helps, or of a directory. */
    record ForceFailed(long node) implements DiskOperation {}

    /** A new, empty file or directory. */
    record Create(long directory, String name, long node, boolean isDirectory, long time) implements DiskOperation {}

    /** A file has one name more. */
    record Link(long directory, String name, long node) implements DiskOperation {}

    /** A file or directory says that it was changed at another time; durable with the file's metadata. */
    record SetTime(long node, long time) implements DiskOperation {}

    /** A name of a file or an empty directory is gone. */
    record Remove(long directory, String name) implements DiskOperation {}

    /** A file or directory has another name, which led to another file or an empty directory before, or to none. */
    record Rename(long from, String name, long to, String newName) implements DiskOperation {}

    /** The names in a directory are durable. */
    record ForceDirectory(long directory) implements DiskOperation {}
}
