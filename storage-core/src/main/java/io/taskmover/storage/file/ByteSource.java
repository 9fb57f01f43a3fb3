package io.taskmover.storage.file;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** Reads what {@link ByteSink} wrote; anything that cannot be is an {@link IllegalArgumentException}. Not thread-safe. */
final class ByteSource {
    private final ByteBuffer bytes;

    /** Reads what remains in {@code bytes}. */
    ByteSource(ByteBuffer bytes) {
        this.bytes = bytes.slice();
    }

    boolean hasRemaining() {
        return bytes.hasRemaining();
    }

    /** How many bytes have been read. */
    int position() {
        return bytes.position();
    }

    /** How many bytes there are in all. */
    int limit() {
        return bytes.limit();
    }

    /** A varint of a length, and a source of the bytes that it counts. */
    ByteSource getSource() {
        return getSource(getVarint());
    }

    /** A source of the next bytes. */
    ByteSource getSource(long length) {
        if (length < 0 || length > bytes.remaining()) {
            throw new IllegalArgumentException("it ends too early");
        }
        ByteSource part = new ByteSource(bytes.slice(bytes.position(), (int) length));
        bytes.position(bytes.position() + (int) length);
        return part;
    }

    int getByte() {
        require(1);
        return bytes.get() & 0xFF;
    }

    int getInt() {
        require(Integer.BYTES);
        return bytes.getInt();
    }

    long getLong() {
        require(Long.BYTES);
        return bytes.getLong();
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
        if (count < 0 || count > bytes.remaining()) {
            throw new IllegalArgumentException("a count of " + count + " with " + bytes.remaining() + " bytes left");
        }
        return (int) count;
    }

    byte[] getBytes() {
        byte[] array = new byte[getCount()];
        bytes.get(array);
        return array;
    }

    String getText() {
        int length = getCount();
        String text;
        if (bytes.hasArray()) {
            text = new String(bytes.array(), bytes.arrayOffset() + bytes.position(), length, StandardCharsets.UTF_8);
            bytes.position(bytes.position() + length);
        } else {
            byte[] array = new byte[length];
            bytes.get(array);
            text = new String(array, StandardCharsets.UTF_8);
        }
        return text;
    }

    private void require(int count) {
        if (bytes.remaining() < count) {
            throw new IllegalArgumentException("it ends too early");
        }
    }
}
