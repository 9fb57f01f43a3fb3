package io.taskmover.storage.file;

import io.taskmover.storage.file.JournalReader.Used;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;

/**
 * Makes and removes the files of the journal.
 *
 * <p>A segment is made with all of its space: header and zeros are written and forced before it gets its name, so that
 * writing records into it neither needs space nor changes what the file system knows of it.
 */
final class JournalFiles {
    /** The name of a segment under construction. */
    static final String TEMPORARY = "segment";

    /** The length of a segment is a multiple of this from the time that it has its name. */
    static final int BLOCK_BYTES = 4096;

    private static final ByteBuffer ZEROS = ByteBuffer.allocateDirect(256 << 10).asReadOnlyBuffer();

    private final Disk disk;
    private final StorePaths paths;

    JournalFiles(Disk disk, StorePaths paths) {
        this.disk = disk;
        this.paths = paths;
    }

    Disk disk() {
        return disk;
    }

    Path directory() {
        return paths.journal();
    }

    /** The size of a file that has room for so many bytes of records. */
    static int sizeFor(int recordBytes) {
        return Math.addExact(JournalFormat.HEADER_BYTES + BLOCK_BYTES - 1, recordBytes) / BLOCK_BYTES * BLOCK_BYTES;
    }

    /**
     * Makes a segment. If this fails, nothing is left of it.
     *
     * @param bytes the size that it shall have
     * @param least the size to be content with if the disk is too full for that
     */
    JournalSegment reserve(long number, int bytes, int least) throws IOException {
        try {
            return reserve(number, bytes);
        } catch (IOException e) {
            if (least >= bytes || !Failures.isDiskFull(e)) {
                throw e;
            }
            return reserve(number, least);
        }
    }

    private JournalSegment reserve(long number, int bytes) throws IOException {
        disk.createDirectories(paths.journal());
        Path path = paths.journal().resolve(JournalFormat.fileName(number));
        Path temporary = paths.temporary().resolve(TEMPORARY);
        disk.delete(temporary);
        FileChannel channel = disk.create(temporary);
        Path name = temporary;
        boolean done = false;
        try {
            disk.write(channel, JournalFormat.header(number));
            for (int rest = bytes - JournalFormat.HEADER_BYTES; rest > 0; rest -= ZEROS.capacity()) {
                disk.write(channel, ZEROS.duplicate().limit(Math.min(rest, ZEROS.capacity())));
            }
            force(temporary, channel);
            disk.move(temporary, path);
            name = path;
            AtomicFile.forceDirectory(disk, paths.journal());
            done = true;
            return new JournalSegment(number, path, channel.position(JournalFormat.HEADER_BYTES), bytes);
        } finally {
            if (!done) {
                discard(name, channel);
            }
        }
    }

    /** Removes a file on the way to another failure, which is the one that counts. */
    private void discard(Path file, FileChannel channel) {
        try {
            channel.close();
            disk.delete(file);
        } catch (IOException e) {
            Threads.LOG.warn("{} could not be removed after a failure; it will be when the store is opened", file, e);
        }
    }

    /** Returns when what was written to a segment is on the disk. */
    void force(Path path, FileChannel channel) throws IOException {
        try {
            disk.force(path, channel);
        } catch (IOException e) {
            throw new ForceFailedException(path, e);
        }
    }

    /**
     * Makes the journal that was read the durable truth, before anything is built on it: writes what is valid in the last
     * segment anew, since it may never have reached the disk (a force may have failed), writes zeros over what follows,
     * since its sequence numbers will be used again, and removes the segments that are of no account.
     */
    void settle(JournalReader.End end) throws IOException {
        Map<Long, Path> others = new JournalReader(paths.journal()).segments();
        if (others.isEmpty()) {
            return;
        }
        for (Used used : end.segments()) {
            others.remove(used.number());
        }
        for (Path other : others.values()) {
            disk.delete(other);
        }
        if (!end.segments().isEmpty()) {
            // those before were forced before this one got its first record
            rewrite(end.segments().get(end.segments().size() - 1).path(), end.offset());
        }
        AtomicFile.forceDirectory(disk, paths.journal());
    }

    /** In place: valid bytes stay the same, so that nothing is lost if this is cut off, and no space is needed. */
    private void rewrite(Path path, int end) throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        Arrays.fill(bytes, end, bytes.length, (byte) 0);
        try (FileChannel channel = disk.open(path)) {
            disk.write(channel, ByteBuffer.wrap(bytes));
            force(path, channel);
        }
    }
}
