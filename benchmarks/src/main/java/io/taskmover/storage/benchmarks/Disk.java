package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** What the operating system tells of files and of writes made durable. */
final class Disk {
    private static final Path DISK_STATISTICS = Path.of("/proc/diskstats");
    /** Position of "flush requests completed" in a line of diskstats (Linux 5.5 and later). */
    private static final int FLUSHES = 18;

    private Disk() {}

    /** The bytes of all files below a directory. */
    static long bytes(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.filter(Files::isRegularFile)
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path path : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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
