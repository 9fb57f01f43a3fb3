package io.taskmover.storage.backup;

import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;

/** Reads a backup's file from its beginning, and sums up what {@link BackupSeal} has the sum of. */
final class SealedInputStream extends InputStream {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final long summed;
    private final MessageDigest digest = Sha256.begin();
    private long position;

    /** @param size how many bytes the file has */
    SealedInputStream(InputStream in, long size) {
        this.in = in;
        this.summed = size - Sha256.DIGITS;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
        int read = in.read(bytes, offset, length);
        if (read > 0) {
            digest.update(bytes, offset, (int) Math.max(0, Math.min(read, summed - position)));
            position += read;
        }
        return read;
    }

    /** Reads what is left, and returns the sum of the whole file. */
    String sum() throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        while (read(buffer, 0, buffer.length) >= 0) {
            // only to be summed up
        }
        return Sha256.hex(digest);
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
