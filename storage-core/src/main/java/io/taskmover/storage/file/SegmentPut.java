package io.taskmover.storage.file;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import java.io.ByteArrayOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/** What a batch does to the segment where a key belongs. */
final class SegmentPut {
    /** What is to be there. */
    enum Kind {
        /** A row of the store. */
        ROW,
        /** No row. */
        DELETED,
        /** A row of the store that has been in another segment, byte for byte. */
        MOVED,
        /** A row whose line someone else took away, and which is not known to be deleted. */
        LOST,
        /** A line of someone else, beside whatever else is there. */
        STRAY
    }

    private final Object key;
    private final Kind kind;
    private final @Nullable Row row;
    private final byte @Nullable [] bytes;
    private final int length;
    private final int crc;
    private final long unit;

    private SegmentPut(
            Object key, Kind kind, @Nullable Row row, byte @Nullable [] bytes, int length, int crc, long unit) {
        this.key = key;
        this.kind = kind;
        this.row = row;
        this.bytes = bytes;
        this.length = length;
        this.crc = crc;
        this.unit = unit;
    }

    /** @param bytes if they are known already */
    static SegmentPut row(Object key, Row row, byte @Nullable [] bytes) {
        return new SegmentPut(key, Kind.ROW, row, bytes, 0, 0, 0);
    }

    static SegmentPut deleted(Object key) {
        return new SegmentPut(key, Kind.DELETED, null, null, 0, 0, 0);
    }

    /** @param bytes null if its line is lost */
    static SegmentPut moved(Lines rows, int i, byte @Nullable [] bytes) {
        Kind kind = bytes == null ? Kind.LOST : Kind.MOVED;
        return new SegmentPut(rows.key(i), kind, null, bytes, rows.length(i), rows.crc(i), rows.unit(i));
    }

    static SegmentPut stray(Object key, byte[] bytes) {
        return new SegmentPut(key, Kind.STRAY, null, bytes, bytes.length, 0, 0);
    }

    Object key() {
        return key;
    }

    Kind kind() {
        return kind;
    }

    @Nullable
    Row row() {
        return row;
    }

    byte @Nullable [] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    int crc() {
        return crc;
    }

    long unit() {
        return unit;
    }

    /** A row's line, without its end. */
    static byte[] line(RowJson json, Row row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(256);
        try (JsonGenerator generator = RowJson.generator(out, false)) {
            json.write(generator, row);
        }
        return out.toByteArray();
    }

    /** Whether a line that someone else wrote says what the store would write. */
    static boolean means(RowJson json, byte[] line, Row row) {
        try {
            boolean[] more = new boolean[1];
            Row read = json.read(line, (name, value) -> more[0] = true);
            return !more[0] && read.equals(row);
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
