package io.taskmover.storage.benchmarks;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The least that a durable log can do: write some bytes at the end of a file, and force them. */
final class BareLog implements Closeable {
    private static final int RESERVED_BYTES = 16 << 20;

    private final FileChannel channel;
    private final ByteBuffer bytes;
    private final boolean reserved;
    private long appended;

    /**
     * @param recordBytes written at a time
     * @param reserved whether the file has its size already and is written over, from its start again at its end
     */
    BareLog(Path file, int recordBytes, boolean reserved) throws IOException {
        this.channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        this.bytes = ByteBuffer.allocateDirect(recordBytes);
        this.reserved = reserved;
        if (reserved) {
            ByteBuffer zeros = ByteBuffer.allocate(RESERVED_BYTES);
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
            channel.force(true);
            channel.position(0);
        }
    }

    void append() throws IOException {
        if (reserved && channel.position() + bytes.capacity() > RESERVED_BYTES) {
            channel.position(0);
        }
        bytes.clear().putLong(0, ++appended);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
