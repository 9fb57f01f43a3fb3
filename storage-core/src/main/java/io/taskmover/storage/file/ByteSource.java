package io.taskmover.storage.file;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Reads what {@link ByteSink} wrote; anything that cannot be is an {@link IllegalArgumentException}. Over an array, since
 * opening a store makes one of these for each of its rows. Not thread-safe.
 */
final class ByteSource {
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final byte[] bytes;
    private final int start;
    private final int end;
    private int next;

    /** Reads a part of an array. */
    ByteSource(byte[] bytes, int start, int length) {
        this.bytes = bytes;
        this.start = start;
        this.end = start + length;
        this.next = start;
    }

    /** Reads what remains in a buffer that has an array. */
    ByteSource(ByteBuffer buffer) {
        this(buffer.array(), buffer.arrayOffset() + buffer.position(), buffer.remaining());
    }

    boolean hasRemaining() {
        return next < end;
    }

    /** How many bytes have been read. */
    int position() {
        return next - start;
    }

    /** How many bytes there are in all. */
    int limit() {
        return end - start;
    }

    /** A varint of a length, and a source of the bytes that it counts. */
    ByteSource getSource() {
        return getSource(getVarint());
    }

    /** A source of the next bytes. */
    ByteSource getSource(long length) {
        require(length);
        ByteSource part = new ByteSource(bytes, next, (int) length);
        next += (int) length;
        return part;
    }

    int getByte() {
        require(1);
        return bytes[next++] & 0xFF;
    }

    int getInt() {
        require(Integer.BYTES);
        int value = (int) INT.get(bytes, next);
        next += Integer.BYTES;
        return value;
    }

    long getLong() {
        require(Long.BYTES);
        long value = (long) LONG.get(bytes, next);
        next += Long.BYTES;
        return value;
    }

    long getVarint() {
        long value = 0;
        for (int shift = 0; shift < Long.SIZE; shift += 7) {
            int b = getByte();
            value |= (long) (b & 0x7F) << shift;
            if ((b & 0x80) == 0) {
                return value;
            }
        }
        throw new IllegalArgumentException("a number is longer than 64 bits");
    }

    long getZigzag() {
        long value = getVarint();
        return (value >>> 1) ^ -(value & 1);
    }

    /** A varint that counts things of at least one byte each, so that no more can follow than bytes remain. */
    int getCount() {
        long count = getVarint();
        if (count < 0 || count > end - next) {
            throw new IllegalArgumentException("a count of " + count + " with " + (end - next) + " bytes left");
        }
        return (int) count;
    }

    byte[] getBytes() {
        int length = getCount();
        next += length;
        return Arrays.copyOfRange(bytes, next - length, next);
    }

    String getText() {
        int length = getCount();
        next += length;
        return new String(bytes, next - length, length, StandardCharsets.UTF_8);
    }

    private void require(long count) {
        if (count < 0 || count > end - next) {
            throw new IllegalArgumentException("it ends too early");
        }
    }
}
