package io.taskmover.storage.backup;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;

/** Passes on what is written to it, sums it up, and writes the sum over the last bytes, as many as a sum has digits. */
final class SealingOutputStream extends OutputStream {
    private final OutputStream out;
    private final MessageDigest digest = Sha256.begin();
    /** The last bytes, which may have to give way to the sum. */
    private final byte[] held = new byte[Sha256.DIGITS];

    private int heldBytes;
    private long count;

    SealingOutputStream(OutputStream out) {
        this.out = out;
    }

    /** How many bytes were written. */
    long count() {
        return count;
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        count += length;
        int passed = Math.max(0, heldBytes + length - held.length);
        int ofHeld = Math.min(passed, heldBytes);
        pass(held, 0, ofHeld);
        System.arraycopy(held, ofHeld, held, 0, heldBytes - ofHeld);
        heldBytes -= ofHeld;
        int ofNew = passed - ofHeld;
        pass(bytes, offset, ofNew);
        System.arraycopy(bytes, offset + ofNew, held, heldBytes, length - ofNew);
        heldBytes += length - ofNew;
    }

    private void pass(byte[] bytes, int offset, int length) throws IOException {
        digest.update(bytes, offset, length);
        out.write(bytes, offset, length);
    }

    /** Ends what is written with the sum of all before it, in the place of the last bytes. */
    void seal() throws IOException {
        out.write(Sha256.hex(digest).getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
