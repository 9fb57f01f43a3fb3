package io.taskmover.storage.file;

import java.nio.ByteBuffer;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a journal segment, all numbers big-endian:
 *
 * <pre>
 * header   8 bytes  "TMSJRNL" and LF
 *          int      format version: 1
 *          long     number of the segment
 *          int      CRC32C of the 20 bytes before
 * record   int      CRC32C of the segment's number (long), the record's offset (int) and the 24 bytes that follow
 *          int      CRC32C of the payload
 *          int      length of the payload in bytes
 *          long     sequence: one more than the record before
 *          long     durable: the highest sequence known to be on the disk when the record was made
 *          payload  as {@link RowCodec} has it
 * record   …
 * zeros    to the end of the file: space reserved for later records
 * </pre>
 *
 * <p>A record's header has a checksum of its own, so that its length and its mark count when only the payload is
 * damaged. It includes the place: what looks like a record anywhere else, in a value that someone stored for one, is
 * none. No record begins with 28 zeros, since sequences begin at 1.
 */
final class JournalFormat {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 24;
    static final int RECORD_HEADER_BYTES = 28;
    /** The largest payload, so that a segment can be read in one piece. */
    static final int MAX_PAYLOAD_BYTES = 512 << 20;

    private static final long MAGIC = 0x544D534A524E4C0AL;
    private static final String SUFFIX = ".journal";

    private JournalFormat() {}

    /**
     * A record's place in a segment: its header is what was written.
     *
     * @param whole whether its payload is too
     */
    record Frame(long sequence, long durable, int offset, int length, boolean whole) {
        /** Where the next record begins; beyond the file's end if that was cut off. */
        int end() {
            return offset + RECORD_HEADER_BYTES + length;
        }

        ByteBuffer payload(ByteBuffer segment) {
            return segment.slice(offset + RECORD_HEADER_BYTES, length);
        }
    }

    /** The name of a segment's file; names sort as numbers do. */
    static String fileName(long number) {
        return String.format(Locale.ROOT, "%019d%s", number, SUFFIX);
    }

    /** The number that a segment's file name states; empty if it is not one's name. */
    static OptionalLong number(String fileName) {
        return fileName.matches("\\d{19}\\.journal")
                ? OptionalLong.of(Long.parseLong(fileName.substring(0, 19)))
                : OptionalLong.empty();
    }

    static ByteBuffer header(long number) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putLong(number);
        header.putInt(crc(header, 0, header.position()));
        return header.flip();
    }

    /** Whether a segment starts with the magic number. */
    static boolean hasMagic(ByteBuffer segment) {
        return segment.limit() >= HEADER_BYTES && segment.getLong(0) == MAGIC;
    }

    static int version(ByteBuffer segment) {
        return segment.getInt(8);
    }

    /** Whether the header is whole and names this segment. */
    static boolean isHeader(ByteBuffer segment, long number) {
        return hasMagic(segment)
                && segment.getLong(12) == number
                && segment.getInt(20) == crc(segment, 0, HEADER_BYTES - Integer.BYTES);
    }

    /** Starts a record in an empty sink; the payload follows. */
    static void begin(ByteSink out) {
        out.putZeros(RECORD_HEADER_BYTES);
    }

    /** Completes a record, whose payload is all that follows its header, as long as it is not known where it will stand. */
    static void end(ByteSink record) {
        record.setInt(4, record.crc(new CRC32C(), RECORD_HEADER_BYTES, record.size()));
        record.setInt(8, record.size() - RECORD_HEADER_BYTES);
    }

    /** Gives a completed record its place. */
    static void place(ByteSink record, long number, int offset, long sequence, long durable) {
        record.setLong(12, sequence);
        record.setLong(20, durable);
        record.setInt(0, record.crc(placeCrc(number, offset), Integer.BYTES, RECORD_HEADER_BYTES));
    }

    /** The record at an offset, if a record's header stands there unharmed; cheap where there is none. */
    static @Nullable Frame frame(ByteBuffer segment, long number, int offset) {
        if (segment.limit() - offset < RECORD_HEADER_BYTES) {
            return null;
        }
        int length = segment.getInt(offset + 8);
        long sequence = segment.getLong(offset + 12);
        long durable = segment.getLong(offset + 20);
        // first what is almost never so by chance: every offset of a file may be tried
        if (length < 0 || length > MAX_PAYLOAD_BYTES || durable < 0 || durable >= sequence) {
            return null;
        }
        CRC32C crc = placeCrc(number, offset);
        crc.update(segment.slice(offset + Integer.BYTES, RECORD_HEADER_BYTES - Integer.BYTES));
        if (segment.getInt(offset) != (int) crc.getValue()) {
            return null;
        }
        boolean whole = length <= segment.limit() - offset - RECORD_HEADER_BYTES
                && segment.getInt(offset + 4) == crc(segment, offset + RECORD_HEADER_BYTES, length);
        return new Frame(sequence, durable, offset, length, whole);
    }

    private static CRC32C placeCrc(long number, int offset) {
        CRC32C crc = new CRC32C();
        for (int shift = Long.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            crc.update((int) (number >>> shift));
        }
        for (int shift = Integer.SIZE - Byte.SIZE; shift >= 0; shift -= Byte.SIZE) {
            crc.update(offset >>> shift);
        }
        return crc;
    }

    private static int crc(ByteBuffer bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(offset, length));
        return (int) crc.getValue();
    }
}
