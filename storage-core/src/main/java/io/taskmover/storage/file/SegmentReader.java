package io.taskmover.storage.file;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Reads single lines of segments. One that follows the line that the same thread read before is read together with
 * those after it, since a scan will want them next. Thread-safe.
 *
 * <p>A file is open only while it is read: a segment can be replaced at any time, and an interrupt, which closes a
 * channel for everyone, hurts nobody else.
 */
final class SegmentReader {
    private static final int BLOCK_BYTES = 1 << 16;
    private static final int SLOTS = 16;

    private final AtomicReferenceArray<@Nullable Block> blocks = new AtomicReferenceArray<>(SLOTS);

    /**
     * What a thread read last.
     *
     * @param next the row after the last that was asked for
     * @param from where in the file the bytes are from
     */
    @SuppressWarnings("ArrayRecordComponent") // read, never compared
    private record Block(Segment segment, int next, int from, byte[] bytes) {
        boolean has(Lines rows, int row) {
            return rows.start(row) >= from && rows.start(row) + rows.length(row) <= from + bytes.length;
        }
    }

    /** The bytes of a row's line, as many as the file has of them. */
    byte[] read(Segment segment, int row) throws IOException {
        Lines rows = segment.rows();
        int start = rows.start(row);
        int length = rows.length(row);
        // two threads in one slot cost each other their blocks, and nothing else
        int slot = (int) (Thread.currentThread().getId() % SLOTS);
        Block block = blocks.get(slot);
        boolean sequential = block != null && block.segment == segment && block.next == row;
        if (block == null || block.segment != segment || !block.has(rows, row)) {
            byte[] bytes = read(segment, start, sequential ? Math.max(length, BLOCK_BYTES) : length);
            block = new Block(segment, row + 1, start, bytes);
            blocks.set(slot, sequential ? block : new Block(segment, row + 1, start, new byte[0]));
        } else {
            blocks.set(slot, new Block(segment, row + 1, block.from, block.bytes));
        }
        int at = start - block.from;
        return Arrays.copyOfRange(block.bytes, at, Math.min(block.bytes.length, at + length));
    }

    private static byte[] read(Segment segment, int start, int length) throws IOException {
        try (InputStream in = Files.newInputStream(segment.file(), LinkOption.NOFOLLOW_LINKS)) {
            in.skipNBytes(start);
            return in.readNBytes(length);
        } catch (EOFException e) {
            return new byte[0]; // it was cut off, or replaced by a shorter one
        }
    }
}
