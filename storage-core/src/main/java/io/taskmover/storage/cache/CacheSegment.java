package io.taskmover.storage.cache;

import java.io.Closeable;
import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A file of records, one after the other, of a size that it has from the start: what is missing at its end was cut off. All
 * numbers big-endian:
 *
 * <pre>
 * header   8 bytes  "TMCSEG1" and LF
 *          long     number of the segment
 *          int      size of the file
 *          int      where the records of the segment before end; 0 if there is none
 *          int      CRC32C of the 24 bytes before
 *          zeros    to 64 bytes
 * records  as {@link CacheRecord} has them
 * zeros    to the end
 * </pre>
 *
 * <p>Reads come from any thread; who writes has the log's lock.
 */
final class CacheSegment implements Closeable {
    static final int HEADER_BYTES = 64;
    /** The end of a segment's records if nobody has written it down: it is where nothing but zeros follows. */
    static final int UNKNOWN = 0;

    private static final long MAGIC = 0x544D43534547310AL;
    private static final int CRC_AT = 24;
    private static final int CHUNK_BYTES = 1 << 16;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final CacheFile file;
    private final long number;
    private final int size;
    private final int formerEnd;
    private int end = HEADER_BYTES;
    private boolean isDurable;

    private CacheSegment(CacheFile file, long number, int size, int formerEnd) {
        this.file = file;
        this.number = number;
        this.size = size;
        this.formerEnd = formerEnd;
    }

    /** @param formerEnd where the records of the segment before end, which has the number before; 0 if there is none */
    static CacheSegment create(Path path, long number, int size, int formerEnd) throws IOException {
        CacheFile file = CacheFile.create(path);
        boolean created = false;
        try {
            byte[] header = new byte[HEADER_BYTES];
            LONGS.set(header, 0, MAGIC);
            LONGS.set(header, 8, number);
            INTS.set(header, 16, size);
            INTS.set(header, 20, formerEnd);
            INTS.set(header, CRC_AT, crc(header));
            file.write(new byte[1], size - 1L);
            file.write(header, 0);
            created = true;
            return new CacheSegment(file, number, size, formerEnd);
        } finally {
            if (!created) {
                file.close();
            }
        }
    }

    /** Opens a segment; null if it is not what was made under this number. */
    static @Nullable CacheSegment open(Path path, long number) throws IOException {
        CacheFile file = CacheFile.open(path);
        CacheSegment segment = null;
        try {
            byte[] header = new byte[HEADER_BYTES];
            if (file.read(header, HEADER_BYTES, 0) == HEADER_BYTES
                    && (long) LONGS.get(header, 0) == MAGIC
                    && (long) LONGS.get(header, 8) == number
                    && (int) INTS.get(header, CRC_AT) == crc(header)
                    && file.size() == (int) INTS.get(header, 16)) {
                segment = new CacheSegment(file, number, (int) INTS.get(header, 16), (int) INTS.get(header, 20));
            }
            return segment;
        } finally {
            if (segment == null) {
                file.close();
            }
        }
    }

    private static int crc(byte[] header) {
        CRC32C crc = new CRC32C();
        crc.update(header, 0, CRC_AT);
        return (int) crc.getValue();
    }

    Path path() {
        return file.path();
    }

    long number() {
        return number;
    }

    int size() {
        return size;
    }

    int formerEnd() {
        return formerEnd;
    }

    /** Where the next record will stand. */
    int end() {
        return end;
    }

    int room() {
        return size - end;
    }

    /** Writes a record, which must find room, behind the others; returns where. If that fails, none of it counts as there. */
    int append(CacheRecord record) throws IOException {
        int offset = end;
        byte[] bytes = record.placed(number, offset);
        isDurable = false;
        file.write(bytes, offset);
        end = offset + bytes.length;
        return offset;
    }

    /** Writes the header of a record over the one that is there. */
    void replace(CacheRecord header, int offset) throws IOException {
        isDurable = false;
        file.write(header.placed(number, offset), offset);
    }

    /** The record at a place; null if what can be read there is not what was written. */
    @Nullable
    CacheRecord read(int offset, int length) throws IOException {
        byte[] bytes = new byte[length];
        file.read(bytes, offset);
        CacheRecord record = CacheRecord.read(bytes, 0, number, offset);
        return record != null && (!record.isValue() || record.isWhole()) ? record : null;
    }

    /** Says that what is in it is durable, as it was read. */
    void setDurable() {
        isDurable = true;
    }

    /** Makes what was written durable. */
    void force() throws IOException {
        if (!isDurable) {
            file.force();
            isDurable = true;
        }
    }

    /** Is told of each record of a segment, of which the header only is sure to be there. */
    interface Visitor {
        void record(CacheRecord header, int offset) throws IOException;
    }

    /**
     * Goes through the records. If this returns true, {@link #end} is where they end.
     *
     * @param known where they end, or {@link #UNKNOWN}
     * @return whether all that is there could be read, and each record's header was what was written
     * @throws IOException what the visitor throws
     */
    boolean scan(int known, Visitor visitor) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        int chunkStart = 0;
        int chunkEnd = 0;
        int offset = HEADER_BYTES;
        while (offset != known && offset < size) {
            if (offset + CacheRecord.HEADER_BYTES > chunkEnd) {
                chunkStart = offset;
                chunkEnd = offset + readChunk(chunk, offset);
                if (offset + CacheRecord.HEADER_BYTES > chunkEnd) {
                    return false;
                }
            }
            CacheRecord header = CacheRecord.read(chunk, offset - chunkStart, number, offset);
            if (header == null) {
                end = offset;
                return known == UNKNOWN && isNothingBehind(chunk, offset);
            }
            if (header.length() > size - offset) {
                return false;
            }
            visitor.record(header, offset);
            offset += (int) header.length();
        }
        end = offset;
        return known == UNKNOWN || offset == known;
    }

    private int readChunk(byte[] chunk, int offset) {
        try {
            return file.read(chunk, Math.min(chunk.length, size - offset), offset);
        } catch (IOException e) {
            FileCache.LOG.debug("Cannot read from {}", file.path(), e);
            return 0;
        }
    }

    private boolean isNothingBehind(byte[] chunk, int offset) {
        for (int at = offset; at < size; ) {
            int read = readChunk(chunk, at);
            if (read == 0) {
                return false;
            }
            for (int i = 0; i < read; i++) {
                if (chunk[i] != 0) {
                    return false;
                }
            }
            at += read;
        }
        return true;
    }

    /** Those who read it find it gone. */
    @Override
    public void close() throws IOException {
        file.close();
    }
}
