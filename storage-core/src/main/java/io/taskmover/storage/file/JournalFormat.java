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
 *          long     sequence of the first record
 *          int      CRC32C of the 20 bytes before
 * record   int      CRC32C of everything that follows in the record
 *          int      length of the payload in bytes
 *          long     sequence: one more than the record before
 *          long     durable: the highest sequence known to be on the disk when the record was made
 *          payload  as {@link RowCodec} has it
 * record   …
 * </pre>
 */
final class JournalFormat {
    static final int VERSION = 1;
    static final int HEADER_BYTES = 24;
    static final int RECORD_HEADER_BYTES = 24;
    /** The largest payload, so that a segment can be read in one piece. */
    static final int MAX_PAYLOAD_BYTES = 512 << 20;

    private static final long MAGIC = 0x544D534A524E4C0AL;
    private static final String SUFFIX = ".journal";

    private JournalFormat() {}

    /** A record's place in a segment. */
    record Frame(long sequence, long durable, int offset, int length) {
        int end() {
            return offset + RECORD_HEADER_BYTES + length;
        }

        ByteBuffer payload(ByteBuffer segment) {
            return segment.slice(offset + RECORD_HEADER_BYTES, length);
        }
    }

    /** The name of the segment whose first record has this sequence; names sort as sequences do. */
    static String fileName(long firstSequence) {
        return String.format(Locale.ROOT, "%019d%s", firstSequence, SUFFIX);
    }

    /** The sequence that a segment's file name states; empty if it is not one's name. */
    static OptionalLong firstSequence(String fileName) {
        return fileName.matches("\\d{19}\\.journal")
                ? OptionalLong.of(Long.parseLong(fileName.substring(0, 19)))
                : OptionalLong.empty();
    }

    static ByteBuffer header(long firstSequence) {
        ByteBuffer header = ByteBuffer.allocate(HEADER_BYTES);
        header.putLong(MAGIC).putInt(VERSION).putLong(firstSequence);
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

    /** Whether the header is whole and names this sequence. */
    static boolean isHeader(ByteBuffer segment, long firstSequence) {
        return hasMagic(segment)
                && segment.getLong(12) == firstSequence
                && segment.getInt(20) == crc(segment, 0, HEADER_BYTES - Integer.BYTES);
    }

    /** Starts a record in {@code out}; returns its offset there for {@link #end}. */
    static int begin(ByteSink out, long sequence, long durable) {
        int offset = out.size();
        out.putInt(0);
        out.putInt(0);
        out.putLong(sequence);
        out.putLong(durable);
        return offset;
    }

    /** Completes the record that began at {@code offset} and ends where {@code out} does. */
    static void end(ByteSink out, int offset) {
        out.setInt(offset + Integer.BYTES, out.size() - offset - RECORD_HEADER_BYTES);
        out.setInt(offset, out.crc(offset + Integer.BYTES));
    }

    /**
     * The record at an offset if one is there whole and unharmed and its sequence lies in a range, else null. The range
     * is looked at before the checksum, which makes it cheap to try every offset.
     */
    static @Nullable Frame frame(ByteBuffer segment, int offset, long lowest, long highest) {
        if (segment.limit() - offset < RECORD_HEADER_BYTES) {
            return null;
        }
        int length = segment.getInt(offset + 4);
        long sequence = segment.getLong(offset + 8);
        long durable = segment.getLong(offset + 16);
        boolean plausible = length >= 0
                && length <= segment.limit() - offset - RECORD_HEADER_BYTES
                && sequence >= lowest
                && sequence <= highest
                && durable >= 0
                && durable < sequence;
        return plausible
                        && segment.getInt(offset)
                                == crc(segment, offset + Integer.BYTES, RECORD_HEADER_BYTES - Integer.BYTES + length)
                ? new Frame(sequence, durable, offset, length)
                : null;
    }

    private static int crc(ByteBuffer bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes.slice(offset, length));
        return (int) crc.getValue();
    }
}
