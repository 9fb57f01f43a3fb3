package io.taskmover.storage.cli.input;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/** The lines of a byte stream in a buffer that is used again for each: no object is made per line. Not thread-safe. */
final class LineReader implements Closeable {
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private final InputStream in;
    private final byte[] chunk = new byte[1 << 16];
    private int chunkStart;
    private int chunkEnd;
    private byte[] line = new byte[1 << 10];
    private int length;
    private long number;
    private boolean carriageReturn;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Goes to the next line; false after the last. A line ends with LF, CR LF or the input. */
    boolean next() throws IOException {
        length = 0;
        return append();
    }

    /** Adds the current line's end and the next line to it; false if there is none. */
    boolean nextAppended() throws IOException {
        if (chunkStart == chunkEnd && !fill()) {
            return false;
        }
        ensure(2);
        if (carriageReturn) {
            line[length++] = '\r';
        }
        line[length++] = '\n';
        return append();
    }

    /** The bytes of the line from 0 to {@link #length}, without its end. Overwritten by the next call. */
    byte[] bytes() {
        return line;
    }

    int length() {
        return length;
    }

    /** The number of the line that was read last, from 1. */
    long number() {
        return number;
    }

    private boolean append() throws IOException {
        if (chunkStart == chunkEnd && !fill()) {
            return false;
        }
        number++;
        while (true) {
            int end = chunkStart;
            while (end < chunkEnd && chunk[end] != '\n') {
                end++;
            }
            take(end - chunkStart);
            if (end < chunkEnd) {
                chunkStart = end + 1;
                break;
            }
            chunkStart = chunkEnd;
            if (!fill()) {
                break;
            }
        }
        carriageReturn = length > 0 && line[length - 1] == '\r';
        if (carriageReturn) {
            length--;
        }
        if (number == 1 && length >= 3 && Arrays.equals(line, 0, 3, BYTE_ORDER_MARK, 0, 3)) {
            length -= 3;
            System.arraycopy(line, 3, line, 0, length);
        }
        return true;
    }

    private void take(int count) throws IOException {
        ensure(count);
        System.arraycopy(chunk, chunkStart, line, length, count);
        length += count;
    }

    private void ensure(int more) throws IOException {
        if (more > Integer.MAX_VALUE - 16 - length) {
            throw new IOException("line " + number + " is longer than 2 GiB");
        }
        if (length + more > line.length) {
            line = Arrays.copyOf(
                    line, (int) Math.min(Integer.MAX_VALUE - 16, Math.max(length + more, line.length * 2L)));
        }
    }

    private boolean fill() throws IOException {
        chunkStart = 0;
        chunkEnd = Math.max(0, in.read(chunk));
        return chunkEnd > 0;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
