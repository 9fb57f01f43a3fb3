package io.taskmover.storage.testkit.disk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a file, immutable: a change gives a new content that shares all other pages with this one, so that
 * thousands of images of a disk take little more room than one.
 */
public final class FileContent {
    /** The file without bytes. */
    public static final FileContent EMPTY = new FileContent(new byte[0][], 0);

    private static final int PAGE_BYTES = 4096;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long ZERO_PAGE = fingerprint(new byte[PAGE_BYTES]);

    /** Null for a page of zeros; after the end there are only zeros. */
    private final byte[] @Nullable [] pages;

    private final long size;
    private long fingerprint;

    private FileContent(byte[] @Nullable [] pages, long size) {
        this.pages = pages;
        this.size = size;
    }

    /** A content of these bytes. */
    public static FileContent of(byte[] bytes) {
        return EMPTY.write(0, bytes, 0, bytes.length);
    }

    /** The number of bytes. */
    public long size() {
        return size;
    }

    /** This content with {@code length} bytes from {@code start} of {@code bytes} at {@code offset}. */
    FileContent write(long offset, byte[] bytes, int start, int length) {
        if (length == 0) {
            return this;
        }
        FileContent grown = offset + length > size ? resize(offset + length) : this;
        byte[] @Nullable [] changed = grown.pages.clone();
        int done = 0;
        while (done < length) {
            int page = (int) ((offset + done) / PAGE_BYTES);
            int from = (int) ((offset + done) % PAGE_BYTES);
            int part = Math.min(length - done, PAGE_BYTES - from);
            byte[] former = changed[page];
            byte[] now = former == null ? new byte[PAGE_BYTES] : former.clone();
            System.arraycopy(bytes, start + done, now, from, part);
            changed[page] = now;
            done += part;
        }
        return new FileContent(changed, grown.size);
    }

    /** This content cut off, or with zeros at its end. */
    FileContent resize(long newSize) {
        if (newSize == size) {
            return this;
        }
        int count = Math.toIntExact((newSize + PAGE_BYTES - 1) / PAGE_BYTES);
        byte[] @Nullable [] kept = Arrays.copyOf(pages, count);
        int rest = (int) (newSize % PAGE_BYTES);
        if (newSize < size && rest > 0) {
            byte[] last = kept[count - 1];
            if (last != null) {
                kept[count - 1] = Arrays.copyOf(Arrays.copyOf(last, rest), PAGE_BYTES);
            }
        }
        return new FileContent(kept, newSize);
    }

    /** Puts bytes from {@code offset} on into {@code target}; returns how many, or -1 at the end. */
    int read(long offset, ByteBuffer target) {
        if (offset >= size) {
            return target.hasRemaining() ? -1 : 0;
        }
        int length = (int) Math.min(size - offset, target.remaining());
        int done = 0;
        while (done < length) {
            byte[] page = pages[(int) ((offset + done) / PAGE_BYTES)];
            int from = (int) ((offset + done) % PAGE_BYTES);
            int part = Math.min(length - done, PAGE_BYTES - from);
            target.put(page == null ? new byte[part] : page, page == null ? 0 : from, part);
            done += part;
        }
        return length;
    }

    /** A copy of all bytes. */
    public byte[] bytes() {
        ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(size));
        read(0, bytes);
        return bytes.array();
    }

    /** 64 bits that differ for different contents, as far as 64 bits can. */
    long fingerprint() {
        long mixed = fingerprint; // computed twice at worst
        if (mixed == 0) {
            mixed = mix(size);
            for (byte[] page : pages) {
                mixed = mix(mixed + (page == null ? ZERO_PAGE : fingerprint(page)));
            }
            fingerprint = mixed;
        }
        return mixed;
    }

    private static long fingerprint(byte[] page) {
        long mixed = 0;
        for (int i = 0; i < PAGE_BYTES; i += Long.BYTES) {
            mixed = (Long.rotateLeft(mixed, 23) ^ (long) LONGS.get(page, i)) * 0x9E3779B97F4A7C15L;
        }
        return mix(mixed);
    }

    /** The finalizer of MurmurHash3. */
    static long mix(long bits) {
        long mixed = (bits ^ (bits >>> 33)) * 0xFF51AFD7ED558CCDL;
        mixed = (mixed ^ (mixed >>> 33)) * 0xC4CEB9FE1A85EC53L;
        return mixed ^ (mixed >>> 33);
    }
}
