package io.taskmover.storage.file;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** A growing array of bytes, big-endian, with the variable-length integers of the journal. Not thread-safe. */
final class ByteSink {
    private byte[] bytes;
    private ByteBuffer view;
    private int size;

    ByteSink(int capacity) {
        bytes = new byte[capacity];
        view = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
    }

    int size() {
        return size;
    }

    /** Forgets what comes after the first {@code newSize} bytes; an array that has grown beyond {@code keep} is let go. */
    void truncate(int newSize, int keep) {
        size = newSize;
        if (newSize == 0 && bytes.length > keep) {
            bytes = new byte[keep];
            view = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
        }
    }

    void putByte(int value) {
        ensure(1);
        bytes[size++] = (byte) value;
    }

    void putInt(int value) {
        ensure(Integer.BYTES);
        view.putInt(size, value);
        size += Integer.BYTES;
    }

    void putLong(long value) {
        ensure(Long.BYTES);
        view.putLong(size, value);
        size += Long.BYTES;
    }

    void putZeros(int count) {
        ensure(count);
        Arrays.fill(bytes, size, size + count, (byte) 0);
        size += count;
    }

    /** Everything that is in another one. */
    void putAll(ByteSink other) {
        ensure(other.size);
        System.arraycopy(other.bytes, 0, bytes, size, other.size);
        size += other.size;
    }

    /** Overwrites four bytes that are there already. */
    void setInt(int position, int value) {
        view.putInt(position, value);
    }

    /** Overwrites eight bytes that are there already. */
    void setLong(int position, long value) {
        view.putLong(position, value);
    }

    /** Seven bits a byte, the low ones first, the high bit set on all but the last: 1 to 10 bytes. */
    void putVarint(long value) {
        ensure(10);
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes[size++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        bytes[size++] = (byte) rest;
    }

    /** A signed number, small when near to zero: 0, -1, 1, -2 become the varints 0, 1, 2, 3. */
    void putZigzag(long value) {
        putVarint((value << 1) ^ (value >> 63));
    }

    /** A varint of the length and the bytes. */
    void putBytes(byte[] more) {
        putVarint(more.length);
        ensure(more.length);
        System.arraycopy(more, 0, bytes, size, more.length);
        size += more.length;
    }

    /** A varint of the length and the bytes of another. */
    void putBytes(ByteSink more) {
        putVarint(more.size);
        ensure(more.size);
        System.arraycopy(more.bytes, 0, bytes, size, more.size);
        size += more.size;
    }

    /** All bytes that are left, as they are. */
    void putRest(ByteSource source) {
        while (source.hasRemaining()) {
            putByte(source.getByte());
        }
    }

    /** A varint of the length in bytes and the UTF-8. */
    void putText(String text) {
        putBytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Continues a CRC32C (Castagnoli, RFC 3720) with the bytes from {@code start} to {@code end}. */
    int crc(CRC32C crc, int start, int end) {
        crc.update(bytes, start, end - start);
        return (int) crc.getValue();
    }

    /** The bytes so far; valid until the next change. */
    ByteBuffer asBuffer() {
        return ByteBuffer.wrap(bytes, 0, size);
    }

    private void ensure(int more) {
        int needed = Math.addExact(size, more);
        if (needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(needed, (int) Math.min(Integer.MAX_VALUE - 16L, bytes.length * 2L)));
            view = ByteBuffer.wrap(bytes).order(ByteOrder.BIG_ENDIAN);
        }
    }
}
