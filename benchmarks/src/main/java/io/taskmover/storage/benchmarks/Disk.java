package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.FileStore;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/** The disk on which is measured, and what the operating system tells of files and of writes made durable. */
final class Disk {
    private static final Path DISK_STATISTICS = Path.of("/proc/diskstats");
    /** Position of "flush requests completed" in a line of diskstats (Linux 5.5 and later). */
    private static final int FLUSHES = 18;

    private static final List<Path> USED = new ArrayList<>();

    private Disk() {}

    /** A new, empty directory below this module's {@code target/}: the system's own may be in memory. */
    static Path newDirectory() throws IOException {
        return Files.createTempDirectory(root(), "bench");
    }

    private static Path root() throws IOException {
        try {
            Path classes = Path.of(Disk.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            return Files.createDirectories(classes.resolveSibling("bench"));
        } catch (URISyntaxException e) {
            throw new IOException("Where this program stands is not known", e);
        }
    }

    /** The file system's type and device; a disk that is memory is refused. */
    static String describe() throws IOException {
        FileStore store = Files.getFileStore(root());
        if (store.type().equals("tmpfs") || store.type().equals("ramfs")) {
            throw new IOException(root() + " is in memory (" + store.type() + "); build on a disk to measure one");
        }
        return store.type() + " on " + store.name();
    }

    /** The bytes of all files below a directory; a file that goes away meanwhile has none. */
    static long bytes(Path directory) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
                if (e instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw e;
            }
        });
        return bytes[0];
    }

    /**
     * Has a directory deleted at the end of the run: whoever makes files just after many were deleted pays for that. An
     * ext4 without a journal, for one, passes over each inode that was freed in the last minutes.
     */
    static void deleteAtEnd(Path directory) {
        synchronized (USED) {
            USED.add(directory);
        }
    }

    /** Deletes what was used. */
    static void deleteUsed() throws IOException {
        synchronized (USED) {
            for (Path directory : USED) {
                delete(directory);
            }
            USED.clear();
        }
    }

    static void delete(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Cache flushes that all disks have completed since the start of the machine; empty where it does not tell. */
    static OptionalLong flushes() {
        if (!Files.isReadable(DISK_STATISTICS)) {
            return OptionalLong.empty();
        }
        try {
            long flushes = 0;
            boolean told = false;
            List<String> lines = Files.readAllLines(DISK_STATISTICS);
            for (String line : lines) {
                String[] fields = line.trim().split("\\s+");
                if (fields.length > FLUSHES) {
                    flushes += Long.parseLong(fields[FLUSHES]);
                    told = true;
                }
            }
            return told ? OptionalLong.of(flushes) : OptionalLong.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
