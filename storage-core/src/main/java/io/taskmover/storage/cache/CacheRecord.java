package io.taskmover.storage.cache;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A record of a segment; all numbers big-endian:
 *
 * <pre>
 * int    CRC32C of the 28 bytes that follow, mixed with the record's place: the segment's number and the offset
 * int    CRC32C of key and value
 * byte   kind: 1 a value, 2 a value that is gone, 3 the time only
 * 3 bytes  length of the key
 * int    length of the value
 * long   hash of the key
 * long   of a value the time at which it is over, {@link Long#MAX_VALUE} for never; else the time at which this was
 *        written; in milliseconds since 1970
 * key, value, and zeros up to a multiple of 32 bytes
 * </pre>
 *
 * <p>A header never goes over a boundary of pages or sectors: it is written whole or not at all. It has a checksum of its own,
 * so that what is known of a record whose key or value is damaged is whose it is, and where the next one begins. A value
 * that is gone keeps its place and its length, so that what was there before it does not come back.
 */
final class CacheRecord {
    static final int HEADER_BYTES = 32;
    static final int ALIGNMENT = 32;
    static final int MAX_KEY_BYTES = (1 << 24) - 1;

    private static final int MAX_BYTES = 1 << 30;

    private static final int VALUE = 1;
    private static final int GONE = 2;
    private static final int TIME = 3;

    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** A header, and what of the record was read behind it. */
    private final byte[] bytes;
    /** Where in the bytes it begins. */
    private final int start;

    private CacheRecord(byte[] bytes, int start) {
        this.bytes = bytes;
        this.start = start;
    }

    /** A value as a record that has no place yet; null if it is too long for one. */
    static @Nullable CacheRecord of(long hash, byte[] key, byte[] value, long end) {
        long length = HEADER_BYTES + (long) key.length + value.length;
        if (key.length > MAX_KEY_BYTES || length > MAX_BYTES) {
            return null;
        }
        byte[] bytes = new byte[aligned((int) length)];
        System.arraycopy(key, 0, bytes, HEADER_BYTES, key.length);
        System.arraycopy(value, 0, bytes, HEADER_BYTES + key.length, value.length);
        int payloadCrc = crc(bytes, HEADER_BYTES, key.length + value.length);
        return header(bytes, payloadCrc, VALUE, key.length, value.length, hash, end);
    }

    /** What is written over a value's header when the value is gone. */
    static CacheRecord gone(long hash, int recordLength, long time) {
        return header(new byte[HEADER_BYTES], 0, GONE, 0, recordLength - HEADER_BYTES, hash, time);
    }

    /** The time, where nothing else is to be written. */
    static CacheRecord time(long time) {
        return header(new byte[HEADER_BYTES], 0, TIME, 0, 0, 0, time);
    }

    private static CacheRecord header(
            byte[] bytes, int payloadCrc, int kind, int keyLength, int valueLength, long hash, long time) {
        INTS.set(bytes, 4, payloadCrc);
        INTS.set(bytes, 8, kind << 24 | keyLength);
        INTS.set(bytes, 12, valueLength);
        LONGS.set(bytes, 16, hash);
        LONGS.set(bytes, 24, time);
        return new CacheRecord(bytes, 0);
    }

    private static int aligned(int length) {
        return (length + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** The record that was written at a place, if its header is that; its key and value are looked at by {@link #isWhole}. */
    static @Nullable CacheRecord read(byte[] bytes, int start, long segment, int offset) {
        CacheRecord record = new CacheRecord(bytes, start);
        int kind = (int) INTS.get(bytes, start + 8) >>> 24;
        boolean possible = kind >= VALUE && kind <= TIME && (int) INTS.get(bytes, start + 12) >= 0;
        return possible && (int) INTS.get(bytes, start) == record.headerCrc(segment, offset) ? record : null;
    }

    /** Whether there is nothing but zeros where a header would be: the end of the records. */
    static boolean isNone(byte[] bytes, int start) {
        return Arrays.mismatch(bytes, start, start + HEADER_BYTES, new byte[HEADER_BYTES], 0, HEADER_BYTES) < 0;
    }

    /** Gives a record the place where it is written; returns its bytes. */
    byte[] placed(long segment, int offset) {
        INTS.set(bytes, 0, headerCrc(segment, offset));
        return bytes;
    }

    private int headerCrc(long segment, int offset) {
        long place = (segment << 32 ^ offset) * 0x9E3779B97F4A7C15L;
        return crc(bytes, start + Integer.BYTES, HEADER_BYTES - Integer.BYTES) ^ (int) (place >>> 32);
    }

    private static int crc(byte[] bytes, int offset, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, offset, length);
        return (int) crc.getValue();
    }

    private int kind() {
        return (int) INTS.get(bytes, start + 8) >>> 24;
    }

    boolean isValue() {
        return kind() == VALUE;
    }

    boolean isGone() {
        return kind() == GONE;
    }

    private int keyLength() {
        return (int) INTS.get(bytes, start + 8) & MAX_KEY_BYTES;
    }

    private int valueLength() {
        return (int) INTS.get(bytes, start + 12);
    }

    long hash() {
        return (long) LONGS.get(bytes, start + 16);
    }

    /** When a value is over, or when anything else was written. */
    long time() {
        return (long) LONGS.get(bytes, start + 24);
    }

    boolean isOver(long now) {
        return time() <= now;
    }

    /** All of it, with the zeros behind; may be more than an int holds if it was never written so. */
    long length() {
        return (HEADER_BYTES + (long) keyLength() + valueLength() + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    }

    /** Whether key and value are what was written; of a record that was read as a whole. */
    boolean isWhole() {
        int length = keyLength() + valueLength();
        return length <= bytes.length - start - HEADER_BYTES
                && (int) INTS.get(bytes, start + 4) == crc(bytes, start + HEADER_BYTES, length);
    }

    boolean isOf(byte[] key) {
        int from = start + HEADER_BYTES;
        return Arrays.equals(bytes, from, from + keyLength(), key, 0, key.length);
    }

    /** Whether key and value are those of another record that is whole. */
    boolean hasContentOf(CacheRecord other) {
        int from = start + HEADER_BYTES;
        int otherFrom = other.start + HEADER_BYTES;
        int length = keyLength() + valueLength();
        return keyLength() == other.keyLength()
                && valueLength() == other.valueLength()
                && Arrays.equals(bytes, from, from + length, other.bytes, otherFrom, otherFrom + length);
    }

    byte[] key() {
        int from = start + HEADER_BYTES;
        return Arrays.copyOfRange(bytes, from, from + keyLength());
    }

    byte[] value() {
        int from = start + HEADER_BYTES + keyLength();
        return Arrays.copyOfRange(bytes, from, from + valueLength());
    }

    /** A hash of all 64 bits (FNV-1a, and the finalizer of MurmurHash3). It is in the files: it must not change. */
    static long hash(byte[] key) {
        long hash = 0xCBF29CE484222325L;
        for (byte each : key) {
            hash = (hash ^ (each & 0xFF)) * 0x100000001B3L;
        }
        hash = (hash ^ hash >>> 33) * 0xFF51AFD7ED558CCDL;
        hash = (hash ^ hash >>> 33) * 0xC4CEB9FE1A85EC53L;
        return hash ^ hash >>> 33;
    }
}
