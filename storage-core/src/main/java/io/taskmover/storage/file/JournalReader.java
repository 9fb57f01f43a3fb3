package io.taskmover.storage.file;

import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.file.JournalFormat.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal forward and tells a torn tail from damage.
 *
 * <p>A record that is not whole ends the journal if it can be the trace of a write that was cut off by a crash: it
 * stands in the last segment, and no record after it was written when it was already durable. Otherwise it was durable
 * once, and perhaps acknowledged: that is corruption.
 */
final class JournalReader {
    private final Path directory;

    JournalReader(Path directory) {
        this.directory = directory;
    }

    /** Is given the records, in order. */
    interface Visitor {
        /** @throws IllegalArgumentException if the payload cannot be understood */
        void record(long sequence, ByteBuffer payload);
    }

    /**
     * How a journal ends.
     *
     * @param lastSequence the last record's sequence; that given to {@link #read} if there is none after it
     * @param torn where a tail was dropped and why, or null
     */
    record End(long lastSequence, @Nullable String torn) {}

    /** The segments by the sequence of their first record. */
    NavigableMap<Long, Path> segments() {
        NavigableMap<Long, Path> segments = new TreeMap<>();
        if (!Files.isDirectory(directory)) {
            return segments;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                JournalFormat.firstSequence(file.getFileName().toString())
                        .ifPresent(first -> segments.put(first, file));
            }
        } catch (IOException e) {
            throw Failures.io("list", directory, e);
        }
        return segments;
    }

    /**
     * Passes the records after {@code checkpoint} to {@code visitor}; checks all in segments that have some.
     *
     * @throws io.taskmover.storage.error.CorruptionException with file and offset
     */
    End read(long checkpoint, Visitor visitor) {
        NavigableMap<Long, Path> segments = segments();
        if (segments.isEmpty()) {
            return new End(checkpoint, null);
        }
        if (segments.firstKey() > checkpoint + 1) {
            throw Failures.corrupt(
                    directory,
                    "the journal begins with commit " + segments.firstKey()
                            + ", but JSON files hold commits only up to " + checkpoint,
                    null);
        }
        // those below hold nothing after the checkpoint: trimmed, perhaps not all, when the power went
        segments = segments.tailMap(segments.floorKey(checkpoint + 1), true);
        long expected = segments.firstKey();
        String torn = null;
        for (var segment : segments.entrySet()) {
            boolean last = segment.getKey().equals(segments.lastKey());
            if (segment.getKey() != expected) {
                throw Failures.corrupt(
                        segment.getValue(),
                        "it begins with commit " + segment.getKey() + " where " + expected + " should follow",
                        null);
            }
            ByteBuffer bytes = load(segment.getValue(), expected);
            int offset = JournalFormat.HEADER_BYTES;
            while (offset < bytes.limit()) {
                Frame frame = JournalFormat.frame(bytes, offset, expected, expected);
                if (frame == null) {
                    requireTorn(segment.getValue(), bytes, offset, expected, last);
                    torn = segment.getValue() + " at offset " + offset + ": " + (bytes.limit() - offset)
                            + " bytes of a write that was cut off";
                    break;
                }
                if (frame.sequence() > checkpoint) {
                    visit(visitor, segment.getValue(), frame, bytes);
                }
                expected++;
                offset = frame.end();
            }
        }
        return new End(Math.max(checkpoint, expected - 1), torn);
    }

    private static void visit(Visitor visitor, Path file, Frame frame, ByteBuffer bytes) {
        try {
            visitor.record(frame.sequence(), frame.payload(bytes));
        } catch (IllegalArgumentException e) {
            throw Failures.corruptAt(
                    file, frame.offset(), "commit " + frame.sequence() + " cannot be understood: " + e.getMessage());
        }
    }

    private static ByteBuffer load(Path file, long firstSequence) {
        ByteBuffer bytes;
        try {
            bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        } catch (IOException e) {
            throw Failures.io("read the journal", file, e);
        }
        if (JournalFormat.hasMagic(bytes) && JournalFormat.version(bytes) > JournalFormat.VERSION) {
            throw new UnsupportedException(file + " was written by a later version of this library (journal format "
                    + JournalFormat.version(bytes) + ", this one knows " + JournalFormat.VERSION
                    + "); use that version");
        }
        if (!JournalFormat.isHeader(bytes, firstSequence)) {
            // never torn: a segment gets its name only after its header is on the disk
            throw Failures.corruptAt(
                    file, 0, "its header is not that of a journal beginning with commit " + firstSequence);
        }
        return bytes;
    }

    private static void requireTorn(Path file, ByteBuffer bytes, int offset, long expected, boolean lastSegment) {
        if (!lastSegment) {
            // the next segment was begun only after this one was forced
            throw Failures.corruptAt(
                    file, offset, "commit " + expected + " is not there whole, but a later segment is");
        }
        long highest = expected + bytes.limit() / JournalFormat.RECORD_HEADER_BYTES;
        for (int at = offset; at < bytes.limit(); at++) {
            Frame later = JournalFormat.frame(bytes, at, 1, highest);
            if (later == null) {
                continue;
            }
            if (at == offset) {
                throw Failures.corruptAt(
                        file, offset, "commit " + later.sequence() + " stands where " + expected + " should");
            }
            if (later.durable() >= expected) {
                throw Failures.corruptAt(
                        file,
                        offset,
                        "commit " + expected + " is not there whole, although it was durable when commit "
                                + later.sequence() + " at offset " + at + " was written");
            }
            at = later.end() - 1;
        }
    }
}
