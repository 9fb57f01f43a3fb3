package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/**
 * The operations by which a store becomes durable. Everything that changes a file goes through here, so that tests can
 * count, order and fail it.
 */
interface Disk {

    /** Creates a directory and those above it that are missing; each that it made is durable in the one above it. */
    void createDirectories(Path directory) throws IOException;

    /** Creates a directory that is not there; durable with {@link #forceDirectory} of the one above it. */
    void createDirectory(Path directory) throws IOException;

    /** A new, empty file for writing; one that exists is an error. */
    FileChannel create(Path file) throws IOException;

    /** A file that exists, for reading and for writing over what it holds. */
    FileChannel open(Path file) throws IOException;

    /** Writes everything that remains in {@code bytes} at the channel's position. */
    void write(FileChannel channel, ByteBuffer bytes) throws IOException;

    /** Cuts a file off; durable when it has been forced. */
    void truncate(FileChannel channel, long size) throws IOException;

    /** Returns when the file's content is durable. A failure means that it is unknown what is. */
    void force(Path file, FileChannel channel) throws IOException;

    /** Returns when the names in a directory are durable. A failure means that it is unknown which are. */
    void forceDirectory(Path directory) throws IOException;

    /** Gives a file another name at once, replacing a file that has it; durable with {@link #forceDirectory}. */
    void move(Path from, Path to) throws IOException;

    /** Removes a file or an empty directory if it exists; durable with {@link #forceDirectory}. */
    void delete(Path path) throws IOException;
}
