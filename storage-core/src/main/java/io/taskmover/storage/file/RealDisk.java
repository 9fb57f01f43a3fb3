package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Set;

/** {@link Disk} by {@link java.nio.file}: works on whatever file system the paths belong to. */
class RealDisk implements Disk {
    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private static final int PART_BYTES = 1 << 20;

    @Override
    public void createDirectories(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.getParent();
        if (parent != null) {
            createDirectories(parent);
        }
        try {
            createDirectory(directory);
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        } finally {
            if (parent != null) {
                // also after a failure: when it is tried again, the directory may be found, and taken for durable
                AtomicFile.forceDirectory(this, parent);
            }
        }
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        OwnerOnly.createDirectory(directory);
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        return OwnerOnly.open(file, NEW);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    }

    @Override
    public void truncate(FileChannel channel, long size) throws IOException {
        FileChannel unused = channel.truncate(size);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        int end = bytes.limit();
        while (bytes.position() < end) {
            // in parts, because Java copies each into memory outside of the heap, and keeps that for the thread
            bytes.limit(Math.min(end, bytes.position() + PART_BYTES));
            channel.write(bytes);
        }
    }

    @Override
    public void force(Path file, FileChannel channel) throws IOException {
        // the length is forced with the content; times are of no use
        channel.force(false);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        // Windows can neither open a directory as a file nor needs it: NTFS logs its names
        if (!directory.getFileSystem().getSeparator().equals("\\")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public void delete(Path path) throws IOException {
        Files.deleteIfExists(path);
    }
}
