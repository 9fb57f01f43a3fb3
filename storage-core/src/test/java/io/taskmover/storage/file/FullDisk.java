package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;

/** A disk that has only so much room left: a write that needs more is cut short, and what is removed gives it back. */
final class FullDisk extends CountingDisk {
    final AtomicLong room;

    FullDisk(long room) {
        this.room = new AtomicLong(room);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        long growth = channel.position() + bytes.remaining() - channel.size();
        if (growth > 0) {
            long given = Math.min(growth, room.getAndUpdate(left -> left - Math.min(left, growth)));
            if (given < growth) {
                super.write(channel, bytes.slice().limit((int) (bytes.remaining() - (growth - given))));
                throw new IOException("No space left on device");
            }
        }
        super.write(channel, bytes);
    }

    @Override
    public void truncate(FileChannel channel, long size) throws IOException {
        room.addAndGet(Math.max(0, channel.size() - size));
        super.truncate(channel, size);
    }

    @Override
    public void delete(Path path) throws IOException {
        long size = Files.isRegularFile(path) ? Files.size(path) : 0;
        super.delete(path);
        room.addAndGet(size);
    }
}
