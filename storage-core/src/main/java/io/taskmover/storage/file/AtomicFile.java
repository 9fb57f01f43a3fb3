package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Writes a file so that its name always leads to the whole of the old content or the whole of the new: under a
 * temporary name, forced, then renamed. The rename is durable when the directory has been forced.
 */
final class AtomicFile {
    private static final AtomicLong NAMES = new AtomicLong();

    private final Disk disk;
    private final StorePaths paths;

    AtomicFile(Disk disk, StorePaths paths) {
        this.disk = disk;
        this.paths = paths;
    }

    /** Writes, forces and renames. */
    void write(Path target, ByteBuffer bytes) throws IOException {
        try (Draft draft = draft(target, bytes)) {
            var unused = draft.publish();
        }
    }

    /** Writes only, so that many files can be on their way to the disk before the first is forced. */
    Draft draft(Path target, ByteBuffer bytes) throws IOException {
        Path temporary = paths.temporary().resolve(Long.toString(NAMES.incrementAndGet(), Character.MAX_RADIX));
        FileChannel channel = disk.create(temporary);
        Draft draft = new Draft(target, temporary, channel);
        boolean written = false;
        try {
            disk.write(channel, bytes);
            written = true;
            return draft;
        } finally {
            if (!written) {
                draft.close();
            }
        }
    }

    /** Closes all, also if closing some of them fails; the first failure is thrown. */
    static void closeAll(Iterable<Draft> drafts) throws IOException {
        IOException failure = null;
        for (Draft draft : drafts) {
            try {
                draft.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    static void forceDirectory(Disk disk, Path directory) throws IOException {
        try {
            disk.forceDirectory(directory);
        } catch (IOException e) {
            throw new ForceFailedException(directory, e);
        }
    }

    /** A file that is written but has not its name yet. Closing one that was not published removes it. */
    final class Draft implements AutoCloseable {
        private final Path target;
        private final Path temporary;
        private final FileChannel channel;
        private boolean published;

        private Draft(Path target, Path temporary, FileChannel channel) {
            this.target = target;
            this.temporary = temporary;
            this.channel = channel;
        }

        /** To write more. */
        FileChannel channel() {
            return channel;
        }

        /** Forces and renames; returns what the file's attributes are. */
        BasicFileAttributes publish() throws IOException {
            BasicFileAttributes attributes = finish();
            moveTo(target);
            return attributes;
        }

        /** Forces and closes it; returns what the file's attributes are. It has no name yet. */
        BasicFileAttributes finish() throws IOException {
            try {
                disk.force(target, channel);
            } catch (IOException e) {
                throw new ForceFailedException(target, e);
            }
            channel.close();
            return Files.readAttributes(temporary, BasicFileAttributes.class);
        }

        /** Gives it its name, once it is finished. */
        void moveTo(Path name) throws IOException {
            disk.move(temporary, name);
            published = true;
        }

        @Override
        public void close() throws IOException {
            try {
                channel.close();
            } finally {
                if (!published) {
                    disk.delete(temporary);
                }
            }
        }
    }
}
