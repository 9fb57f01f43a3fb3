package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** A segment whose space is reserved, for records to be written into, one after the other. Not thread-safe. */
final class JournalSegment {
    private final long number;
    private final Path path;
    private final FileChannel channel;
    private final int capacity;
    private int offset = JournalFormat.HEADER_BYTES;

    /**
     * @param channel at the end of the header
     * @param capacity how many bytes the file has
     */
    JournalSegment(long number, Path path, FileChannel channel, int capacity) {
        this.number = number;
        this.path = path;
        this.channel = channel;
        this.capacity = capacity;
    }

    long number() {
        return number;
    }

    Path path() {
        return path;
    }

    /** At the end of what has been written; what has been taken may be more. */
    FileChannel channel() {
        return channel;
    }

    int capacity() {
        return capacity;
    }

    /** How many bytes can still be taken. */
    int room() {
        return capacity - offset;
    }

    /** Where the next record will stand. */
    int offset() {
        return offset;
    }

    /** Takes room for a record, which stands at the {@link #offset} of before. */
    void take(int bytes) {
        offset += bytes;
    }

    void close() {
        try {
            channel.close();
        } catch (IOException e) {
            // all of it that counts has been forced
            Threads.LOG.warn("Cannot close the journal {}", path, e);
        }
    }
}
