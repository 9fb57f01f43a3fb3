package io.taskmover.storage.cache;

import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The directory of a cache, locked while this is open: {@code filecache.lock}, {@code filecache.state}, which tells that the
 * directory is a cache's, and {@code cache-00000001.seg} and so on. What else is in it is left alone. Not thread-safe.
 */
final class CacheFolder implements Closeable {
    private static final String LOCK = "filecache.lock";
    private static final String STATE = "filecache.state";
    private static final Pattern SEGMENT = Pattern.compile("cache-(\\d{8,18})\\.seg");
    private static final Path BOOT = Path.of("/proc/sys/kernel/random/boot_id");

    private final Path directory;
    private final CacheLock lock;
    private final CacheFile stateFile;
    private final @Nullable CacheState found;

    private CacheFolder(Path directory, CacheLock lock, CacheFile stateFile, @Nullable CacheState found) {
        this.directory = directory;
        this.lock = lock;
        this.stateFile = stateFile;
        this.found = found;
    }

    /**
     * Opens a directory, which is made if it is missing.
     *
     * @throws StorageIoException if there are files in it and it is no cache's; nothing is touched then
     * @throws LockedException if this process has it open, or another one
     */
    static CacheFolder open(Path directory, Instant now) throws IOException {
        make(directory);
        boolean known = Files.exists(directory.resolve(STATE));
        if (!known) {
            requireNothingElse(directory);
        }
        CacheLock lock = CacheLock.acquire(directory, directory.resolve(LOCK), now);
        CacheFile file = null;
        boolean open = false;
        try {
            // looked at again: the one who had the lock until now may have made it
            known = Files.exists(directory.resolve(STATE));
            file = known ? CacheFile.open(directory.resolve(STATE)) : CacheFile.create(directory.resolve(STATE));
            byte[] bytes = new byte[CacheState.BYTES];
            boolean whole = file.read(bytes, bytes.length, 0) == bytes.length;
            open = true;
            return new CacheFolder(directory, lock, file, whole ? CacheState.of(bytes) : null);
        } finally {
            if (!open) {
                if (file != null) {
                    file.close();
                }
                lock.close();
            }
        }
    }

    /** Makes what is missing, whose names are durable on return: what is in it may be, later. */
    private static void make(Path directory) throws IOException {
        if (Files.isDirectory(directory)) {
            return;
        }
        Path parent = directory.toAbsolutePath().getParent();
        if (parent != null) {
            make(parent);
        }
        try {
            Files.createDirectory(directory, CacheFile.ownerOnly(directory, "rwx------"));
        } catch (FileAlreadyExistsException e) {
            if (!Files.isDirectory(directory)) {
                throw e;
            }
        }
        if (parent != null) {
            forceNames(parent);
        }
    }

    private static void requireNothingElse(Path directory) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = name(entry);
                if (!name.equals(LOCK)
                        && !name.equals(STATE)
                        && !SEGMENT.matcher(name).matches()) {
                    throw new StorageIoException(
                            directory + " is not a cache's directory: there is '" + name
                                    + "' in it. Give the cache a directory of its own. Nothing was changed",
                            directory,
                            false,
                            null);
                }
            }
        }
    }

    private static String name(Path entry) {
        return String.valueOf(entry.getFileName());
    }

    /** The boot of the system that runs; null where it does not tell: only Linux does, so far as is known. */
    static @Nullable UUID boot() {
        try {
            return Files.isReadable(BOOT)
                    ? UUID.fromString(Files.readString(BOOT).strip())
                    : null;
        } catch (IOException | IllegalArgumentException e) {
            FileCache.LOG.info("The boot of the system is not known: caches that are not closed are not kept", e);
            return null;
        }
    }

    Path directory() {
        return directory;
    }

    /** What was known when it was opened; null if that cannot be told. */
    @Nullable
    CacheState found() {
        return found;
    }

    void write(CacheState state) throws IOException {
        stateFile.write(state.bytes(), 0);
    }

    /** Makes what was written last durable. */
    void forceState() throws IOException {
        stateFile.force();
    }

    /** Makes the names in the directory durable. */
    void forceNames() throws IOException {
        forceNames(directory);
    }

    private static void forceNames(Path directory) throws IOException {
        // Windows can neither open a directory as a file nor needs it: NTFS logs its names
        if (!directory.getFileSystem().getSeparator().equals("\\")) {
            boolean interrupted = Thread.interrupted();
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    /** The path of a segment. */
    Path segment(long number) {
        return directory.resolve(String.format(Locale.ROOT, "cache-%08d.seg", number));
    }

    /** The segments that there are, by their numbers. */
    NavigableMap<Long, Path> segments() throws IOException {
        NavigableMap<Long, Path> segments = new TreeMap<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                Matcher matcher = SEGMENT.matcher(name(entry));
                if (matcher.matches()) {
                    segments.put(Long.parseLong(Objects.requireNonNull(matcher.group(1))), entry);
                }
            }
        }
        return segments;
    }

    /** Removes a segment, if it is there. */
    void delete(Path segment) throws IOException {
        try {
            Files.delete(segment);
        } catch (NoSuchFileException e) {
            FileCache.LOG.debug("{} is gone already", segment);
        }
    }

    @Override
    public void close() throws IOException {
        try (lock) {
            stateFile.close();
        }
    }
}
