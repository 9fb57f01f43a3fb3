package io.taskmover.storage.cache;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What a cache on disk knows of its segments. 64 bytes, written over the former ones, all numbers big-endian:
 *
 * <pre>
 * 8 bytes  "TMCACH1" and LF
 * long     number of the newest segment; if there is no such file, nothing in the directory counts
 * int      where that one's records end, {@link CacheSegment#UNKNOWN} while it is written
 * int      1 if all was made durable after the last change, plus 2 if nobody knows what is behind the end
 * long     the latest time that is known, in milliseconds since 1970
 * 16 bytes the boot of the system under which it was written; zeros if that is not known
 * zeros
 * int      CRC32C of the 60 bytes before
 * </pre>
 *
 * @param boot null if it is not known
 */
record CacheState(
        long newest,
        int end,
        boolean isSealed,
        boolean isDurable,
        long time,
        @Nullable UUID boot) {
    static final int BYTES = 64;
    private static final long MAGIC = 0x544D43414348310AL;
    private static final int DURABLE = 1;
    private static final int SEALED = 2;
    private static final UUID NONE = new UUID(0, 0);

    byte[] bytes() {
        UUID written = boot == null ? NONE : boot;
        ByteBuffer buffer = ByteBuffer.allocate(BYTES);
        buffer.putLong(MAGIC)
                .putLong(newest)
                .putInt(end)
                .putInt((isDurable ? DURABLE : 0) + (isSealed ? SEALED : 0))
                .putLong(time)
                .putLong(written.getMostSignificantBits())
                .putLong(written.getLeastSignificantBits());
        return buffer.putInt(BYTES - Integer.BYTES, crc(buffer.array())).array();
    }

    /** Null if it is not what was written. */
    static @Nullable CacheState of(byte[] bytes) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        if (buffer.getLong() != MAGIC || buffer.getInt(BYTES - Integer.BYTES) != crc(bytes)) {
            return null;
        }
        long newest = buffer.getLong();
        int end = buffer.getInt();
        int flags = buffer.getInt();
        long time = buffer.getLong();
        UUID boot = new UUID(buffer.getLong(), buffer.getLong());
        return new CacheState(
                newest, end, (flags & SEALED) != 0, (flags & DURABLE) != 0, time, boot.equals(NONE) ? null : boot);
    }

    private static int crc(byte[] bytes) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, BYTES - Integer.BYTES);
        return (int) crc.getValue();
    }

    /**
     * Whether the files are what the cache has written: made durable, or read under the system that they were written
     * under, which has all that a killed process wrote. After a power cut a later write may be there and an earlier one not.
     */
    boolean holdsUnder(@Nullable UUID now) {
        return isDurable || (boot != null && boot.equals(now));
    }
}
