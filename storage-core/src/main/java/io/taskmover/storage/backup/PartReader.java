package io.taskmover.storage.backup;

import io.taskmover.storage.backup.BackupManifest.Part;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Reads one part of a backup, and no more of it than the manifest says there is: a part that unpacks to more than that is
 * no reason to run out of memory. Throws {@link DamageException} for whatever is not as the manifest has it.
 */
final class PartReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final Part part;
    private final MessageDigest digest = Sha256.begin();
    private long read;
    private byte[] buffer = new byte[BUFFER_BYTES];
    private int from;
    private int to;

    /** @param in ends with the part */
    PartReader(InputStream in, Part part) {
        this.in = in;
        this.part = part;
    }

    /** What is not as it was written, in words that go on "the part is damaged: ". */
    static final class DamageException extends IOException {
        private static final long serialVersionUID = 1L;

        DamageException(String problem) {
            super(problem);
        }
    }

    /** All of it. */
    byte[] readAll() throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        while (fill()) {
            all.write(buffer, from, to - from);
            from = to;
        }
        requireWhole();
        return all.toByteArray();
    }

    /**
     * The next whole lines, about as many bytes as asked for; null after the last one, when all of the part is known to be
     * what was written.
     *
     * @param longest how many bytes a line has at most, without its end
     */
    byte @Nullable [] readLines(int bytes, int longest) throws IOException {
        while (to - from < bytes && fill()) {
            // more of it
        }
        int end = lastLineEnd();
        while (end < 0) {
            if (to - from > longest) {
                throw new DamageException("a row of it is longer than the longest one was");
            }
            if (!fill()) {
                requireWhole();
                if (to > from) {
                    throw new DamageException("it ends in the middle of a row");
                }
                return null;
            }
            end = lastLineEnd();
        }
        byte[] lines = Arrays.copyOfRange(buffer, from, end + 1);
        from = end + 1;
        return lines;
    }

    private int lastLineEnd() {
        for (int i = to - 1; i >= from; i--) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    /** Reads more behind what is there; false at the end. */
    private boolean fill() throws IOException {
        if (from > 0) {
            System.arraycopy(buffer, from, buffer, 0, to - from);
            to -= from;
            from = 0;
        }
        if (to == buffer.length) {
            buffer = Arrays.copyOf(buffer, (int) Math.min(2L * buffer.length, Integer.MAX_VALUE - 8));
        }
        int more = in.read(buffer, to, buffer.length - to);
        if (more < 0) {
            return false;
        }
        digest.update(buffer, to, more);
        read += more;
        to += more;
        if (read > part.bytes()) {
            throw new DamageException("it has more than the " + part.bytes() + " bytes that were written");
        }
        return true;
    }

    private void requireWhole() throws IOException {
        if (read != part.bytes()) {
            throw new DamageException("it has " + read + " of the " + part.bytes() + " bytes that were written");
        }
        if (!Sha256.hex(digest).equals(part.sha256())) {
            throw new DamageException("its bytes are not those that were written, by their SHA-256");
        }
    }
}
