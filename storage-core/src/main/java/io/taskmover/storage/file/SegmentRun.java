package io.taskmover.storage.file;

import io.taskmover.storage.schema.RowJson;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Neighbouring segments that are written anew with what a batch puts among their rows. Used once. */
final class SegmentRun {
    private final int from;
    private final List<Segment> segments = new ArrayList<>();
    private final List<SegmentPut> puts = new ArrayList<>();
    private List<SegmentWriter.Piece> pieces = List.of();
    private @Nullable SegmentWriter writer;
    /** The segments that have got their names. */
    private final List<Segment> written = new ArrayList<>();

    private boolean applied;

    /** @param from the position of the first segment among the ordered ones */
    SegmentRun(int from) {
        this.from = from;
    }

    int from() {
        return from;
    }

    List<Segment> segments() {
        return segments;
    }

    List<SegmentPut> puts() {
        return puts;
    }

    List<SegmentWriter.Piece> pieces() {
        return pieces;
    }

    List<Segment> written() {
        return written;
    }

    /** Whether what it has written counts, and the former segments do not. */
    boolean applied() {
        return applied;
    }

    void setApplied() {
        applied = true;
    }

    /** The file that the first new segment takes the place of; null if there is none. */
    @Nullable
    Path replaced() {
        return segments.isEmpty() ? null : segments.get(0).file();
    }

    /** The number of bytes that its segments have at most without the rows that are deleted or replaced. */
    long sizeLeft(Comparator<Object> order) {
        long size = 0;
        for (Segment segment : segments) {
            Fingerprint print = segment.print();
            size += print == null ? 0 : print.size();
            for (SegmentPut put : puts) {
                int row = put.kind() == SegmentPut.Kind.STRAY
                        ? -1
                        : segment.rows().find(put.key(), order);
                size -= row < 0 ? 0 : segment.rows().length(row) + 1L;
            }
        }
        return size;
    }

    boolean deletes() {
        return puts.stream().anyMatch(put -> put.kind() == SegmentPut.Kind.DELETED);
    }

    /** Writes the new segments, durably, but without names. */
    void write(AtomicFile atomic, Path directory, int limit, RowJson json, Comparator<Object> order)
            throws IOException {
        puts.sort(Comparator.comparing(SegmentPut::key, order));
        SegmentWriter out = new SegmentWriter(atomic, directory, limit);
        writer = out;
        int next = 0;
        List<byte[]> keyless = new ArrayList<>();
        for (Segment segment : segments) {
            byte[] bytes = segment.print() == null ? new byte[0] : Links.read(segment.file());
            requireSame(segment, bytes);
            Lines rows = segment.rows();
            for (int i = 0; i < rows.size(); i++) {
                int compared = -1;
                boolean replaced = false;
                while (next < puts.size()
                        && (compared = order.compare(puts.get(next).key(), rows.key(i))) <= 0) {
                    SegmentPut put = puts.get(next++);
                    replaced |= compared == 0 && put.kind() != SegmentPut.Kind.STRAY;
                    put(put, out, json);
                }
                if (!replaced) {
                    keep(rows, i, bytes, out);
                }
            }
            addKeyless(segment, bytes, keyless);
        }
        while (next < puts.size()) {
            put(puts.get(next++), out, json);
        }
        for (byte[] line : keyless) {
            out.stray(null, line, 0, line.length);
        }
        pieces = out.finish();
    }

    /** A file that has been replaced since it was looked at is not read as if it were the former one. */
    private static void requireSame(Segment segment, byte[] bytes) throws IOException {
        Fingerprint print = segment.print();
        if (print != null && !print.fits(bytes) && !print.fits(Fingerprint.look(segment.file()))) {
            throw new ChangedFileException(segment.file(), "is being changed by someone else");
        }
    }

    private static void keep(Lines rows, int i, byte[] bytes, SegmentWriter out) throws IOException {
        if (rows.isLost(i)) {
            out.lost(rows.key(i), rows.length(i), rows.crc(i), rows.unit(i));
        } else {
            // with the checksum that it had: damage stays visible
            out.row(rows.key(i), bytes, rows.start(i), rows.length(i), rows.crc(i), rows.unit(i));
        }
    }

    private static void addKeyless(Segment segment, byte[] bytes, List<byte[]> keyless) {
        Lines strays = segment.strays();
        for (int i = 0; i < strays.size(); i++) {
            if (strays.keyOrNull(i) == null) {
                keyless.add(Arrays.copyOfRange(bytes, strays.start(i), strays.start(i) + strays.length(i)));
            }
        }
    }

    private static void put(SegmentPut put, SegmentWriter out, RowJson json) throws IOException {
        byte[] bytes = put.bytes();
        switch (put.kind()) {
            case ROW -> {
                byte[] line = bytes == null ? SegmentPut.line(json, Objects.requireNonNull(put.row())) : bytes;
                out.row(put.key(), line, 0, line.length, Fingerprint.crc(ByteBuffer.wrap(line)), 0);
            }
            case MOVED -> out.row(put.key(), Objects.requireNonNull(bytes), 0, put.length(), put.crc(), put.unit());
            case LOST -> out.lost(put.key(), put.length(), put.crc(), put.unit());
            case STRAY -> out.stray(put.key(), Objects.requireNonNull(bytes), 0, put.length());
            case DELETED -> {}
        }
    }

    /** All that was written so far, also after a failure. */
    List<AtomicFile.Draft> drafts() {
        return writer == null ? List.of() : writer.drafts();
    }
}
