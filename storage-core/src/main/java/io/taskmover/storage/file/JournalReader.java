package io.taskmover.storage.file;

import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.file.JournalFormat.Frame;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the journal forward, and stops at a torn tail or fails at damage, as {@link JournalDamage} judges.
 *
 * <p>Can be used while records are appended to the journal; segments must not be removed meanwhile.
 */
final class JournalReader {
    /** Stands for the sequence of a segment's first record if there is none. */
    private static final long NONE = 0;
    /** Stands for the sequence of a segment's first record if it cannot be read. */
    private static final long UNREADABLE = -1;
    /** Up to where a segment tells whether it has a record. */
    private static final int FIRST_RECORD_BYTES = JournalFormat.HEADER_BYTES + JournalFormat.RECORD_HEADER_BYTES;

    private final Path directory;

    JournalReader(Path directory) {
        this.directory = directory;
    }

    /** A segment with records, and the last of them. */
    record Used(long number, Path path, long lastSequence) {}

    /**
     * How a journal ends.
     *
     * @param lastSequence the last record's sequence, or the checkpoint if that is higher
     * @param torn where a tail was dropped and why, or null
     * @param segments those with records, in order
     * @param offset where the valid records end in the last of those
     */
    record End(long lastSequence, @Nullable String torn, List<Used> segments, int offset) {}

    /** The segments by their number. */
    NavigableMap<Long, Path> segments() {
        NavigableMap<Long, Path> segments = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                JournalFormat.number(file.getFileName().toString()).ifPresent(number -> segments.put(number, file));
            }
        } catch (NoSuchFileException e) {
            return segments;
        } catch (IOException e) {
            throw Failures.io("list", directory, e);
        }
        return segments;
    }

    /**
     * Passes the commits after a checkpoint on; checks all records in segments that have some.
     *
     * @param checkpoint the commit up to which everything is in the files
     * @param tables the tables at the checkpoint, by name; changed to what they are at the end
     * @throws io.taskmover.storage.error.CorruptionException with file, offset and what is at stake
     */
    End read(long checkpoint, Map<String, TableSchema> tables, Consumer<CommitRecord> commits) {
        NavigableMap<Long, Path> segments = segments();
        if (segments.isEmpty()) {
            return new End(checkpoint, null, List.of(), JournalFormat.HEADER_BYTES);
        }
        // From the last to the first: a segment gets records only when all of the one before is on the disk. So if one
        // is found to have some, then what those in front of it have is complete when they are read after that.
        NavigableMap<Long, Long> firsts = new TreeMap<>();
        segments.descendingMap().forEach((number, path) -> firsts.put(number, firstSequence(path, number)));
        return new Pass(directory, segments, firsts, checkpoint, tables, commits).run();
    }

    /** One way through the segments. */
    private static final class Pass {
        private final Path directory;
        private final NavigableMap<Long, Path> segments;
        private final NavigableMap<Long, Long> firsts;
        private final long checkpoint;
        private final Map<String, TableSchema> tables;
        private final Consumer<CommitRecord> commits;
        private final List<Used> used = new ArrayList<>();
        /** The sequence of the next record; 0 while it is not known. */
        private long expected;

        private int end = JournalFormat.HEADER_BYTES;
        private @Nullable String torn;

        Pass(
                Path directory,
                NavigableMap<Long, Path> segments,
                NavigableMap<Long, Long> firsts,
                long checkpoint,
                Map<String, TableSchema> tables,
                Consumer<CommitRecord> commits) {
            this.directory = directory;
            this.segments = segments;
            this.firsts = firsts;
            this.checkpoint = checkpoint;
            this.tables = tables;
            this.commits = commits;
        }

        End run() {
            for (var segment : segments.tailMap(start(), true).entrySet()) {
                long number = segment.getKey();
                boolean followed =
                        firsts.tailMap(number, false).values().stream().anyMatch(first -> first != NONE);
                if (!read(number, segment.getValue(), followed) || torn != null) {
                    break;
                }
            }
            return new End(Math.max(checkpoint, expected - 1), torn, List.copyOf(used), end);
        }

        /** Segments before the one that has the first commit after the checkpoint are of no account. */
        private long start() {
            long start = segments.firstKey();
            for (var segment : firsts.entrySet()) {
                if (segment.getValue() > 0 && segment.getValue() <= checkpoint + 1) {
                    start = segment.getKey();
                }
            }
            return start;
        }

        /**
         * Reads a segment; returns false if it had no record when all were looked at, and has by now: then those in front of
         * it got more after they were read, and what stands here does not follow what was read there.
         */
        private boolean read(long number, Path path, boolean followed) {
            ByteBuffer bytes = load(path, number);
            int offset = JournalFormat.HEADER_BYTES;
            if (Objects.requireNonNull(firsts.get(number)) == NONE
                    && !isZero(bytes.slice(0, FIRST_RECORD_BYTES), offset)) {
                return false;
            }
            Frame frame = JournalFormat.frame(bytes, number, offset);
            if (expected == 0 && frame != null) {
                expected = requireConnected(frame.sequence());
            }
            while (frame != null && frame.whole() && frame.sequence() == expected) {
                if (expected > checkpoint) {
                    commits.accept(decode(path, frame, bytes));
                }
                expected++;
                offset = frame.end();
                frame = JournalFormat.frame(bytes, number, offset);
            }
            if (offset > JournalFormat.HEADER_BYTES) {
                used.add(new Used(number, path, expected - 1));
                end = offset;
            }
            if (!isZero(bytes, offset)) {
                torn = new JournalDamage(path, number, bytes, offset)
                        .requireTorn(expected, checkpoint, followed, tables);
            }
            return true;
        }

        private long requireConnected(long first) {
            if (first > checkpoint + 1) {
                throw Failures.corrupt(
                        directory,
                        "the journal begins with commit " + first + ", but the files hold commits only up to "
                                + checkpoint,
                        null);
            }
            return first;
        }

        private CommitRecord decode(Path path, Frame frame, ByteBuffer bytes) {
            try {
                return RowCodec.read(new ByteSource(frame.payload(bytes)), frame.sequence(), tables);
            } catch (IllegalArgumentException e) {
                throw Failures.corruptAt(
                        path,
                        frame.offset(),
                        "commit " + frame.sequence() + " cannot be understood: " + e.getMessage());
            }
        }
    }

    /** The sequence of a segment's first record, {@link #NONE} or {@link #UNREADABLE}. */
    private static long firstSequence(Path file, long number) {
        ByteBuffer start = ByteBuffer.allocate(FIRST_RECORD_BYTES);
        try (SeekableByteChannel channel = Files.newByteChannel(file)) {
            while (start.hasRemaining() && channel.read(start) >= 0) {
                // until there is no more
            }
        } catch (IOException e) {
            throw Failures.io("read the journal", file, e);
        }
        start.flip();
        if (isZero(start, JournalFormat.HEADER_BYTES)) {
            return NONE;
        }
        Frame frame = JournalFormat.frame(start, number, JournalFormat.HEADER_BYTES);
        return frame == null ? UNREADABLE : frame.sequence();
    }

    private static ByteBuffer load(Path file, long number) {
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
        if (!JournalFormat.isHeader(bytes, number)) {
            // never torn: a segment gets its name only after its header is on the disk
            throw Failures.corruptAt(file, 0, "its header is not that of journal segment " + number);
        }
        if (bytes.limit() % JournalFiles.BLOCK_BYTES != 0) {
            // nor is this: it had all of its length before it got its name
            throw Failures.corruptAt(file, bytes.limit(), "it was cut off there; commits may be lost");
        }
        return bytes;
    }

    private static boolean isZero(ByteBuffer bytes, int start) {
        int at = start;
        for (; at + Long.BYTES <= bytes.limit(); at += Long.BYTES) {
            if (bytes.getLong(at) != 0) {
                return false;
            }
        }
        for (; at < bytes.limit(); at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
