package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes lines, given in key order, to as many new segments as they need. A segment is cut when it would outgrow the
 * limit, at three quarters of it, so that there is room for more on both sides of the cut. Used once, by one thread.
 */
final class SegmentWriter {
    private static final byte[] NOTHING = {};

    private final AtomicFile atomic;
    private final Path directory;
    private final int limit;
    private final List<Piece> pieces = new ArrayList<>();

    private byte[] buffer;
    private int size;
    private Lines lines = new Lines(64);
    /** Which lines are not rows of the store. */
    private BitSet strays = new BitSet();

    SegmentWriter(AtomicFile atomic, Path directory, int limit) {
        this.atomic = atomic;
        this.directory = directory;
        this.limit = limit;
        this.buffer = new byte[Math.min(limit, 1 << 16)];
    }

    /** A new segment: durable, but without a name. */
    record Piece(AtomicFile.Draft draft, Fingerprint print, Lines rows, Lines strays) {
        /** The segment, once it has its name. */
        Segment named(Path file) {
            return new Segment(file, print, rows, strays, false, false);
        }
    }

    void row(Object key, byte[] bytes, int from, int length, int crc, long unit) throws IOException {
        append(key, bytes, from, length, crc, unit);
    }

    /** A line that is not the store's. */
    void stray(@Nullable Object key, byte[] bytes, int from, int length) throws IOException {
        append(key, bytes, from, length, Fingerprint.crc(ByteBuffer.wrap(bytes, from, length)), 0);
        strays.set(lines.size() - 1);
    }

    /** A row that has no line. */
    void lost(Object key, int length, int crc, long unit) {
        lines.add(key, Lines.LOST, length, crc, unit);
    }

    private void append(@Nullable Object key, byte[] bytes, int from, int length, int crc, long unit)
            throws IOException {
        if (size > 0 && size + length + 1L > limit) {
            cut(length >= limit ? size : limit / 4 * 3);
        }
        int end = Math.addExact(size, length + 1);
        if (end > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(end, Math.min(limit, buffer.length * 2)));
        }
        System.arraycopy(bytes, from, buffer, size, length);
        buffer[end - 1] = '\n';
        lines.add(key, size, length, crc, unit);
        size = end;
    }

    /** Makes a segment of the first lines, as many as end before {@code target} and at least one. */
    private void cut(int target) throws IOException {
        int end = 0;
        int count = 0;
        while (count < lines.size()) {
            int next = lines.isLost(count) ? end : lines.start(count) + lines.length(count) + 1;
            if (next > target && end > 0) {
                break;
            }
            end = next;
            count++;
        }
        pieces.add(piece(count, end));
        Lines rest = new Lines(lines.size() - count);
        for (int i = count; i < lines.size(); i++) {
            int start = lines.isLost(i) ? Lines.LOST : lines.start(i) - end;
            rest.add(lines.keyOrNull(i), start, lines.length(i), lines.crc(i), lines.unit(i));
        }
        System.arraycopy(buffer, end, buffer, 0, size - end);
        size -= end;
        strays = strays.get(count, Math.max(count, strays.length()));
        lines = rest;
    }

    private Piece piece(int count, int end) throws IOException {
        Lines rows = new Lines(count);
        Lines others = new Lines(0);
        int number = 0;
        for (int i = 0; i < count; i++) {
            number += lines.isLost(i) ? 0 : 1;
            if (strays.get(i)) {
                others.add(lines.keyOrNull(i), lines.start(i), lines.length(i), lines.crc(i), number);
            } else {
                rows.add(lines, i);
            }
        }
        ByteBuffer content = ByteBuffer.wrap(buffer, 0, end);
        int crc = Fingerprint.crc(content);
        AtomicFile.Draft draft = atomic.draft(directory, content);
        boolean finished = false;
        try {
            Fingerprint print = new Fingerprint(end, Fingerprint.modified(draft.finish()), crc);
            finished = true;
            return new Piece(draft, print, rows, others);
        } finally {
            if (!finished) {
                draft.close();
            }
        }
    }

    /** The segments, after the last line. */
    List<Piece> finish() throws IOException {
        if (lines.size() > 0) {
            pieces.add(piece(lines.size(), size));
        }
        buffer = NOTHING; // a batch has a writer for each segment that it changes, and keeps them all to its end
        return pieces;
    }

    /** All that were written so far. */
    List<AtomicFile.Draft> drafts() {
        return pieces.stream().map(Piece::draft).toList();
    }
}
